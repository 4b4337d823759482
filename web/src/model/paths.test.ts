import { expect, it } from 'vitest';
import type { PathsAnswer } from './contract';
import { defaultPaths, pathsHeadline, pathsQuestion, readPaths, sankey } from './paths';

const node = (id: string, layer: number, entries: number, ends: number, more = {}) => ({ id, layer, label: id.split(':')[1] ?? '$other', merged: 0, entries, customers: null, starts: layer === 0 ? entries : 0, ends, before: 0, after: 0, ...more });
const edge = (from: string, to: string, transitions: number) => ({ from, to, transitions, customers: null, median_seconds: null, p90_seconds: null });
const answer = {
  epoch: '', elapsed_ms: 0, sequences: 10, other: { nodes: 2, entries: 2, transitions: 2 },
  nodes: [node('0:a', 0, 6, 1), node('0:b', 0, 4, 4), node('1:b', 1, 3, 3), node('1', 1, 2, 2, { merged: 2 })],
  edges: [edge('0:a', '1:b', 3), edge('0:a', '1', 2)],
} as unknown as PathsAnswer;

it('boxes are as high as their entries and ribbons as wide as what flows through them', () => {
  const drawing = sankey(answer, { step: 100, height: 214, boxWidth: 10 });
  const box = (id: string) => drawing.boxes.find((item) => item.id === id)!;
  expect(box('0:a').height / box('0:b').height).toBeCloseTo(6 / 4);
  expect(box('0:b').y).toBeGreaterThan(box('0:a').height);
  expect(box('1:b').x).toBe(100);
  expect(box('1').merged).toBe(2);
  const through = (end: 'from' | 'to', id: string) => drawing.ribbons.filter((ribbon) => ribbon[end] === id).reduce((sum, ribbon) => sum + ribbon.width, 0);
  expect(through('to', '1:b')).toBeCloseTo(box('1:b').height);
  expect(through('from', '0:a') + (box('0:a').stops / box('0:a').entries) * box('0:a').height).toBeCloseTo(box('0:a').height);
  expect(drawing.height).toBeLessThanOrEqual(214);
});

it('an empty answer draws nothing', () => {
  const nothing = { ...answer, nodes: [], edges: [] };
  expect(sankey(nothing, { step: 100, height: 200, boxWidth: 10 }).boxes).toEqual([]);
  expect(pathsHeadline(nothing)).toBeNull();
});

it('the sentence tells the strongest step of the busiest beginning, never that of the rest', () => {
  expect(pathsHeadline(answer)).toEqual({ node: 'a', next: 'b', share: 0.5, transitions: 3, entries: 6 });
});

it('an address is read with care, and its question has only what was chosen', () => {
  expect(readPaths({ node: 'drop table', depth: 99, unit: 1, start: ['x', 3] })).toEqual({ ...defaultPaths, start: ['x'] });
  const question = pathsQuestion({ ...defaultPaths, end: ['Order Completed'] }, 'Europe/Rome', new Date('2026-11-01T00:00:00Z'));
  expect(question.end).toEqual({ event: 'Order Completed' });
  expect(question).not.toHaveProperty('start');
});
