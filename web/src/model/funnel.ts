// The funnel page: what a person builds, the question it becomes, and the arithmetic of its bars.
import { readList, readObject, readOne, readText } from './address';
import type { Filter, FunnelAnswer, FunnelQuestion, FunnelStep, Selector, Vocabulary } from './contract';
import { completeFilters, readFilters, readSelector, selectorNames } from './filters';
import { readRange, toTimeRange, type RangeChoice } from './range';

export const windows = ['1h', '1d', '3d', '7d', '14d', '30d', '90d'] as const;
export const orders = ['ordered', 'strict', 'any'] as const;
export const countings = ['customer', 'session'] as const;
export const maxSteps = 12;

export interface FunnelForm {
  steps: Selector[];
  window: string;
  order: (typeof orders)[number];
  countBy: (typeof countings)[number];
  breakdown: string | null;
  where: Filter[];
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
    window: '14d', order: 'ordered', countBy: 'customer', breakdown: null, where: [], range: { preset: 'last90' }, people: null,
  };
}

export function readFunnel(value: unknown, fallback: FunnelForm): FunnelForm {
  const form = readObject(value);
  const people = readObject(form.people);
  const steps = readList(form.steps).map(readSelector).slice(0, maxSteps);
  return {
    steps: steps.length > 0 ? steps : fallback.steps,
    window: /^\d+[smhdw]$/.test(readText(form.window, '')) ? readText(form.window, '') : fallback.window,
    order: readOne(form.order, orders, fallback.order),
    countBy: readOne(form.countBy, countings, fallback.countBy),
    breakdown: typeof form.breakdown === 'string' ? form.breakdown : null,
    where: readFilters(form.where),
    range: readRange(form.range, fallback.range),
    people: typeof people.step === 'number' ? { step: people.step, state: readOne(people.state, ['reached', 'dropped'] as const, 'reached') } : null,
  };
}

const isAskable = (step: Selector): boolean => selectorNames(step).length > 0 || step.all === true;

/** The question; null while fewer than two steps say which event they mean. */
export function funnelQuestion(form: FunnelForm, timezone: string, now: Date): FunnelQuestion | null {
  const steps = form.steps.filter(isAskable);
  if (steps.length < 2) return null;
  const where = completeFilters(form.where);
  return {
    steps: steps.map((step) => {
      const filters = completeFilters(step.where);
      const { where: _dropped, ...rest } = step;
      return filters ? { ...rest, where: filters } : rest;
    }),
    window: form.window,
    order: form.order,
    count_by: form.countBy,
    timezone,
    ...(where ? { where } : {}),
    ...(form.breakdown ? { breakdown: { by: form.breakdown, limit: 8 } } : {}),
    ...optionalRange(form.range, timezone, now),
  };
}

function optionalRange(range: RangeChoice, timezone: string, now: Date) {
  const bounds = toTimeRange(range, timezone, now);
  return bounds ? { range: bounds } : {};
}

export interface FunnelBar {
  index: number;
  count: number;
  /** Of the first step, 0 to 1: the height of the bar. */
  share: number;
  /** Of the step before; null for the first or when nobody was there. */
  rate: number | null;
  /** How many stopped between the step before and this one. */
  lost: number;
  lostShare: number | null;
  medianSeconds: number | null;
  /** The largest loss, in people, of the whole funnel: the one to look at. */
  worst: boolean;
}

export function funnelBars(steps: FunnelStep[]): FunnelBar[] {
  const first = steps[0]?.count ?? 0;
  const losses = steps.map((step, i) => (i === 0 ? 0 : Math.max(0, steps[i - 1]!.count - step.count)));
  const largest = Math.max(0, ...losses);
  return steps.map((step, i) => {
    const before = i === 0 ? null : steps[i - 1]!.count;
    const lost = losses[i]!;
    return {
      index: step.index,
      count: step.count,
      share: first > 0 ? step.count / first : 0,
      rate: before ? step.count / before : null,
      lost,
      lostShare: before ? lost / before : null,
      medianSeconds: step.median_seconds,
      worst: i > 0 && steps.length > 2 && lost > 0 && lost === largest && losses.indexOf(largest) === i,
    };
  });
}

/** Share of those who began that finished; null when nobody began. */
export function conversion(answer: Pick<FunnelAnswer, 'steps'>): number | null {
  const first = answer.steps[0]?.count ?? 0;
  return first > 0 ? (answer.steps[answer.steps.length - 1]!.count / first) : null;
}

/** The list moved up or down by one; the same list when it cannot. */
export function moved<T>(list: T[], from: number, by: -1 | 1): T[] {
  const to = from + by;
  if (to < 0 || to >= list.length) return list;
  const copy = [...list];
  [copy[from], copy[to]] = [copy[to]!, copy[from]!];
  return copy;
}
