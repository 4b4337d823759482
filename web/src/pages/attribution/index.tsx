// Attribution: what came before a conversion, by models side by side.
import { Button, SegmentedControl, Select, Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconShare } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { useAttribution } from '@/api/questions';
import { useFormat } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { readAddress, writeAddress } from '@/model/address';
import {
  attributionQuestion, defaultAttribution, dotRows, lookbacks, measures, models, readAttribution, toggled, touchKeys, untouched, type AttributionForm,
} from '@/model/attribution';
import type { AttributionAnswer, AttributionKey } from '@/model/contract';
import { groundsText } from '@/model/interval';
import { attributionReport, disagreement } from '@/model/reports/attribution';
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
import classes from './attribution.module.css';
import { Dots } from './dots';
import { Mark } from './mark';
import { texts } from './texts';

const readForm = (text: string | null): AttributionForm => readAddress(text, (value) => readAttribution(value, defaultAttribution), defaultAttribution);
/** Models that differ by this much of all conversions tell different stories. */
const strong = 0.1;
const daysOf = (lookback: string): number => Number.parseInt(lookback, 10);

interface Shown {
  answer: AttributionAnswer;
  form: AttributionForm;
  /** What the answer was asked for; only how it is shown may differ from it. */
  asked: AttributionForm;
}

function Question({ form, onChange }: { form: AttributionForm; onChange: (form: AttributionForm) => void }) {
  const { t } = useTranslation(texts);
  const set = (part: Partial<AttributionForm>) => onChange({ ...form, ...part });
  return (
    <Card>
      <div className={classes.question}>
        <EventPicker label={t('conversion')} placeholder={t('conversionDefault')} value={form.conversion} onChange={(conversion) => set({ conversion })} />
        <Select label={t('key')} allowDeselect={false} value={form.key} data={touchKeys.map((value) => ({ value, label: t(`keys.${value}`) }))} onChange={(key) => key && set({ key: key as AttributionForm['key'] })} />
        <Select label={t('lookback')} allowDeselect={false} value={form.lookback} data={lookbacks.map((value) => ({ value, label: t('days', { count: daysOf(value) }) }))} onChange={(lookback) => lookback && set({ lookback: lookback as AttributionForm['lookback'] })} />
      </div>
      <div className={classes.strip}>
        <SegmentedControl aria-label={t('measure')} size="xs" value={form.measure} onChange={(measure) => set({ measure: measure as AttributionForm['measure'] })} data={measures.map((value) => ({ value, label: t(`measures.${value}`) }))} />
        <FilterEditor value={form.where} onChange={(where) => set({ where })} />
      </div>
    </Card>
  );
}

function Models({ form, onChange }: { form: AttributionForm; onChange: (form: AttributionForm) => void }) {
  const { t } = useTranslation(texts);
  return (
    <div role="group" aria-label={t('models')} className={classes.models}>
      {models.map((model) => (
        <button key={model} type="button" className={classes.model} aria-pressed={form.models.includes(model)} onClick={() => onChange({ ...form, models: toggled(form.models, model) })}>
          <Mark model={model} />{t(`names.${model}`)}
        </button>
      ))}
    </div>
  );
}

function Grounds({ answer, asked }: Pick<Shown, 'answer' | 'asked'>) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const without = untouched(answer).conversions;
  const days = daysOf(asked.lookback);
  const total = format.number(answer.conversions);
  return (
    <div className={classes.grounds}>
      <p>{t('honest')}</p>
      <p>
        {t('rests', { converting: format.number(answer.converting), others: format.number(answer.not_converting ?? 0) })}{' '}
        {without > 0 ? t('untouched', { n: format.number(without), total, share: `${format.percent(without / answer.conversions)} (${groundsText(without, answer.conversions, format)})`, days }) : t('untouchedNone', { total, days })}
      </p>
    </div>
  );
}

function Numbers({ answer, form, asked }: Shown) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const words = useWords();
  const apart = disagreement(answer, form);
  const name = (item: AttributionKey) => (item.key === null ? t('none') : words.value(asked.key, item.key));
  const columns: TableColumn<AttributionKey>[] = [
    { id: 'key', head: words.field(asked.key), order: name, cell: (item) => <span className={classes.keyCell}>{name(item)}</span> },
    { id: 'touches', head: t('touches'), order: (item) => item.touches, number: true, cell: (item) => (item.touches === null ? '–' : format.number(item.touches)) },
    { id: 'customers', head: t('customers'), order: (item) => item.customers, number: true, wide: true, cell: (item) => (item.customers === null ? '–' : format.number(item.customers)) },
    ...form.models.map((model): TableColumn<AttributionKey> => ({
      id: model, head: t(`names.${model}`), number: true, order: (item) => item.models[model]?.[form.measure] ?? null,
      cell: (item) => {
        const { conversions, value } = item.models[model] ?? {};
        if (typeof conversions !== 'number') return '–';
        return <>{format.number(conversions, 1)}<span className={classes.money}>{typeof value === 'number' ? format.money(Math.round(value)) : ''}</span></>;
      },
    })),
    { id: 'apart', head: t('apart'), number: true, order: (item) => (item.key === null ? null : (apart.get(item.key) ?? null)), cell: (item) => { const points = item.key === null ? undefined : apart.get(item.key); return points === undefined ? '–' : <span className={points >= strong ? classes.apart : undefined}>{t('points', { n: format.number(points * 100, 1) })}</span>; } },
  ];
  return (
    <Card flush title={t('table')}>
      <DataTable label={t('table')} columns={columns} rows={answer.keys} rowKey={(item) => String(item.key)} />
    </Card>
  );
}

function Explained({ form }: { form: AttributionForm }) {
  const { t } = useTranslation(texts);
  return (
    <Card title={t('explain')}>
      <dl className={classes.explained}>
        {form.models.map((model) => <div key={model}><dt><Mark model={model} />{t(`names.${model}`)}</dt><dd>{t(`plain.${model}`)}</dd></div>)}
      </dl>
    </Card>
  );
}

function Result({ answer, form, asked, onChange }: Shown & { onChange: (form: AttributionForm) => void }) {
  const { t } = useTranslation(texts);
  const words = useWords();
  const teller = useTeller();
  if (answer.conversions === 0) return <Empty icon={<IconShare size={28} />} title={t('nothing')}>{t('nothingBody')}</Empty>;
  return (
    <>
      <ReportHead page="attribution" question={form} posted={() => ({ kind: 'attribution', question: { ...attributionQuestion(form, teller.format.timezone, new Date()) } })} report={attributionReport(answer, form, asked, teller)} />
      <Card>
        <Grounds answer={answer} asked={asked} />
      </Card>
      <Card title={t('dots')}>
        <p className={classes.note}>{t('dotsLead')}</p>
        <Models form={form} onChange={onChange} />
        <Dots answer={answer} rows={dotRows(answer, form.models, form.measure)} measure={form.measure} name={(key) => words.value(asked.key, key)} />
      </Card>
      <Numbers answer={answer} form={form} asked={asked} />
      <Explained form={form} />
    </>
  );
}

export default function AttributionPage() {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const vocabulary = useKnownVocabulary();
  const [form, setForm] = useAddress<AttributionForm>('q', readForm, writeAddress);
  const [asked] = useDebouncedValue(form, 250);
  const empty = vocabulary !== undefined && vocabulary.events.every((item) => item.count === 0);
  const question = useMemo(() => attributionQuestion(asked, format.timezone, new Date()), [asked, format.timezone]);
  const answer = useAttribution(empty ? null : question);
  // An answer that stays on screen while the next one comes keeps the words it was asked with.
  const [shown, setShown] = useState(asked);
  if (!answer.isPlaceholderData && shown !== asked) setShown(asked);
  return (
    <Page wide title={t('title')} lead={t('lead')} actions={empty ? null : <RangePicker value={form.range} onChange={(range) => setForm({ ...form, range })} />}>
      {empty ? (
        <Empty icon={<IconShare size={28} />} title={t('empty')} action={<Button component={Link} to="/importa">{t('import')}</Button>}>{t('emptyBody')}</Empty>
      ) : (
        <div className={classes.page}>
          <Question form={form} onChange={setForm} />
          {answer.isError ? (
            <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} />
          ) : !answer.data ? (
            <Card title={t('dots')}><Skeleton height={420} radius="md" /></Card>
          ) : (
            <div className={answer.isPlaceholderData ? `${classes.page} ${classes.stale}` : classes.page}>
              <Result answer={answer.data} form={form} asked={shown} onChange={setForm} />
            </div>
          )}
        </div>
      )}
    </Page>
  );
}
