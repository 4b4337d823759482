// The question of the map page, as the address bar holds it.
import type { MapAnswer, MapQuestion, TrendAnswer, TrendQuestion } from '@/model/contract';
import { readObject, readOne, readText } from '@/model/address';
import { dayIn, previousRange, readRange, toTimeRange, type RangeChoice } from '@/model/range';

export interface MapView {
  range: RangeChoice;
  /** Empty: the first model of the workspace. */
  model: string;
  rows: 'touchpoint' | 'channel';
  view: 'map' | 'table';
  /** The id of the chosen mark, "" for none. */
  select: string;
}

export const defaultView: MapView = { range: { preset: 'last90' }, model: '', rows: 'touchpoint', view: 'map', select: '' };

export function readView(value: unknown): MapView {
  const read = readObject(value);
  return {
    range: readRange(read.range, defaultView.range),
    model: readText(read.model, ''),
    rows: readOne(read.rows, ['touchpoint', 'channel'], 'touchpoint'),
    view: readOne(read.view, ['map', 'table'], 'map'),
    select: readText(read.select, ''),
  };
}

export function toQuestion(view: MapView, model: string, timezone: string, now: Date): MapQuestion {
  const range = toTimeRange(view.range, timezone, now);
  const earlier = previousRange(view.range, timezone, now);
  return { model, rows: view.rows, ...(range ? { range } : {}), ...(earlier ? { compare: { range: earlier } } : {}) };
}

const shownMonths = 24;

/** People a month over the last two years: the foot of the map stays put while the period moves along it. */
export function monthsQuestion(timezone: string, now: Date): TrendQuestion {
  const today = dayIn(timezone, now);
  const first = new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - shownMonths, 1)).toISOString().slice(0, 10);
  const range = toTimeRange({ from: first, to: today }, timezone, now)!;
  return { series: [{ all: true, measure: 'customers' }], interval: 'month', range };
}

/** The answer as bars; null while it is on its way or says nothing. */
export function monthsOf(answer: TrendAnswer | undefined, timezone: string): MapAnswer['histogram'] | null {
  const values = answer?.series[0]?.values;
  if (!answer || !values || answer.buckets.length === 0) return null;
  return answer.buckets.map((bucket, index) => ({ start: `${dayIn(timezone, new Date(bucket)).slice(0, 7)}-01`, customers: values[index] ?? 0 }));
}
