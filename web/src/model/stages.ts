// The stages page: which model, over which period.
import { readObject, readText } from './address';
import type { StagesQuestion } from './contract';
import { readRange, toTimeRange, type RangeChoice } from './range';

export interface StagesForm {
  model: string;
  range: RangeChoice;
}

/** `first`: the model shown when none is named. */
export function readStages(value: unknown, first: string): StagesForm {
  const form = readObject(value);
  return { model: readText(form.model, first), range: readRange(form.range, { preset: 'last90' }) };
}

/** Null while there is no model. */
export function stagesQuestion(form: StagesForm, timezone: string, now: Date): StagesQuestion | null {
  if (form.model === '') return null;
  const range = toTimeRange(form.range, timezone, now);
  return { model: form.model, timezone, ...(range ? { range } : {}) };
}
