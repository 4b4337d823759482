import { expect, it } from 'vitest';
import type { VariantsAnswer } from './contract';
import { colourOf, defaultVariants, halfOf, readVariants, variantsQuestion, moreVariants } from './variants';

const variant = (sequence: string[], count: number, cumulative_share: number) => ({ sequence, count, share: 0, cumulative_share, median_seconds: 0, conversions: null, value: null });
const answer = { variants: [variant(['b', 'a', 'b'], 4, 0.4), variant(['a'], 3, 0.7)] } as unknown as VariantsAnswer;

it('the label on most sequences takes the first colour, counted once a sequence', () => {
  expect([...colourOf(answer)]).toEqual([['a', 0], ['b', 1]]);
});

it('tells how few variants make up half of all', () => {
  expect(halfOf(answer)).toBe(2);
  expect(halfOf({ ...answer, variants: answer.variants.slice(0, 1) })).toBeNull();
});

it('an address is read with care', () => {
  const form = readVariants({ node: 'x', design: [{ node: 'a' }, 'b', { node: 'c', optional: true }], people: { deviation: { kind: 'odd', label: 'a' } } });
  expect(form).toEqual({ ...defaultVariants, design: [{ node: 'a', optional: false }, { node: 'c', optional: true }], people: { deviation: { kind: 'skipped', label: 'a' } } });
  expect(variantsQuestion(form, 'UTC', new Date('2026-11-01T00:00:00Z')).design).toHaveLength(2);
});

it('how many are listed stands in the address', () => {
  const longer = readVariants(JSON.parse(JSON.stringify({ ...defaultVariants, limit: moreVariants })));
  expect(variantsQuestion(longer, 'UTC', new Date('2026-11-01T00:00:00Z')).limit).toBe(moreVariants);
  expect(readVariants({ limit: 1e9 }).limit).toBe(defaultVariants.limit);
});
