// Variants: the ways that people go, the most used first, and how they compare with a designed one.
import { Button, Select, Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconListTree, IconRoute, IconUsers } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { useVariants } from '@/api/questions';
import { useFormat, useLabel } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { readAddress, writeAddress } from '@/model/address';
import type { VariantsAnswer } from '@/model/contract';
import { groundsText, intervalText, shareText } from '@/model/interval';
import { variantsReport } from '@/model/reports/variants';
import { colourOf, defaultVariants, moreVariants, readVariants, variantsQuestion, variantUnits, type VariantPeople, type VariantsForm } from '@/model/variants';
import { Card } from '@/widgets/card';
import { DataTable, type TableColumn } from '@/widgets/data_table';
import { EventPicker } from '@/widgets/event_picker';
import { FilterEditor } from '@/widgets/filter_editor';
import { Page } from '@/widgets/page';
import { RangePicker } from '@/widgets/range_picker';
import { Empty, Failed } from '@/widgets/states';
import { useTeller } from '@/widgets/use_teller';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import { ReportHead } from '../report_head';
import { Design } from './design';
import { People } from './people';
import { texts } from './texts';
import classes from './variants.module.css';
import { Way } from './way';

const firstDeviations = 15;
const firstLoops = 10;

function Question({ form, onChange }: { form: VariantsForm; onChange: (form: VariantsForm) => void }) {
  const { t } = useTranslation(texts);
  const label = useLabel();
  const vocabulary = useKnownVocabulary();
  const set = (part: Partial<VariantsForm>) => onChange({ ...form, people: null, ...part });
  const nodes = [
    ...(['touchpoint', 'channel', 'name'] as const).map((value) => ({ value: value as string, label: t(`nodes.${value}`) })),
    ...(vocabulary?.stage_models ?? []).map((model) => ({ value: `stage.${model.id}`, label: t('nodes.stage', { model: label(model.label, model.id) }) })),
  ];
  return (
    <Card>
      <div className={classes.question}>
        <Select label={t('node')} allowDeselect={false} value={form.node} data={nodes} onChange={(node) => node && set({ node, design: [] })} />
        <Select label={t('unit')} allowDeselect={false} value={form.unit} data={variantUnits.map((value) => ({ value, label: t(`units.${value}`) }))} onChange={(unit) => unit && set({ unit: unit as VariantsForm['unit'] })} />
        <EventPicker label={t('goal')} placeholder={t('goalNone')} value={form.goal} onChange={(goal) => set({ goal })} />
      </div>
      <div className={classes.strip}><FilterEditor value={form.where} onChange={(where) => set({ where })} /></div>
    </Card>
  );
}

interface PartProps {
  answer: VariantsAnswer;
  name: (label: string) => string;
  colours: Map<string, number>;
  onOpen: (people: VariantPeople) => void;
}

function Ways({ answer, name, colours, onOpen, onDesign, onMore }: PartProps & { onDesign: (sequence: string[]) => void; onMore: (() => void) | null }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const format = useFormat();
  const goal = answer.variants.some(({ conversions }) => conversions !== null);
  const most = Math.max(1, ...answer.variants.map(({ count }) => count));
  return (
    <Card title={t('list')}>
      <ul className={classes.ways}>
        {answer.variants.map((item) => (
          <li key={item.sequence.join('\u0000')} className={classes.row} data-way={item.count}>
            <div className={classes.amount}>
              <span className={classes.number}>{format.number(item.count)}</span>
              <span className={classes.soft} title={groundsText(item.count, answer.total, format)}>{format.percent(item.share)} · {t('cumulative').toLowerCase()} {format.percent(item.cumulative_share, 0)}</span>
              <span className={classes.bar} aria-hidden><span style={{ width: `${(100 * item.count) / most}%` }} /></span>
            </div>
            <div className={classes.what}>
              <Way sequence={item.sequence} name={name} colours={colours} />
              <span className={classes.soft}>
                {item.sequence.length > 1 ? `${t('median')}: ${format.duration(item.median_seconds)}` : ''}
                {goal && item.conversions !== null ? ` · ${t('conversions')}: ${format.number(item.conversions)}, ${shareText(item.conversions, item.count, format)}` : ''}
                {item.conforms ? ` · ${t('conforms')}` : ''}
              </span>
            </div>
            <div className={classes.actions}>
              <Button variant="subtle" size="compact-xs" leftSection={<IconUsers size={14} aria-hidden />} onClick={() => onOpen({ sequence: item.sequence })}>{t('people')}</Button>
              <Button variant="subtle" size="compact-xs" leftSection={<IconListTree size={14} aria-hidden />} onClick={() => onDesign(item.sequence)}>{t('asDesign')}</Button>
            </div>
          </li>
        ))}
        {answer.other.variants > 0 ? (
          <li className={classes.row} data-way={answer.other.count}>
            <div className={classes.amount}>
              <span className={classes.number}>{format.number(answer.other.count)}</span>
              <span className={classes.soft}>{format.percent(answer.other.share)}</span>
            </div>
            <div className={classes.what}><span className={classes.soft}>{t('rest', { n: format.number(answer.other.variants) })}</span></div>
            <div className={classes.actions}><Button variant="subtle" size="compact-xs" leftSection={<IconUsers size={14} aria-hidden />} onClick={() => onOpen({ other: true })}>{t('people')}</Button></div>
          </li>
        ) : null}
      </ul>
      {onMore && answer.other.variants > 0 ? <Button mt="sm" variant="default" size="sm" onClick={onMore}>{common('action.more')}</Button> : null}
    </Card>
  );
}

function Conformance({ conformance, total, name, onOpen }: { conformance: NonNullable<VariantsAnswer['conformance']>; total: number } & Pick<PartProps, 'name' | 'onOpen'>) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const [all, setAll] = useState(false);
  const hidden = (length: number, first: number) => (all || length <= first ? null : (
    <p className={`${classes.note} ${classes.inset}`}>
      {t('hidden', { shown: format.number(first), total: format.number(length) })} <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>{t('seeAll')}</Button>
    </p>
  ));
  type Deviation = (typeof conformance.deviations)[number];
  type Loop = (typeof conformance.loops)[number];
  const named = (label: string) => label.split(' / ').map(name).join(' / ');
  const deviations: TableColumn<Deviation>[] = [
    { id: 'kind', head: t('kind'), cell: ({ kind }) => t(`kinds.${kind}`), order: ({ kind }) => kind },
    { id: 'label', head: t('label'), cell: ({ label }) => named(label), order: ({ label }) => named(label) },
    { id: 'sequences', head: t('sequences'), cell: ({ sequences }) => format.number(sequences), order: ({ sequences }) => sequences, number: true },
    { id: 'share', head: t('share'), cell: ({ share }) => format.share(share), order: ({ share }) => share, number: true, wide: true },
    { id: 'sure', head: t('sure'), cell: ({ sequences }) => intervalText(sequences, total, format), number: true, wide: true },
  ];
  const loops: TableColumn<Loop>[] = [
    { id: 'label', head: t('label'), cell: ({ label }) => name(label), order: ({ label }) => name(label) },
    { id: 'sequences', head: t('sequences'), cell: ({ sequences }) => format.number(sequences), order: ({ sequences }) => sequences, number: true },
    { id: 'share', head: t('share'), cell: ({ share }) => format.share(share), order: ({ share }) => share, number: true, wide: true },
    { id: 'sure', head: t('sure'), cell: ({ sequences }) => intervalText(sequences, total, format), number: true, wide: true },
  ];
  return (
    <>
      <Card flush title={t('deviations')}>
        <p className={`${classes.headline} ${classes.inset}`} data-fitness>
          {t('fitness', { share: format.percent(conformance.fitness, 0) })}
          <span className={classes.detail}>{t('fitnessDetail', { n: format.number(conformance.replayed), total: format.number(total) })} · {groundsText(conformance.replayed, total, format)}</span>
        </p>
        {conformance.deviations.length === 0 ? <p className={`${classes.note} ${classes.inset}`}>{t('none')}</p> : <DataTable label={t('deviations')} columns={deviations} rows={all ? conformance.deviations : conformance.deviations.slice(0, firstDeviations)} rowKey={({ kind, label }) => `${kind} ${label}`} onOpen={({ kind, label }) => onOpen({ deviation: { kind, label } })} />}
        {hidden(conformance.deviations.length, firstDeviations)}
      </Card>
      <Card flush title={t('loops')}>
        {conformance.loops.length === 0 ? <p className={`${classes.note} ${classes.inset}`}>{t('loopsNone')}</p> : <DataTable label={t('loops')} columns={loops} rows={all ? conformance.loops : conformance.loops.slice(0, firstLoops)} rowKey={({ label }) => label} onOpen={({ label }) => onOpen({ loop: label })} />}
        {hidden(conformance.loops.length, firstLoops)}
      </Card>
    </>
  );
}

const read = (text: string | null) => readAddress(text, readVariants, defaultVariants);

export default function VariantsPage() {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const [form, setForm] = useAddress<VariantsForm>('q', read, writeAddress);
  const [asked] = useDebouncedValue(form, 250);
  const teller = useTeller();
  const empty = vocabulary !== undefined && vocabulary.events.every((item) => item.count === 0);
  const question = useMemo(() => variantsQuestion(asked, format.timezone, new Date()), [asked, format.timezone]);
  const answer = useVariants(empty ? null : question);
  // An answer that stays on screen while the next one comes keeps the words it was asked with.
  const [shown, setShown] = useState(asked);
  if (!answer.isPlaceholderData && shown !== asked) setShown(asked);
  const name = useCallback((label: string) => words.value(shown.node, label), [shown.node, words]);
  const colours = useMemo(() => (answer.data ? colourOf(answer.data) : new Map<string, number>()), [answer.data]);
  const open = (people: VariantPeople) => setForm({ ...form, people });
  const listed = (people: VariantPeople | null): string => {
    if (people === null) return '';
    if ('sequence' in people) return t('listVariant');
    if ('other' in people) return t('listOther');
    return 'loop' in people ? t('listLoop', { name: name(people.loop) }) : t('listDeviation', { kind: t(`kinds.${people.deviation.kind}`), name: name(people.deviation.label) });
  };
  return (
    <Page wide title={t('title')} lead={t('lead')} actions={empty ? null : <RangePicker value={form.range} onChange={(range) => setForm({ ...form, people: null, range })} />}>
      {empty ? (
        <Empty icon={<IconRoute size={28} />} title={t('empty')} action={<Button component={Link} to="/importa">{t('import')}</Button>}>{t('emptyBody')}</Empty>
      ) : (
        <div className={classes.page}>
          <Question form={form} onChange={setForm} />
          {answer.isError ? (
            <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} />
          ) : !answer.data ? (
            <Card title={t('list')}><Skeleton height={480} radius="md" /></Card>
          ) : answer.data.total === 0 ? (
            <Empty icon={<IconRoute size={28} />} title={t('nothing')}>{t('nothingBody')}</Empty>
          ) : (
            <div className={answer.isPlaceholderData ? `${classes.page} ${classes.stale}` : classes.page}>
              <ReportHead page="variants" question={shown} posted={() => ({ kind: 'variants', question: { ...variantsQuestion(shown, format.timezone, new Date()) } })} report={variantsReport(answer.data, shown, teller)} />
              <Design design={form.design} labels={[...colours.keys()]} name={name} onChange={(design) => setForm({ ...form, people: null, design })} />
              {answer.data.conformance ? <Conformance conformance={answer.data.conformance} total={answer.data.total} name={name} onOpen={open} /> : null}
              <Ways
                answer={answer.data} name={name} colours={colours} onOpen={open} onMore={form.limit < moreVariants ? () => setForm({ ...form, limit: moreVariants }) : null}
                onDesign={(sequence) => setForm({ ...form, people: null, design: sequence.map((node) => ({ node, optional: false })) })}
              />
            </div>
          )}
        </div>
      )}
      <People form={form} title={listed(form.people)} onClose={() => setForm({ ...form, people: null })} />
    </Page>
  );
}
