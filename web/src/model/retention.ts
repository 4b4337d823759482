// Retention and lifecycle as the page builds and draws them (docs/semantics/retention.md).
import { readList, readObject, readOne } from './address';
import type { Cohort, Filter, LifecycleAnswer, LifecycleQuestion, RetentionAnswer, RetentionQuestion, Vocabulary } from './contract';
import { completeFilters, readFilters, withNames } from './filters';
import { readRange, toTimeRange, type RangeChoice, type RangePreset } from './range';

export const units = ['day', 'week', 'month'] as const;
export const modes = ['first_time', 'recurring'] as const;
export const matches = ['on', 'on_or_after'] as const;
export const peopleStates = ['returned', 'not_returned'] as const;
export type Unit = (typeof units)[number];

export interface CellChoice {
  /** The cohort's start, as the answer writes it. */
  cohort: string;
  period: number;
  state: (typeof peopleStates)[number];
}

export interface RetentionForm {
  /** Names of events; one of them begins. */
  start: string[];
  /** Names of events that count as coming back; none: those of the start. */
  back: string[];
  unit: Unit;
  mode: (typeof modes)[number];
  match: (typeof matches)[number];
  breakdown: string | null;
  where: Filter[];
  range: RangeChoice;
  people: CellChoice | null;
}

const periods: Record<Unit, number> = { day: 14, week: 12, month: 12 };
const fittingRange: Record<Unit, RangePreset> = { day: 'last28', week: 'last90', month: 'last12m' };

export function defaultRetention(vocabulary: Vocabulary | undefined): RetentionForm {
  const seen = (vocabulary?.events ?? []).filter((item) => item.count > 0).map((item) => item.name);
  const orders = ['Order Completed', 'Receipt Issued'].filter((name) => seen.includes(name));
  return {
    start: orders.length > 0 ? orders : seen.slice(0, 1), back: [], unit: 'month', mode: 'first_time', match: 'on', breakdown: null, where: [],
    range: { preset: fittingRange.month }, people: null,
  };
}

const readNames = (value: unknown): string[] => readList(value).filter((item): item is string => typeof item === 'string');

function readCell(value: unknown): CellChoice | null {
  const { cohort, period, state } = readObject(value);
  if (typeof cohort !== 'string' || Number.isNaN(Date.parse(cohort)) || typeof period !== 'number' || !Number.isInteger(period) || period < 0) return null;
  return { cohort, period, state: readOne(state, peopleStates, 'returned') };
}

export function readRetention(value: unknown, fallback: RetentionForm): RetentionForm {
  const form = readObject(value);
  const start = readNames(form.start);
  return {
    start: Array.isArray(form.start) ? start : fallback.start,
    back: readNames(form.back),
    unit: readOne(form.unit, units, fallback.unit),
    mode: readOne(form.mode, modes, fallback.mode),
    match: readOne(form.match, matches, fallback.match),
    breakdown: typeof form.breakdown === 'string' ? form.breakdown : null,
    where: readFilters(form.where),
    range: readRange(form.range, fallback.range),
    people: readCell(form.people),
  };
}

/** Another unit, over a period that holds a readable number of them; chosen days stay. */
export const withUnit = (form: RetentionForm, unit: Unit): RetentionForm =>
  ({ ...form, unit, people: null, range: 'preset' in form.range ? { preset: fittingRange[unit] } : form.range });

function common(form: RetentionForm, timezone: string, now: Date) {
  const range = toTimeRange(form.range, timezone, now);
  const where = completeFilters(form.where);
  return { unit: form.unit, timezone, ...(where ? { where } : {}), ...(range ? { range } : {}) };
}

/** Null while nobody says what begins. */
export function retentionQuestion(form: RetentionForm, timezone: string, now: Date): RetentionQuestion | null {
  if (form.start.length === 0) return null;
  return {
    start: withNames({}, form.start), ...(form.back.length > 0 ? { return: withNames({}, form.back) } : {}), ...common(form, timezone, now),
    // By people, not by cohort: a cohort of one would weigh as much as one of a thousand.
    mean: 'weighted', mode: form.mode, match: form.match, periods: periods[form.unit], ...(form.breakdown ? { breakdown: { by: form.breakdown } } : {}),
  };
}

/** Who stands behind a cell. */
export function cellQuestion(form: RetentionForm, timezone: string, now: Date): RetentionQuestion | null {
  const question = retentionQuestion(form, timezone, now);
  if (question === null || form.people === null) return null;
  const { breakdown: _alike, ...rest } = question;
  return { ...rest, people: form.people };
}

export function lifecycleQuestion(form: RetentionForm, timezone: string, now: Date): LifecycleQuestion | null {
  return form.start.length === 0 ? null : { selector: withNames({}, form.start), ...common(form, timezone, now) };
}

export interface HeatCell {
  count: number;
  rate: number | null;
  complete: boolean;
}

/** The cells after the beginning: period 1 is the first. */
export const cellsOf = (cohort: Cohort): HeatCell[] =>
  cohort.counts.slice(1).map((count, i) => ({ count, rate: cohort.size > 0 ? count / cohort.size : null, complete: cohort.complete[i + 1] ?? false }));

/** Without the empty cohorts before the first one that has people: the data begins there. */
export function shownCohorts(cohorts: Cohort[]): Cohort[] {
  const first = cohorts.findIndex((cohort) => cohort.size > 0);
  return first < 0 ? [] : cohorts.slice(first);
}

/** How many periods have a cell in some cohort. */
export const periodCount = (cohorts: Cohort[]): number => Math.max(0, ...cohorts.map((cohort) => cohort.counts.length - 1));

/** What the first sentence says: the newest cohort whose first period after the beginning is over. */
export function headline(answer: RetentionAnswer): { cohort: Cohort; rate: number } | null {
  const cohort = answer.cohorts.filter((item) => item.size > 0 && item.complete[1] === true).at(-1);
  return cohort ? { cohort, rate: cohort.counts[1]! / cohort.size } : null;
}

export type LifecyclePeriod = LifecycleAnswer['periods'][number];
export const lifecycleParts = ['new', 'returning', 'resurrecting'] as const;

export const active = (period: LifecyclePeriod): number => period.new + period.returning + period.resurrecting;

/** The periods from the first with somebody in it, and how far the bars reach up and down. */
export function lifecycleBars(answer: LifecycleAnswer): { periods: LifecyclePeriod[]; up: number; down: number } {
  const first = answer.periods.findIndex((period) => active(period) + period.dormant > 0);
  const shown = first < 0 ? [] : answer.periods.slice(first);
  return { periods: shown, up: Math.max(0, ...shown.map(active)), down: Math.max(0, ...shown.map((period) => period.dormant)) };
}
