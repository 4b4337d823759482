// The question of the map page, as the address bar holds it.
import type { MapQuestion } from '@/model/contract';
import { readObject, readOne, readText } from '@/model/address';
import { readRange, toTimeRange, type RangeChoice } from '@/model/range';

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
  return { model, rows: view.rows, ...(range ? { range } : {}) };
}
