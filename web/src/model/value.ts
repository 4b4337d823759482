// The question of value as the page builds and draws it (docs/semantics/value.md).
import { readList, readObject, readOne } from './address';
import type { Filter, Forecast, ForecastHoldout, NoForecast, ValueAnswer, ValueQuestion, ValueSegment } from './contract';
import { completeFilters, readFilters } from './filters';

export const windows = ['90d', '180d', '365d', '730d'] as const;
export const horizons = ['3', '6', '12'] as const;

/** Who is listed: a segment, a cell of the grid, or a tenth of the probabilities of still buying. */
export type ValuePeople = { segment: string } | { r: number; fm: number } | { alive: number };

export interface ValueForm {
  window: (typeof windows)[number];
  /** Months ahead. */
  months: (typeof horizons)[number];
  where: Filter[];
  people: ValuePeople | null;
}

export const defaultValue: ValueForm = { window: '365d', months: '12', where: [], people: null };

const within = (value: unknown, low: number, high: number): value is number => typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;

function readPeople(value: unknown): ValuePeople | null {
  const { segment, r, fm, alive } = readObject(value);
  if (typeof segment === 'string') return { segment };
  if (within(r, 1, 5) && within(fm, 1, 5)) return { r, fm };
  return within(alive, 0, 9) ? { alive } : null;
}

export function readValue(value: unknown): ValueForm {
  const form = readObject(value);
  return {
    window: readOne(form.window, windows, defaultValue.window),
    months: readOne(form.months, horizons, defaultValue.months),
    where: readFilters(readList(form.where)),
    people: readPeople(form.people),
  };
}

const common = (form: ValueForm): ValueQuestion => {
  const where = completeFilters(form.where);
  return { window: form.window, ...(where ? { where } : {}) };
};

export const segmentsQuestion = (form: ValueForm): ValueQuestion => ({ ...common(form), include: ['rfm'] });
export const forecastQuestion = (form: ValueForm): ValueQuestion => ({ ...common(form), include: ['clv'], clv: { months: Number(form.months), limit: 20 } });
export const peopleQuestion = (form: ValueForm): ({ kind: 'value' } & ValueQuestion) | null =>
  (form.people ? { kind: 'value', ...common(form), people: form.people } : null);

export interface SegmentBar {
  segment: ValueSegment;
  /** Of all buyers, and of all money. */
  people: number;
  money: number;
}

/** Segments that somebody is in, those that bring most first. */
export function segmentBars({ rfm }: ValueAnswer): SegmentBar[] {
  if (!rfm) return [];
  const { customers, revenue } = rfm.total;
  return rfm.segments
    .filter((segment) => segment.customers > 0)
    .map((segment) => ({ segment, people: customers > 0 ? segment.customers / customers : 0, money: revenue > 0 ? segment.revenue / revenue : 0 }))
    .sort((a, b) => b.segment.revenue - a.segment.revenue);
}

export const isForecast = (clv: Forecast | NoForecast | undefined): clv is Forecast => clv !== undefined && 'parameters' in clv;
export const wasTried = (holdout: Forecast['holdout']): holdout is ForecastHoldout => 'actual' in holdout;

/** Rows of the calibration, those with somebody, as purchases a customer. */
export function calibration({ by_frequency: rows }: ForecastHoldout): { frequency: number; customers: number; actual: number; predicted: number }[] {
  return rows.filter((row) => row.customers > 0).map((row) => ({ ...row, actual: row.actual / row.customers, predicted: row.predicted / row.customers }));
}
