// Attribution as the page builds and draws it (docs/semantics/attribution.md).
import { readList, readObject, readOne } from './address';
import type { AttributionAnswer, AttributionKey, AttributionModel, AttributionQuestion, Filter } from './contract';
import { completeFilters, readFilters, withNames } from './filters';
import { readRange, toTimeRange, type RangeChoice } from './range';

export const models: readonly AttributionModel[] = ['first', 'last', 'last_non_direct', 'linear', 'time_decay', 'u_shaped', 'j_shaped', 'inverse_j', 'participation', 'markov', 'shapley'];
export const touchKeys = ['channel', 'touchpoint', 'source'] as const;
export const lookbacks = ['7d', '14d', '30d', '60d', '90d'] as const;
export const measures = ['conversions', 'value'] as const;
export type Measure = (typeof measures)[number];

export interface AttributionForm {
  /** Names of events; none: orders and receipts. */
  conversion: string[];
  key: (typeof touchKeys)[number];
  lookback: (typeof lookbacks)[number];
  models: AttributionModel[];
  measure: Measure;
  where: Filter[];
  range: RangeChoice;
}

export const defaultAttribution: AttributionForm = {
  conversion: [], key: 'channel', lookback: '30d', models: ['first', 'last', 'linear', 'u_shaped', 'markov', 'shapley'], measure: 'conversions', where: [], range: { preset: 'last90' },
};

export function readAttribution(value: unknown, fallback: AttributionForm): AttributionForm {
  const form = readObject(value);
  const named = readList(form.models);
  const chosen = models.filter((model) => named.includes(model));
  return {
    conversion: readList(form.conversion).filter((item): item is string => typeof item === 'string'),
    key: readOne(form.key, touchKeys, fallback.key),
    lookback: readOne(form.lookback, lookbacks, fallback.lookback),
    models: chosen.length > 0 ? chosen : fallback.models,
    measure: readOne(form.measure, measures, fallback.measure),
    where: readFilters(form.where),
    range: readRange(form.range, fallback.range),
  };
}

/** Turns a model on or off; the last one stays. */
export function toggled(chosen: AttributionModel[], model: AttributionModel): AttributionModel[] {
  const next = models.filter((item) => (item === model ? !chosen.includes(item) : chosen.includes(item)));
  return next.length > 0 ? next : chosen;
}

/** Every model is asked, whichever are shown: turning one on costs nothing, and the journeys are the same for all. */
export function attributionQuestion(form: AttributionForm, timezone: string, now: Date): AttributionQuestion {
  const range = toTimeRange(form.range, timezone, now);
  const where = completeFilters(form.where);
  return {
    ...(form.conversion.length > 0 ? { conversion: withNames({}, form.conversion) } : {}),
    touch: { key: form.key }, lookback: form.lookback, models: [...models], timezone, ...(where ? { where } : {}), ...(range ? { range } : {}),
  };
}

export interface Dot {
  model: AttributionModel;
  credit: number;
  /** Of all conversions, or of all value, also of those without a touch. */
  share: number;
}

export interface DotRow {
  key: string;
  dots: Dot[];
  low: Dot;
  high: Dot;
}

function dotsOf(item: AttributionKey, chosen: AttributionModel[], measure: Measure, total: number): Dot[] {
  return chosen.flatMap((model): Dot[] => {
    const credit = item.models[model]?.[measure];
    return typeof credit === 'number' ? [{ model, credit, share: total > 0 ? credit / total : 0 }] : [];
  });
}

/** One row a key, its dots in the order of the models; those with the highest mean share first. */
export function dotRows(answer: AttributionAnswer, chosen: AttributionModel[], measure: Measure): DotRow[] {
  const rows = answer.keys.flatMap((item): DotRow[] => {
    const dots = item.key === null ? [] : dotsOf(item, chosen, measure, answer[measure]);
    if (item.key === null || dots.length === 0) return [];
    const sorted = [...dots].sort((a, b) => a.share - b.share);
    return [{ key: item.key, dots, low: sorted[0]!, high: sorted.at(-1)! }];
  });
  const mean = ({ dots }: DotRow) => dots.reduce((sum, dot) => sum + dot.share, 0) / dots.length;
  return rows.sort((a, b) => mean(b) - mean(a));
}

/** The key the models disagree about most. Participation counts presence, not credit, and takes no part. */
export function widest(answer: AttributionAnswer, chosen: AttributionModel[], measure: Measure): DotRow | null {
  const sharing = chosen.filter((model) => model !== 'participation');
  const rows = dotRows(answer, sharing.length > 0 ? sharing : chosen, measure);
  return rows.reduce<DotRow | null>((best, row) => (best === null || row.high.share - row.low.share > best.high.share - best.low.share ? row : best), null);
}

/** What came without a touch before: the same in every model. */
export function untouched(answer: AttributionAnswer): { conversions: number; value: number } {
  const credit = Object.values(answer.keys.find((item) => item.key === null)?.models ?? {})[0];
  return { conversions: credit?.conversions ?? 0, value: credit?.value ?? 0 };
}

/** The end of the scale and its marks: steps of 1, 2 or 5 tens that reach beyond the largest share. */
export function scale(largest: number): { end: number; marks: number[] } {
  const steps = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25];
  const step = steps.find((size) => largest / size <= 5) ?? 0.25;
  const count = Math.max(1, Math.ceil(largest / step - 1e-9));
  return { end: count * step, marks: Array.from({ length: count + 1 }, (_, i) => i * step) };
}
