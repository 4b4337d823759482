// Why these identifiers are one person: the drawing, the list of links with their reasons, and undo.
import { Badge, Button, Group, Modal, Skeleton, Text } from '@mantine/core';
import { toast } from '@/base/toast';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIdentity, useUndoLink, useUndoPreview } from '@/api/customers';
import { explain } from '@/api/problem';
import { identifierTexts } from '@/base/identifiers';
import { useFormat } from '@/base/preferences';
import type { Customer, IdentityAnswer, IdentityLink } from '@/model/contract';
import { identifierText, identityLayout } from '@/model/journey';
import { Card } from '@/widgets/card';
import { Failed } from '@/widgets/states';
import { useWords } from '@/widgets/use_words';
import { Conflicts } from './conflicts';
import classes from './customer.module.css';
import { Merge } from './merge';
import { Preview } from './preview';
import { texts } from './texts';

const width = 520;
const rowHeight = 66;
const leastRows = 3;

function useKind(): (type: string) => string {
  const { t } = useTranslation(identifierTexts);
  return (type) => t(type, { defaultValue: t('other') });
}

const short = (text: string) => (text.length > 15 ? `${text.slice(0, 14)}…` : text);

function Graph({ identity, lit, onLight }: { identity: IdentityAnswer; lit: string | null; onLight: (link: string | null) => void }) {
  const { t } = useTranslation(texts);
  const kind = useKind();
  const { nodes, edges, rows } = useMemo(() => identityLayout(identity.nodes, identity.links), [identity]);
  const height = Math.max(leastRows, rows) * rowHeight;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} className={classes.graph} role="img" aria-label={t('graph', { n: identity.nodes.length })}>
      {edges.map(({ link, from, to }) => {
        const id = String(link.id);
        const off = link.state !== 'active';
        return (
          <path
            key={id} d={`M${from.x * width},${from.y * height}Q${(from.x === to.x ? 0.5 : (from.x + to.x) / 2) * width},${((from.y + to.y) / 2) * height} ${to.x * width},${to.y * height}`} fill="none"
            stroke={lit === id ? 'var(--viaggio-accent)' : 'var(--viaggio-soft)'} strokeWidth={lit === id ? 4 : 2} strokeOpacity={off ? 0.4 : lit === id ? 1 : 0.6} strokeDasharray={off ? '4 5' : undefined}
            onPointerEnter={() => onLight(id)} onPointerLeave={() => onLight(null)}
          />
        );
      })}
      {nodes.map(({ node, x, y }) => (
        <g key={String(node.id)} transform={`translate(${x * width} ${y * height})`}>
          <rect x={-71} y={-21} width={142} height={42} rx={12} fill="var(--viaggio-card)" stroke="var(--viaggio-accent)" strokeOpacity={0.55} />
          <text textAnchor="middle" y={-4} fontSize={10.5} fill="var(--viaggio-soft)">{kind(node.type)}</text>
          <text textAnchor="middle" y={12} fontSize={12} fontWeight={550} fill="var(--viaggio-ink)">{short(node.value)}</text>
        </g>
      ))}
    </svg>
  );
}

export function Identity({ id, customer }: { id: string; customer: Customer | undefined }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const kind = useKind();
  const identity = useIdentity(id);
  const undo = useUndoLink();
  const [lit, setLit] = useState<string | null>(null);
  const [asking, setAsking] = useState<IdentityLink | null>(null);
  const preview = useUndoPreview(asking?.id ?? null);
  if (identity.isError) return <Failed failure={explain(identity.error)} onRetry={() => void identity.refetch()} />;
  if (!identity.data) return <Skeleton height={400} radius="lg" />;
  const values = new Map(identity.data.nodes.map((node) => [String(node.id), `${kind(node.type)} ${identifierText(node)}`]));
  const ends = (link: IdentityLink) => ({ a: values.get(String(link.a)) ?? '–', b: values.get(String(link.b)) ?? '–' });
  const reason = (link: IdentityLink) => {
    const parts = [t('because', { rule: t(`rules.${link.rule}`, { defaultValue: t('rules.other') }) })];
    // What identifies a person is no event of the journey, and so has no name.
    if (link.cause?.name) parts.push(t('cause', { event: words.event(link.cause.name), date: format.date(link.cause.timestamp) }));
    else if (link.cause && !link.actor) parts.push(t('causeIdentify', { date: format.date(link.cause.timestamp) }));
    return `${parts.join(', ')}.`;
  };
  const confirm = () => {
    if (!asking) return;
    undo.mutate(asking.id, {
      onSuccess: () => toast({ message: t('undone') }),
      onError: (error) => {
        const { key, detail } = explain(error);
        toast({ color: 'orange', title: common('error.title'), message: detail ?? common(`error.${key}`) });
      },
      onSettled: () => setAsking(null),
    });
  };
  return (
    <Card>
      <div className={classes.identityHead}>
        <Text c="dimmed" maw="62ch">{t('identityLead')}</Text>
        {customer ? <Merge customer={customer} /> : null}
      </div>
      <Conflicts id={identity.data.customer_id} conflicts={identity.data.conflicts} />
      <div className={classes.identity}>
        <Graph identity={identity.data} lit={lit} onLight={setLit} />
        {identity.data.links.length === 0 ? <Text c="dimmed">{t('single')}</Text> : (
          <ul className={classes.list}>
            {identity.data.links.map((link) => (
              <li key={String(link.id)} className={link.state === 'active' ? classes.link : `${classes.link} ${classes.linkOff}`} onPointerEnter={() => setLit(String(link.id))} onPointerLeave={() => setLit(null)}>
                <div className={classes.linkHead}>
                  <span className={classes.ends}>{t('link', ends(link))}</span>
                  {link.state === 'active' ? (
                    <Button size="compact-sm" variant="default" onClick={() => setAsking(link)} style={{ flex: 'none' }}>{t('undo')}</Button>
                  ) : (
                    <Badge variant="light" color="gray" tt="none" style={{ flex: 'none' }}>{t(`states.${link.state}`)}</Badge>
                  )}
                </div>
                <div className={classes.sub}>{reason(link)}</div>
                {link.actor ? <div className={classes.sub}>{t('by', { actor: link.actor })}, {t('at', { date: format.dateTime(link.time) })}</div> : null}
              </li>
            ))}
          </ul>
        )}
      </div>
      <Modal opened={asking !== null} onClose={() => setAsking(null)} title={t('undoTitle')} size="lg" centered closeButtonProps={{ 'aria-label': common('action.close') }}>
        <Text mb="md">{asking ? t('undoBody', ends(asking)) : ''}</Text>
        <Preview preview={preview} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setAsking(null)}>{common('action.cancel')}</Button>
          <Button onClick={confirm} loading={undo.isPending} data-autofocus>{t('undo')}</Button>
        </Group>
      </Modal>
    </Card>
  );
}
