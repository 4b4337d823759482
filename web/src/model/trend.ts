// The trends page: what a person chooses, the questions it becomes, and the sums under the lines.
import { readBoolean, readList, readObject, readOne } from './address';
import type { Filter, Interval, PropertyName, Selector, TrendMeasure, TrendQuestion, Vocabulary } from './contract';
import { completeFilters, readFilters, readSelector, selectorNames } from './filters';
import { previousRange, readRange, toTimeRange, type RangeChoice } from './range';

export const measures: readonly TrendMeasure[] = ['events', 'customers', 'sum', 'mean', 'median', 'p90', 'min', 'max'];
export const intervals: readonly Interval[] = ['hour', 'day', 'week', 'month'];
export const maxSeries = 5;

export interface TrendSeries {
  selector: Selector;
  measure: TrendMeasure;
  field: string | null;
}

export interface TrendForm {
  series: TrendSeries[];
  interval: Interval;
  range: RangeChoice;
  where: Filter[];
  compare: boolean;
}

export const needsField = (measure: TrendMeasure): boolean => measure !== 'events' && measure !== 'customers';

export const numericFields = (vocabulary: Vocabulary | undefined): PropertyName[] =>
  (vocabulary?.properties ?? []).filter((item) => ['number', 'integer', 'money'].includes(item.type));

export function defaultTrend(vocabulary: Vocabulary | undefined): TrendForm {
  const seen = (vocabulary?.events ?? []).filter((item) => item.count > 0).map((item) => item.name);
  const first = ['Order Completed', 'Receipt Issued'].filter((name) => seen.includes(name));
  const names = first.length > 0 ? first : seen.slice(0, 1);
  return {
    series: names.map((event) => ({ selector: { event }, measure: 'events', field: null })),
    interval: 'day', range: { preset: 'last90' }, where: [], compare: true,
  };
}

export function readTrend(value: unknown, fallback: TrendForm): TrendForm {
  const form = readObject(value);
  const series = readList(form.series).slice(0, maxSeries).map((item): TrendSeries => {
    const { selector, measure, field } = readObject(item);
    return { selector: readSelector(selector), measure: readOne(measure, measures, 'events'), field: typeof field === 'string' ? field : null };
  });
  return {
    series: series.length > 0 ? series : fallback.series,
    interval: readOne(form.interval, intervals, fallback.interval),
    range: readRange(form.range, fallback.range),
    where: readFilters(form.where),
    compare: readBoolean(form.compare, fallback.compare),
  };
}

const isAskable = ({ selector, measure, field }: TrendSeries): boolean =>
  (selectorNames(selector).length > 0 || selector.all === true) && (!needsField(measure) || field !== null);

/** The series that say enough to be asked, in order. */
export const askedSeries = (form: TrendForm): TrendSeries[] => form.series.filter(isAskable);

function question(form: TrendForm, timezone: string, range: TrendQuestion['range']): TrendQuestion | null {
  const series = askedSeries(form);
  if (series.length === 0) return null;
  const where = completeFilters(form.where);
  return {
    series: series.map(({ selector, measure, field }) => ({ ...selector, measure, ...(needsField(measure) && field ? { field } : {}) })),
    interval: form.interval,
    timezone,
    ...(where ? { where } : {}),
    ...(range ? { range } : {}),
  };
}

export const trendQuestion = (form: TrendForm, timezone: string, now: Date): TrendQuestion | null =>
  question(form, timezone, toTimeRange(form.range, timezone, now));

/** The same question about the period before; null when not asked for, or when there is none. */
export function previousQuestion(form: TrendForm, timezone: string, now: Date): TrendQuestion | null {
  if (!form.compare) return null;
  const range = previousRange(form.range, timezone, now);
  return range ? question(form, timezone, range) : null;
}

/** One number for a whole series: what adds up is added, the rest is averaged over the points that have a value. */
export function summary(values: (number | null)[], measure: TrendMeasure): number | null {
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return null;
  if (measure === 'min') return Math.min(...known);
  if (measure === 'max') return Math.max(...known);
  const sum = known.reduce((total, value) => total + value, 0);
  return measure === 'events' || measure === 'sum' ? sum : sum / known.length;
}

/** How a total reads: added up, or a mean per point. */
export const summaryIsMean = (measure: TrendMeasure): boolean => !['events', 'sum', 'min', 'max'].includes(measure);

/** Relative change against before; null when there is nothing to compare with. */
export function change(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : (now - before) / before;
}

const shortest: Record<Interval, number> = { hour: 3_600_000, day: 23 * 3_600_000, week: 7 * 86_400_000 - 3_600_000, month: 28 * 86_400_000 - 3_600_000 };

/**
 * Which buckets the period covers only in part: the first when it begins before the period, the last
 * when the period, or the present, ends inside it. A partial bucket looks like a fall and is none.
 */
export function partialBuckets(buckets: string[], interval: Interval, range: TrendQuestion['range'], now: Date): boolean[] {
  const from = range?.from === undefined ? -Infinity : Date.parse(range.from);
  const end = Math.min(range?.to === undefined ? Infinity : Date.parse(range.to), now.getTime());
  return buckets.map((bucket, i) => {
    const start = Date.parse(bucket);
    const next = buckets[i + 1] === undefined ? start + shortest[interval] : Date.parse(buckets[i + 1]!);
    return start < from || next > end;
  });
}
