// Variants as the page asks for them (docs/semantics/variants.md): the ways that are gone, and how far from a designed one.
import { readList, readObject, readOne, readText } from './address';
import type { Filter, VariantsAnswer, VariantsQuestion } from './contract';
import { completeFilters, readFilters, withNames } from './filters';
import { readRange, toTimeRange, type RangeChoice } from './range';

export const variantUnits = ['session', 'customer'] as const;
export const deviationKinds = ['skipped', 'inserted', 'wrong_order'] as const;
export const colours = 8;
export const firstVariants = 20;
export const moreVariants = 200;

export interface DesignStep {
  node: string;
  optional: boolean;
}

/** Who is listed: those of a variant, of what is not listed, or of a deviation. */
export type VariantPeople = { sequence: string[] } | { other: true } | { deviation: { kind: (typeof deviationKinds)[number]; label: string } } | { loop: string };

export interface VariantsForm {
  node: string;
  unit: (typeof variantUnits)[number];
  /** Names of events that count as reaching the goal. */
  goal: string[];
  design: DesignStep[];
  where: Filter[];
  range: RangeChoice;
  people: VariantPeople | null;
  /** How many variants are listed. */
  limit: number;
}

export const defaultVariants: VariantsForm = { node: 'touchpoint', unit: 'session', goal: [], design: [], where: [], range: { preset: 'last90' }, people: null, limit: firstVariants };

const readNames = (value: unknown): string[] => readList(value).filter((item): item is string => typeof item === 'string');

function readPeople(value: unknown): VariantPeople | null {
  const { sequence, other, deviation, loop } = readObject(value);
  if (Array.isArray(sequence)) return { sequence: readNames(sequence) };
  if (other === true) return { other: true };
  if (typeof loop === 'string') return { loop };
  const { kind, label } = readObject(deviation);
  return typeof label === 'string' ? { deviation: { kind: readOne(kind, deviationKinds, 'skipped'), label } } : null;
}

export function readVariants(value: unknown): VariantsForm {
  const form = readObject(value);
  const node = readText(form.node, defaultVariants.node);
  return {
    node: /^(touchpoint|channel|name|stage\..+)$/.test(node) ? node : defaultVariants.node,
    unit: readOne(form.unit, variantUnits, defaultVariants.unit),
    goal: readNames(form.goal),
    design: readList(form.design).map(readObject).filter((step) => typeof step.node === 'string').map((step) => ({ node: step.node as string, optional: step.optional === true })),
    where: readFilters(form.where),
    range: readRange(form.range, defaultVariants.range),
    people: readPeople(form.people),
    limit: form.limit === moreVariants ? moreVariants : firstVariants,
  };
}

export function variantsQuestion(form: VariantsForm, timezone: string, now: Date): VariantsQuestion {
  const range = toTimeRange(form.range, timezone, now);
  const where = completeFilters(form.where);
  return {
    node: form.node, unit: form.unit, limit: form.limit, timezone,
    ...(form.goal.length > 0 ? { goal: withNames({}, form.goal) } : {}), ...(form.design.length > 0 ? { design: form.design } : {}),
    ...(where ? { where } : {}), ...(range ? { range } : {}),
  };
}

/** A colour for each label, by how often it is drawn: the busiest ones differ. */
export function colourOf(answer: VariantsAnswer): Map<string, number> {
  const weight = new Map<string, number>();
  for (const { sequence, count } of answer.variants) for (const label of new Set(sequence)) weight.set(label, (weight.get(label) ?? 0) + count);
  return new Map([...weight].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([label], place) => [label, place % colours]));
}

/** How many of the most frequent variants make up at least half of all; null: they are not listed. */
export function halfOf(answer: VariantsAnswer): number | null {
  const at = answer.variants.findIndex(({ cumulative_share }) => cumulative_share >= 0.5);
  return at < 0 ? null : at + 1;
}
