// Trends: how what people do changes over time.
import { ActionIcon, Button, Group, SegmentedControl, Select, Skeleton, Stack, Switch, useComputedColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconChartLine, IconPlus, IconTrash } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { explain } from '@/api/problem';
import { useAnnotations } from '@/api/annotations';
import { useTrend } from '@/api/questions';
import { useFormat } from '@/base/preferences';
import { useAddress } from '@/base/use_address';
import { LineChart, linePalette, type ChartLine } from '@/charts/line_chart';
import { readAddress, writeAddress } from '@/model/address';
import type { TrendAnswer } from '@/model/contract';
import { selectorNames, withNames } from '@/model/filters';
import { daysOf, intervalFor, toTimeRange } from '@/model/range';
import { bucketText as textOfBucket, notesIn, seriesName, trendReport } from '@/model/reports/trend';
import {
  askedSeries, change, defaultTrend, intervals, maxSeries, measures, needsField, numericFields, previousQuestion, readTrend, summary, summaryIsMean,
  partialBuckets, trendQuestion, type TrendForm, type TrendSeries,
} from '@/model/trend';
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
import { Notes } from './notes';
import { texts } from './texts';
import classes from './trends.module.css';

function useColors(): string[] {
  return linePalette[useComputedColorScheme('light')];
}

function useSeriesName(): (series: TrendSeries) => string {
  const teller = useTeller();
  return (series) => seriesName(series, teller);
}

function SeriesRow({ series, index, count, onChange, onRemove }: { series: TrendSeries; index: number; count: number; onChange: (series: TrendSeries) => void; onRemove: () => void }) {
  const { t } = useTranslation(texts);
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  const colors = useColors();
  const fields = numericFields(vocabulary).map(({ field }) => ({ value: field, label: words.field(field) }));
  const offered = measures.filter((measure) => !needsField(measure) || fields.length > 0);
  return (
    <div className={classes.series}>
      <span className={classes.dot} style={{ background: colors[index % colors.length] }} aria-hidden />
      <EventPicker aria-label={t('line', { n: index + 1 })} placeholder={series.selector.all ? t('any') : t('pick')} value={selectorNames(series.selector)} onChange={(names) => onChange({ ...series, selector: withNames(series.selector, names) })} />
      <Select
        aria-label={t('measure')}
        allowDeselect={false}
        value={series.measure}
        data={offered.map((value) => ({ value, label: t(`measures.${value}`) }))}
        onChange={(measure) => measure && onChange({ ...series, measure: measure as TrendSeries['measure'], field: needsField(measure as TrendSeries['measure']) ? (series.field ?? fields[0]?.value ?? null) : null })}
      />
      {needsField(series.measure) ? <Select aria-label={t('field')} searchable allowDeselect={false} value={series.field} data={fields} onChange={(field) => onChange({ ...series, field })} /> : <span />}
      <ActionIcon variant="subtle" color="gray" disabled={count < 2} aria-label={t('removeSeries', { n: index + 1 })} onClick={onRemove}><IconTrash size={17} /></ActionIcon>
    </div>
  );
}

function Totals({ form, now, before }: { form: TrendForm; now: TrendAnswer; before: TrendAnswer | undefined }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const name = useSeriesName();
  const colors = useColors();
  return (
    <div className={classes.totals}>
      {askedSeries(form).map((series, i) => {
        const total = summary(now.series[i]?.values ?? [], series.measure);
        const versus = before ? change(total, summary(before.series[i]?.values ?? [], series.measure)) : null;
        return (
          <div key={i}>
            <div className={classes.name}><span className={classes.dot} style={{ background: colors[i % colors.length] }} aria-hidden />{name(series)}</div>
            <div className={classes.value}>{total === null ? '–' : format.number(total, total < 100 ? 1 : 0)}</div>
            <div className={classes.note}>
              {summaryIsMean(series.measure) ? `${t('perPoint')} · ` : ''}
              {versus === null ? t('noBefore') : `${versus > 0 ? '▲ +' : versus < 0 ? '▼ ' : ''}${format.percent(versus)} ${t('versus')}`}
            </div>
          </div>
        );
      })}
    </div>
  );
}

function Result({ form, now, before }: { form: TrendForm; now: TrendAnswer; before: TrendAnswer | undefined }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const nameOf = useSeriesName();
  const teller = useTeller();
  const annotations = useAnnotations();
  const names = askedSeries(form).map(nameOf);
  const bucketText = useCallback((bucket: string) => textOfBucket(bucket, form, teller), [form, teller]);
  const until = daysOf(form.range, format.timezone, new Date())?.to ?? null;
  const notes = useMemo(() => notesIn(annotations.data?.annotations ?? [], now.buckets, until, teller), [annotations.data, now.buckets, teller, until]);
  const lines: ChartLine[] = [
    ...now.series.map((series, i) => ({ name: names[i] ?? series.label, values: series.values, color: i })),
    ...(before?.series ?? []).map((series, i) => ({ name: t('before', { name: names[i] ?? series.label }), values: now.buckets.map((_, k) => series.values[k] ?? null), before: true, color: i })),
  ];
  const partial = partialBuckets(now.buckets, form.interval, toTimeRange(form.range, format.timezone, new Date()), new Date());
  const rows = now.buckets.map((bucket, i) => ({
    bucket, partial: partial[i]!, values: now.series.map((series) => series.values[i] ?? null), before: (before?.series ?? []).map((series) => series.values[i] ?? null), notes: notes.filter(({ at }) => at === i).map(({ note }) => note.text),
  })).reverse();
  const columns: TableColumn<(typeof rows)[number]>[] = [
    { id: 'when', head: t('when'), cell: (row) => <>{bucketText(row.bucket)}{row.partial ? <span className={classes.partial}>{t('partial')}</span> : null}{row.notes.map((text) => <span key={text} className={classes.noted}>{text}</span>)}</>, order: (row) => row.bucket },
    ...names.map((name, i): TableColumn<(typeof rows)[number]> => ({
      id: `s${i}`, head: name, number: true, order: (row) => row.values[i] ?? null, cell: (row) => (row.values[i] === null || row.values[i] === undefined ? '–' : format.number(row.values[i], 2)),
    })),
    ...(before ? names : []).map((name, i): TableColumn<(typeof rows)[number]> => ({
      id: `b${i}`, head: t('before', { name }), number: true, wide: true, order: (row) => row.before[i] ?? null, cell: (row) => (row.before[i] === null || row.before[i] === undefined ? '–' : format.number(row.before[i], 2)),
    })),
  ];
  return (
    <>
      <ReportHead page="trends" question={form} posted={() => ({ kind: 'trend', question: { ...trendQuestion(form, format.timezone, new Date()) } })} report={trendReport(now, before, form, teller, notes)} />
      <Card>
        <Totals form={form} now={now} before={before} />
        <LineChart partial={partial} notes={notes.map(({ at, note }) => ({ at, text: note.text }))} label={t('chart', { names: names.join(', ') })} buckets={now.buckets} lines={lines} bucketText={bucketText} valueText={(value) => format.number(value, 1)} />
        {partial.some(Boolean) ? <p className={classes.footnote}>{t('partialNote')}</p> : null}
      </Card>
      <Notes notes={notes.map(({ note }) => note)} failure={annotations.isError ? explain(annotations.error) : null} />
      <Card flush title={t('table')}>
        <div style={{ maxHeight: 460, overflowY: 'auto' }}>
          <DataTable label={t('table')} columns={columns} rows={rows} rowKey={(row) => row.bucket} />
        </div>
      </Card>
    </>
  );
}

export default function TrendsPage() {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const format = useFormat();
  const vocabulary = useKnownVocabulary();
  const fallback = useMemo(() => ({ ...defaultTrend(vocabulary), interval: 'week' as const }), [vocabulary]);
  const read = useCallback((text: string | null) => readAddress(text, (value) => readTrend(value, fallback), fallback), [fallback]);
  const [form, setForm] = useAddress<TrendForm>('q', read, writeAddress);
  const [asked] = useDebouncedValue(form, 250);
  const question = useMemo(() => trendQuestion(asked, format.timezone, new Date()), [asked, format.timezone]);
  const earlier = useMemo(() => previousQuestion(asked, format.timezone, new Date()), [asked, format.timezone]);
  const now = useTrend(question);
  const before = useTrend(earlier);
  const set = (part: Partial<TrendForm>) => setForm({ ...form, ...part });
  const empty = vocabulary !== undefined && vocabulary.events.every((item) => item.count === 0);
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={empty ? null : <RangePicker value={form.range} onChange={(range) => set({ range, interval: intervalFor(range, format.timezone, new Date()) })} />}
    >
      {empty ? (
        <Empty icon={<IconChartLine size={28} />} title={t('empty')} action={<Button component={Link} to="/importa">{t('import')}</Button>}>{t('emptyBody')}</Empty>
      ) : (
        <div className={classes.page}>
          <Card title={t('series')}>
            <Stack gap="sm">
              {form.series.map((series, i) => (
                <SeriesRow
                  key={i} series={series} index={i} count={form.series.length}
                  onChange={(next) => set({ series: form.series.map((item, k) => (k === i ? next : item)) })}
                  onRemove={() => set({ series: form.series.filter((_, k) => k !== i) })}
                />
              ))}
              <Group justify="space-between" align="flex-start">
                <FilterEditor value={form.where} onChange={(where) => set({ where })} />
                <Button variant="light" size="xs" leftSection={<IconPlus size={15} aria-hidden />} disabled={form.series.length >= maxSeries} onClick={() => set({ series: [...form.series, { selector: {}, measure: 'events', field: null }] })}>{t('addSeries')}</Button>
              </Group>
            </Stack>
            <div className={classes.bar}>
              <SegmentedControl aria-label={t('interval')} size="xs" value={form.interval} onChange={(interval) => set({ interval: interval as TrendForm['interval'] })} data={intervals.map((value) => ({ value, label: common(`interval.${value}`) }))} />
              <Switch label={t('compare')} checked={form.compare} onChange={(event) => set({ compare: event.currentTarget.checked })} />
            </div>
          </Card>
          {question === null && vocabulary ? (
            <Empty icon={<IconChartLine size={28} />} title={t('need')}>{t('needBody')}</Empty>
          ) : now.isError ? (
            <Failed failure={explain(now.error)} onRetry={() => void now.refetch()} />
          ) : !now.data ? (
            <Card><Skeleton height={460} radius="md" /></Card>
          ) : (
            <div className={now.isPlaceholderData ? `${classes.page} ${classes.stale}` : classes.page}>
              <Result form={asked} now={now.data} before={earlier && !before.isPlaceholderData ? before.data : undefined} />
            </div>
          )}
        </div>
      )}
    </Page>
  );
}
