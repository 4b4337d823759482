import { expect, it } from 'vitest';
import { heat, makeMatrix } from './matrix';

it('adds parallel edges and drops those of nodes left out', () => {
  const matrix = makeMatrix(['a', 'b', 'c'], [{ from: 'a', to: 'b', weight: 3 }, { from: 'a', to: 'b', weight: 1 }, { from: 'b', to: 'b', weight: 9 }, { from: 'c', to: 'a', weight: 50 }], 2);
  expect(matrix).toEqual({ nodes: ['a', 'b'], weights: [[0, 4], [0, 9]], rowTotals: [4, 9], max: 9 });
});

it('colours nothing as nothing and the largest fully', () => {
  expect(heat(0, 9)).toBe(0);
  expect(heat(9, 9)).toBe(1);
  expect(heat(3, 0)).toBe(0);
  expect(heat(1, 100)).toBeCloseTo(0.1);
});
