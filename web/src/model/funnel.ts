// The funnel page: what a person builds, the question it becomes, and the arithmetic of its bars.
import { readList, readObject, readOne } from './address';
import type { Filter, FunnelAnswer, FunnelQuestion, FunnelStep, Selector, Vocabulary } from './contract';
import { completeFilters, readFilters, readSelector, selectorNames } from './filters';
import { readRange, toTimeRange, type RangeChoice } from './range';

export const windows = ['1h', '1d', '3d', '7d', '14d', '30d', '90d'] as const;
export const orders = ['ordered', 'strict', 'any'] as const;
export const countings = ['customer', 'session'] as const;
export const occurrences = ['any', 'first_matching', 'first_ever'] as const;
export const maxSteps = 12;
export const maxExclusions = 4;

export interface FunnelStepForm extends Selector {
  /** Counted, but gates nothing. Never the first. */
  optional?: boolean;
  /** From the step before. */
  window?: string;
}

/** Steps are numbered from 1, as in the form. */
export interface ExclusionForm {
  selector: Selector;
  after: number;
  before: number;
  mode: 'attempt' | 'customer';
}

export interface FunnelForm {
  steps: FunnelStepForm[];
  window: string;
  order: (typeof orders)[number];
  countBy: (typeof countings)[number];
  breakdown: string | null;
  where: Filter[];
  exclude: ExclusionForm[];
  /** The field whose value all steps share. */
  hold: string | null;
  occurrence: (typeof occurrences)[number];
  range: RangeChoice;
  /** Whose list is open: those who reached a step, or stopped just before it. */
  people: { step: number; state: 'reached' | 'dropped' } | null;
}

const preferredSteps = ['Product Viewed', 'Product Added', 'Checkout Started', 'Order Completed'];

/** Where a new funnel starts: the classic purchase funnel, of what the data has. */
export function defaultFunnel(vocabulary: Vocabulary | undefined): FunnelForm {
  const seen = new Set((vocabulary?.events ?? []).filter((item) => item.count > 0).map((item) => item.name));
  const steps = preferredSteps.filter((name) => seen.has(name));
  const others = (vocabulary?.events ?? []).filter((item) => item.count > 0 && !steps.includes(item.name)).map((item) => item.name);
  while (steps.length < 2 && others.length > 0) steps.push(others.shift()!);
  return {
    steps: steps.map((event) => ({ event })),
    window: '14d', order: 'ordered', countBy: 'customer', breakdown: null, where: [], exclude: [], hold: null, occurrence: 'any', range: { preset: 'last90' }, people: null,
  };
}

const isDuration = (value: unknown): value is string => typeof value === 'string' && /^\d+[smhdw]$/.test(value);

function readStep(value: unknown, index: number): FunnelStepForm {
  const { optional, window } = readObject(value);
  return { ...readSelector(value), ...(optional === true && index > 0 ? { optional: true } : {}), ...(isDuration(window) ? { window } : {}) };
}

function readExclusion(value: unknown): ExclusionForm[] {
  const { selector, after, before, mode } = readObject(value);
  if (typeof after !== 'number' || typeof before !== 'number') return [];
  return [{ selector: readSelector(selector), after, before, mode: readOne(mode, ['attempt', 'customer'] as const, 'attempt') }];
}

export function readFunnel(value: unknown, fallback: FunnelForm): FunnelForm {
  const form = readObject(value);
  const people = readObject(form.people);
  const steps = readList(form.steps).map(readStep).slice(0, maxSteps);
  return {
    steps: steps.length > 0 ? steps : fallback.steps,
    window: isDuration(form.window) ? form.window : fallback.window,
    order: readOne(form.order, orders, fallback.order),
    countBy: readOne(form.countBy, countings, fallback.countBy),
    breakdown: typeof form.breakdown === 'string' ? form.breakdown : null,
    where: readFilters(form.where),
    exclude: readList(form.exclude).flatMap(readExclusion).slice(0, maxExclusions),
    hold: typeof form.hold === 'string' ? form.hold : null,
    occurrence: readOne(form.occurrence, occurrences, fallback.occurrence),
    range: readRange(form.range, fallback.range),
    people: typeof people.step === 'number' ? { step: people.step, state: readOne(people.state, ['reached', 'dropped'] as const, 'reached') } : null,
  };
}

const isAskable = (step: Selector): boolean => selectorNames(step).length > 0 || step.all === true;

/** The steps that say which event they mean: those the question numbers, in order. */
export const askedSteps = (form: FunnelForm): FunnelStepForm[] => form.steps.filter(isAskable);

/** What an order of steps leaves room for (docs/semantics/funnel.md). */
export const allows = (order: FunnelForm['order']) => ({ exclusions: order === 'ordered', optional: order === 'ordered', stepWindow: order !== 'any', occurrence: order !== 'any' });

/** Numbers of the steps that gate, from 1. */
export const requiredSteps = (form: FunnelForm): number[] => form.steps.flatMap((step, i) => (step.optional ? [] : [i + 1]));

function withFilters(selector: Selector): Selector {
  const { where: _dropped, event, any_of: anyOf, all } = selector;
  const filters = completeFilters(selector.where);
  return { ...(event === undefined ? {} : { event }), ...(anyOf ? { any_of: anyOf } : {}), ...(all ? { all } : {}), ...(filters ? { where: filters } : {}) };
}

function askedExclusions(form: FunnelForm): NonNullable<FunnelQuestion['exclude']> {
  const numbers = new Map<number, number>();
  form.steps.forEach((step, i) => {
    if (isAskable(step)) numbers.set(i + 1, numbers.size + 1);
  });
  return form.exclude.flatMap(({ selector, after, before, mode }) => {
    const [from, to] = [numbers.get(after), numbers.get(before)];
    const gates = (n: number) => form.steps[n - 1]?.optional !== true;
    if (!isAskable(selector) || from === undefined || to === undefined || from >= to || !gates(after) || !gates(before)) return [];
    return [{ ...withFilters(selector), after_step: from, before_step: to, mode }];
  });
}

/** The question; null while fewer than two steps say which event they mean. */
export function funnelQuestion(form: FunnelForm, timezone: string, now: Date): FunnelQuestion | null {
  const steps = askedSteps(form);
  if (steps.length < 2) return null;
  const where = completeFilters(form.where);
  const room = allows(form.order);
  const exclude = room.exclusions ? askedExclusions(form) : [];
  return {
    steps: steps.map((step, i) => ({
      ...withFilters(step),
      ...(step.optional && i > 0 && room.optional ? { optional: true } : {}),
      ...(step.window && i > 0 && room.stepWindow ? { window: step.window } : {}),
    })),
    window: form.window,
    order: form.order,
    count_by: form.countBy,
    timezone,
    ...(where ? { where } : {}),
    ...(exclude.length > 0 ? { exclude } : {}),
    ...(form.hold ? { hold: form.hold } : {}),
    ...(form.occurrence !== 'any' && room.occurrence ? { occurrence: form.occurrence } : {}),
    ...(form.breakdown ? { breakdown: { by: form.breakdown, limit: 8 } } : {}),
    ...optionalRange(form.range, timezone, now),
  };
}

/** Which of the asked steps gate nothing, in the order of the answer. */
export const optionalFlags = (form: FunnelForm): boolean[] => askedSteps(form).map((step, i) => step.optional === true && i > 0 && allows(form.order).optional);

/** The form without one step; exclusions that named it go, the others keep their steps. */
export function withoutStep(form: FunnelForm, index: number): FunnelForm {
  const n = index + 1;
  const shift = (step: number) => (step > n ? step - 1 : step);
  return {
    ...form,
    steps: form.steps.filter((_, i) => i !== index),
    exclude: form.exclude.filter((item) => item.after !== n && item.before !== n).map((item) => ({ ...item, after: shift(item.after), before: shift(item.before) })),
  };
}

function optionalRange(range: RangeChoice, timezone: string, now: Date) {
  const bounds = toTimeRange(range, timezone, now);
  return bounds ? { range: bounds } : {};
}

export interface FunnelBar {
  index: number;
  count: number;
  /** Of the first step, 0 to 1: the length of the bar. */
  share: number;
  /** Of the required step before; null for the first or when nobody was there. */
  rate: number | null;
  /** How many were at the required step before; 0 for the first. */
  base: number;
  /** How many stopped between the required step before and this one; an optional step stops nobody. */
  lost: number;
  lostShare: number | null;
  medianSeconds: number | null;
  /** The largest loss, in people, of the whole funnel: the one to look at. */
  worst: boolean;
  optional: boolean;
}

export function funnelBars(steps: FunnelStep[], optional: boolean[] = []): FunnelBar[] {
  const first = steps[0]?.count ?? 0;
  const before = steps.map((_, i) => steps.slice(0, i).filter((_step, k) => !optional[k]).at(-1)?.count ?? null);
  const losses = steps.map((step, i) => (before[i] === null || before[i] === undefined || optional[i] ? 0 : Math.max(0, before[i] - step.count)));
  const largest = Math.max(0, ...losses);
  return steps.map((step, i) => {
    const lost = losses[i]!;
    return {
      index: step.index,
      count: step.count,
      share: first > 0 ? step.count / first : 0,
      rate: before[i] ? step.count / before[i] : null,
      base: before[i] ?? 0,
      lost,
      lostShare: before[i] ? lost / before[i] : null,
      medianSeconds: step.median_seconds,
      worst: i > 0 && steps.length > 2 && lost > 0 && lost === largest && losses.indexOf(largest) === i,
      optional: optional[i] ?? false,
    };
  });
}

/** People at the last step that gates. */
export const finishers = (steps: FunnelStep[], optional: boolean[] = []): number => steps.filter((_, i) => !optional[i]).at(-1)?.count ?? 0;

/** Share of those who began that finished; null when nobody began. */
export function conversion(answer: Pick<FunnelAnswer, 'steps'>, optional: boolean[] = []): number | null {
  const first = answer.steps[0]?.count ?? 0;
  return first > 0 ? finishers(answer.steps, optional) / first : null;
}

/** The list moved up or down by one; the same list when it cannot. */
export function moved<T>(list: T[], from: number, by: -1 | 1): T[] {
  const to = from + by;
  if (to < 0 || to >= list.length) return list;
  const copy = [...list];
  [copy[from], copy[to]] = [copy[to]!, copy[from]!];
  return copy;
}
