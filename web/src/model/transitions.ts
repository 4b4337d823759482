// The transitions page: what is followed, within what, over which period.
import { readBoolean, readObject, readOne, readText } from './address';
import type { TransitionsQuestion } from './contract';
import { readRange, toTimeRange, type RangeChoice } from './range';

export interface TransitionsForm {
  node: string;
  unit: 'customer' | 'session';
  collapse: boolean;
  range: RangeChoice;
}

export const defaultTransitions: TransitionsForm = { node: 'touchpoint', unit: 'customer', collapse: true, range: { preset: 'last90' } };

export function readTransitions(value: unknown): TransitionsForm {
  const form = readObject(value);
  const node = readText(form.node, defaultTransitions.node);
  return {
    node: /^(touchpoint|channel|name|stage\..+)$/.test(node) ? node : defaultTransitions.node,
    unit: readOne(form.unit, ['customer', 'session'] as const, defaultTransitions.unit),
    collapse: readBoolean(form.collapse, defaultTransitions.collapse),
    range: readRange(form.range, defaultTransitions.range),
  };
}

export function transitionsQuestion(form: TransitionsForm, timezone: string, now: Date): TransitionsQuestion {
  const range = toTimeRange(form.range, timezone, now);
  return { node: form.node, unit: form.unit, collapse_repeats: form.collapse, timezone, ...(range ? { range } : {}) };
}
