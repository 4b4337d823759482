import { describe, expect, it } from 'vitest';
import { readAddress } from './address';
import { defaultVariants, readVariants } from './variants';
import { addressOf, keptQuestion, placed } from './saved';

describe('a saved report', () => {
  it('opens with the question it was saved with, and with nobody’s list', () => {
    const form = { ...defaultVariants, node: 'channel', goal: ['A & b=?#'], people: { other: true as const } };
    const address = new URL(addressOf({ page: 'variants', question: keptQuestion(form) }), 'http://x');
    expect(address.pathname).toBe('/varianti');
    expect(readAddress(address.searchParams.get('q'), readVariants, defaultVariants)).toEqual({ ...form, people: null });
  });
  it('of SQL opens with the text as it was typed', () => {
    const address = new URL(addressOf({ page: 'sql', question: { query: "SELECT '%&+' -- è" } }), 'http://x');
    expect(address.searchParams.get('q')).toBe("SELECT '%&+' -- è");
  });
});

it('a tile moves within its list and no further', () => {
  expect(placed(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(placed(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  expect(placed(['a', 'b'], 5, -1)).toEqual(['a', 'b']);
});
