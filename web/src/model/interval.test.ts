import { describe, expect, it } from 'vitest';
import { makeFormat } from '@/base/format';
import { groundsText, intervalCells, shareText, wilson } from './interval';

// Newcombe (1998), table I, method 3: the score method without continuity correction.
const published: [number, number, number, number][] = [
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
];

describe('the interval of a share', () => {
  it.each(published)('of %i in %i is the published one', (x, n, low, high) => {
    const found = wilson(x, n)!;
    expect(found.low).toBeCloseTo(low, 4);
    expect(found.high).toBeCloseTo(high, 4);
  });
  it('mirrors itself, holds the share, and narrows as n grows', () => {
    for (const n of [1, 2, 7, 40, 1000]) {
      for (let x = 0; x <= n; x += Math.max(1, Math.floor(n / 9))) {
        const { low, high } = wilson(x, n)!;
        const mirrored = wilson(n - x, n)!;
        expect(low).toBeCloseTo(1 - mirrored.high, 12);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(x / n).toBeGreaterThanOrEqual(low);
        expect(x / n).toBeLessThanOrEqual(high);
        expect(high - low).toBeGreaterThan(wilson(x * 10, n * 10)!.high - wilson(x * 10, n * 10)!.low);
      }
    }
  });
  it('is none of nobody, and of what is no share', () => {
    expect(wilson(0, 0)).toBeNull();
    expect(wilson(3, 2)).toBeNull();
    expect(wilson(-1, 2)).toBeNull();
    expect(intervalCells(0, 0)).toEqual([0, null, null]);
  });
});

describe('in words', () => {
  const format = makeFormat('it', 'Europe/Rome', 'EUR');
  it('carries both ends and n', () => {
    expect(shareText(81, 263, format).replaceAll('\u00a0', ' ')).toBe('30,8 % (95 %: 26–37 %, n = 263)');
    expect(groundsText(15_000, 148_000, format).replaceAll('\u00a0', ' ')).toBe('95 %: 10–10,3 % · n = 148.000');
    expect(groundsText(0, 0, format)).toBe('–');
  });
});
