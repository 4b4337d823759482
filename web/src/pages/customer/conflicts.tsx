// Cases that rules may not decide: an event named this person and another. Join them, or say that they are two.
import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useDismissConflict, useMerge, useMergePreview } from '@/api/customers';
import { explain } from '@/api/problem';
import { identifierTexts } from '@/base/identifiers';
import { useFormat } from '@/base/preferences';
import { toast } from '@/base/toast';
import type { IdentityConflict } from '@/model/contract';
import { otherCustomer } from '@/model/journey';
import classes from './customer.module.css';
import { Preview } from './preview';
import { texts } from './texts';

export function Conflicts({ id, conflicts }: { id: string; conflicts: IdentityConflict[] }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const { t: kind } = useTranslation(identifierTexts);
  const format = useFormat();
  const dismiss = useDismissConflict();
  const merge = useMerge();
  const [asking, setAsking] = useState<string | null>(null);
  const preview = useMergePreview(id, asking);
  const open = conflicts.filter((conflict) => conflict.state === 'open');
  if (open.length === 0) return null;
  const failed = (error: unknown) => {
    const { key, detail } = explain(error);
    toast({ color: 'orange', title: common('error.title'), message: detail ?? common(`error.${key}`) });
  };
  const confirm = () => {
    if (asking === null) return;
    merge.mutate({ a: id, b: asking }, { onSuccess: () => toast({ message: t('merged') }), onError: failed, onSettled: () => setAsking(null) });
  };
  return (
    <section className={classes.conflicts} data-conflicts>
      <Text><strong>{t('conflicts')}.</strong> {t('conflictsBody', { n: format.number(open.length) })}</Text>
      <ul className={classes.list}>
        {open.map((conflict) => {
          const other = otherCustomer(conflict, id);
          if (!other) return null;
          return (
            <li key={String(conflict.id)} className={classes.link}>
              <div className={classes.linkHead}>
                <span className={classes.ends}>
                  <Link to={`/clienti/${encodeURIComponent(other.customer_id)}`}>{other.name || t('anonymous')}</Link>, {kind(other.identifier.type, { defaultValue: kind('other') })} {other.identifier.value}
                </span>
                <Group gap="xs" wrap="nowrap">
                  <Button size="compact-sm" variant="default" onClick={() => setAsking(other.customer_id)}>{t('samePerson')}</Button>
                  <Button size="compact-sm" variant="default" loading={dismiss.isPending && dismiss.variables === conflict.id} onClick={() => dismiss.mutate(conflict.id, { onSuccess: () => toast({ message: t('dismissed') }), onError: failed })}>{t('twoPeople')}</Button>
                </Group>
              </div>
              {conflict.cause ? <div className={classes.sub}>{t('conflictCause', { date: format.date(conflict.cause.timestamp) })}</div> : null}
            </li>
          );
        })}
      </ul>
      <Modal opened={asking !== null} onClose={() => setAsking(null)} title={t('samePersonTitle')} size="lg" centered closeButtonProps={{ 'aria-label': common('action.close') }}>
        <Preview preview={preview} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setAsking(null)}>{common('action.cancel')}</Button>
          <Button onClick={confirm} loading={merge.isPending} disabled={!preview.data} data-autofocus>{t('mergeConfirm')}</Button>
        </Group>
      </Modal>
    </section>
  );
}
