// Retention: of those who began, how many come back; and who is new, stays, comes back, falls silent.
import { Button, SegmentedControl, Select, Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { useRetention } from '@/api/questions';
import { useFormat } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { readAddress, writeAddress } from '@/model/address';
import type { Cohort, RetentionAnswer } from '@/model/contract';
import { fieldChoices } from '@/model/filters';
import { intervalText, shareText } from '@/model/interval';
import { cohortName, retentionReport } from '@/model/reports/retention';
import {
  cellsOf, defaultRetention, lifecycleQuestion, matches, modes, periodCount, readRetention, retentionQuestion, shownCohorts, units, withUnit,
  type RetentionForm, type Unit,
} from '@/model/retention';
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
import { Heat, type HeatRow } from './heat';
import { Lifecycle } from './lifecycle';
import { People } from './people';
import classes from './retention.module.css';
import { texts } from './texts';

const firstRows = 31;

/** A cohort's name: "settembre 2026", "12 ott". */
function useCohortName(): (start: string, unit: Unit) => string {
  const teller = useTeller();
  return useCallback((start, unit) => cohortName(start, unit, teller), [teller]);
}

function Question({ form, onChange }: { form: RetentionForm; onChange: (form: RetentionForm) => void }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const set = (part: Partial<RetentionForm>) => onChange({ ...form, people: null, ...part });
  const fields = fieldChoices(vocabulary).map(({ field }) => ({ value: field, label: words.field(field) }));
  return (
    <Card>
      <div className={classes.question}>
        <EventPicker label={t('start')} placeholder={t('startPick')} value={form.start} onChange={(start) => set({ start })} />
        <EventPicker label={t('back')} placeholder={t('backSame')} value={form.back} onChange={(back) => set({ back })} />
        <Select label={t('mode')} allowDeselect={false} value={form.mode} data={modes.map((value) => ({ value, label: t(`modes.${value}`) }))} onChange={(mode) => mode && set({ mode: mode as RetentionForm['mode'] })} />
        <Select label={t('match')} allowDeselect={false} value={form.match} data={matches.map((value) => ({ value, label: t(`matches.${value}`) }))} onChange={(match) => match && set({ match: match as RetentionForm['match'] })} />
        <Select label={t('breakdown')} clearable searchable placeholder={t('noBreakdown')} value={form.breakdown} data={fields} onChange={(breakdown) => set({ breakdown })} />
      </div>
      <div className={classes.strip}>
        <SegmentedControl aria-label={t('unit')} size="xs" value={form.unit} onChange={(unit) => onChange(withUnit(form, unit as Unit))} data={units.map((value) => ({ value, label: common(`interval.${value}`) }))} />
        <FilterEditor value={form.where} onChange={(where) => set({ where })} />
      </div>
    </Card>
  );
}

function Cohorts({ answer, form, onOpen }: { answer: RetentionAnswer; form: RetentionForm; onOpen: (cohort: string, period: number) => void }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const name = useCohortName();
  const [all, setAll] = useState(false);
  const cohorts = shownCohorts(answer.cohorts);
  const shown = all ? cohorts : cohorts.slice(-firstRows);
  const rows = shown.map((cohort): HeatRow => {
    const cells = cellsOf(cohort);
    const named = name(cohort.start, form.unit);
    return {
      id: cohort.start, name: named, size: cohort.size, cells,
      sentence: (period) => {
        const cell = cells[period - 1];
        if (!cell) return t('sizeCell', { name: named, size: format.number(cohort.size) });
        const text = t('cell', { name: named, rate: shareText(cell.count, cohort.size, format), after: t(`afterN.${form.unit}`, { count: period }), came: format.number(cell.count), size: format.number(cohort.size) });
        return cell.complete ? text : `${text}. ${t('open')}`;
      },
    };
  });
  const open = shown.some((cohort) => cohort.complete.slice(1).includes(false));
  return (
    <Card title={t('heat')}>
      <Heat label={t('heat')} corner={t('cohort')} unit={form.unit} rows={rows} periods={periodCount(cohorts)} mean={answer.mean} onOpen={onOpen} />
      <p className={classes.note}>{open ? <><span className={`${classes.swatch} ${classes.sample} ${classes.open}`} aria-hidden /> {t('legend')} </> : null}{t('hint')}</p>
      {shown.length < cohorts.length ? <Button mt="sm" variant="default" size="sm" onClick={() => setAll(true)}>{t('morePast')}</Button> : null}
    </Card>
  );
}

function Groups({ answer, form, field }: { answer: RetentionAnswer; form: RetentionForm; field: string }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const words = useWords();
  const rows = (answer.groups ?? []).map((group): HeatRow => {
    const name = words.value(field, group.value);
    return {
      id: String(group.value), name, size: group.size, cells: group.mean.slice(1).map((rate) => ({ rate, complete: true })),
      sentence: (period) => t('cellMean', { name, rate: format.percent(group.mean[period]), after: t(`afterN.${form.unit}`, { count: period }) }),
    };
  });
  if (rows.length === 0) return null;
  const label = t('groupsHeat', { field: words.field(field).toLowerCase() });
  return <Card title={label}><Heat label={label} corner={t('group')} unit={form.unit} rows={rows} periods={periodCount(shownCohorts(answer.cohorts))} /></Card>;
}

function Numbers({ answer, form }: { answer: RetentionAnswer; form: RetentionForm }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const name = useCohortName();
  const rows = [...shownCohorts(answer.cohorts)].reverse();
  const periods = Array.from({ length: periodCount(rows) }, (_, i) => i + 1);
  const after = (count: number) => t(`afterN.${form.unit}`, { count });
  const columns: TableColumn<Cohort>[] = [
    { id: 'cohort', head: t('cohort'), order: (row) => row.start, cell: (row) => <span style={{ whiteSpace: 'nowrap' }}>{name(row.start, form.unit)}</span> },
    { id: 'size', head: t('size'), order: (row) => row.size, number: true, cell: (row) => format.number(row.size) },
    ...periods.map((period): TableColumn<Cohort> => ({ id: String(period), head: after(period), number: true, cell: (row) => (row.counts[period] === undefined ? '' : <span title={shareText(row.counts[period], row.size, format)}>{format.number(row.counts[period])} <small className={classes.sure}>{intervalText(row.counts[period], row.size, format)}</small></span>) })),
  ];
  return (
    <Card flush title={t('table')}>
      <DataTable label={t('table')} columns={columns} rows={rows} rowKey={(row) => row.start} />
    </Card>
  );
}

export default function RetentionPage() {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const name = useCohortName();
  const teller = useTeller();
  const vocabulary = useKnownVocabulary();
  const fallback = useMemo(() => defaultRetention(vocabulary), [vocabulary]);
  const read = useCallback((text: string | null) => readAddress(text, (value) => readRetention(value, fallback), fallback), [fallback]);
  const [form, setForm] = useAddress<RetentionForm>('q', read, writeAddress);
  const [asked] = useDebouncedValue(form, 250);
  const question = useMemo(() => retentionQuestion(asked, format.timezone, new Date()), [asked, format.timezone]);
  const lifecycle = useMemo(() => lifecycleQuestion(asked, format.timezone, new Date()), [asked, format.timezone]);
  const answer = useRetention(question);
  const empty = vocabulary !== undefined && vocabulary.events.every((item) => item.count === 0);
  // An answer that stays on screen while the next one comes keeps the unit it was asked in.
  const [shown, setShown] = useState(asked);
  if (!answer.isPlaceholderData && shown !== asked) setShown(asked);
  return (
    <Page wide title={t('title')} lead={t('lead')} actions={empty ? null : <RangePicker value={form.range} onChange={(range) => setForm({ ...form, people: null, range })} />}>
      {empty ? (
        <Empty icon={<IconArrowBackUp size={28} />} title={t('empty')} action={<Button component={Link} to="/importa">{t('import')}</Button>}>{t('emptyBody')}</Empty>
      ) : (
        <div className={classes.page}>
          <Question form={form} onChange={setForm} />
          {question === null && vocabulary ? (
            <Empty icon={<IconArrowBackUp size={28} />} title={t('need')}>{t('needBody')}</Empty>
          ) : answer.isError ? (
            <Failed failure={explain(answer.error)} onRetry={() => void answer.refetch()} />
          ) : !answer.data ? (
            <Card title={t('heat')}><Skeleton height={420} radius="md" /></Card>
          ) : shownCohorts(answer.data.cohorts).length === 0 ? (
            <Empty icon={<IconArrowBackUp size={28} />} title={t('nobody')}>{t('nobodyBody')}</Empty>
          ) : (
            <div className={answer.isPlaceholderData ? `${classes.page} ${classes.stale}` : classes.page}>
              <ReportHead page="retention" question={shown} posted={() => ({ kind: 'retention', question: { ...retentionQuestion(shown, format.timezone, new Date()) } })} report={retentionReport(answer.data, shown, teller)} />
              <Cohorts answer={answer.data} form={shown} onOpen={(cohort, period) => setForm({ ...form, people: { cohort, period, state: 'returned' } })} />
              {shown.breakdown ? <Groups answer={answer.data} form={shown} field={shown.breakdown} /> : null}
              <Numbers answer={answer.data} form={shown} />
            </div>
          )}
          {question === null || answer.isError ? null : <Lifecycle question={lifecycle} unit={shown.unit} name={name} />}
        </div>
      )}
      <People form={form} name={(start) => name(start, form.unit)} onState={(state) => form.people && setForm({ ...form, people: { ...form.people, state } })} onClose={() => setForm({ ...form, people: null })} />
    </Page>
  );
}
