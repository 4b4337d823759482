import { describe, expect, it } from 'vitest';
import type { FunnelStep } from './contract';
import { conversion, defaultFunnel, funnelBars, funnelQuestion, moved, readFunnel, withoutStep } from './funnel';

const step = (index: number, count: number): FunnelStep => ({ index, label: '', count, rate_overall: null, rate_step: null, dropped: 0, median_seconds: null, mean_seconds: null, p90_seconds: null });
const now = new Date('2026-11-23T12:00:00Z');
const base = { ...defaultFunnel(undefined), steps: [{ event: 'A' }, { event: 'B' }] };

describe('bars', () => {
  it('show shares of the first step, losses of the step before, and mark the worst', () => {
    const bars = funnelBars([step(1, 200), step(2, 150), step(3, 30), step(4, 15)]);
    expect(bars.map((bar) => bar.share)).toEqual([1, 0.75, 0.15, 0.075]);
    expect(bars.map((bar) => bar.lost)).toEqual([0, 50, 120, 15]);
    expect(bars.map((bar) => bar.rate)).toEqual([null, 0.75, 0.2, 0.5]);
    expect(bars.map((bar) => bar.worst)).toEqual([false, false, true, false]);
  });
  it('survive nobody', () => {
    const bars = funnelBars([step(1, 0), step(2, 0)]);
    expect(bars.map((bar) => bar.share)).toEqual([0, 0]);
    expect(bars[1]!.rate).toBeNull();
    expect(conversion({ steps: [step(1, 0), step(2, 0)] })).toBeNull();
  });
  it('lose nobody where a step of any order gains', () => {
    expect(funnelBars([step(1, 10), step(2, 12)])[1]!.lost).toBe(0);
  });
});

describe('optional steps', () => {
  const bars = funnelBars([step(1, 100), step(2, 30), step(3, 60)], [false, true, false]);
  it('stop nobody, and the next step is held against the required one before', () => {
    expect(bars.map((bar) => bar.lost)).toEqual([0, 0, 40]);
    expect(bars.map((bar) => bar.rate)).toEqual([null, 0.3, 0.6]);
    expect(conversion({ steps: [step(1, 100), step(2, 60), step(3, 30)] }, [false, false, true])).toBe(0.6);
  });
});

describe('rules between steps', () => {
  const form = {
    ...base,
    steps: [{ event: 'A' }, {}, { event: 'B', optional: true, window: '1d' }, { event: 'C', window: '3d' }],
    exclude: [{ selector: { event: 'X' }, after: 1, before: 4, mode: 'attempt' as const }],
    hold: 'properties.cart_id', occurrence: 'first_ever' as const,
  };
  it('number the steps that are asked, not those still empty', () => {
    const question = funnelQuestion(form, 'UTC', now)!;
    expect(question.steps).toEqual([{ event: 'A' }, { event: 'B', optional: true, window: '1d' }, { event: 'C', window: '3d' }]);
    expect(question.exclude).toEqual([{ event: 'X', after_step: 1, before_step: 3, mode: 'attempt' }]);
    expect(question.hold).toBe('properties.cart_id');
    expect(question.occurrence).toBe('first_ever');
  });
  it('leave out what the order has no room for, and what names an optional step', () => {
    const any = funnelQuestion({ ...form, order: 'any' }, 'UTC', now)!;
    expect([any.exclude, any.occurrence, any.steps[1]]).toEqual([undefined, undefined, { event: 'B' }]);
    expect(funnelQuestion({ ...form, exclude: [{ ...form.exclude[0]!, before: 3 }] }, 'UTC', now)!.exclude).toBeUndefined();
  });
  it('follow their steps when one goes', () => {
    expect(withoutStep(form, 1).exclude).toEqual([{ selector: { event: 'X' }, after: 1, before: 3, mode: 'attempt' }]);
    expect(withoutStep(form, 0).exclude).toEqual([]);
  });
  it('come back from the address', () => {
    expect(readFunnel(JSON.parse(JSON.stringify(form)), base)).toEqual(form);
    expect(readFunnel({ ...form, steps: [{ event: 'A', optional: true }, { event: 'B' }], exclude: [{ after: 'x' }] }, base).steps[0]).toEqual({ event: 'A' });
  });
});

describe('the question', () => {
  it('leaves out what is unfinished', () => {
    const form = { ...base, steps: [{ event: 'A', where: [{ field: 'x', op: 'eq' as const, value: '' }] }, {}, { any_of: ['B', 'C'] }] };
    expect(funnelQuestion(form, 'Europe/Rome', now)!.steps).toEqual([{ event: 'A' }, { any_of: ['B', 'C'] }]);
    expect(funnelQuestion({ ...base, steps: [{ event: 'A' }, {}] }, 'Europe/Rome', now)).toBeNull();
  });
  it('carries window, order, period and breakdown', () => {
    expect(funnelQuestion({ ...base, breakdown: 'channel', range: { from: '2026-10-01', to: '2026-10-31' } }, 'UTC', now)).toEqual({
      steps: [{ event: 'A' }, { event: 'B' }], window: '14d', order: 'ordered', count_by: 'customer', timezone: 'UTC',
      breakdown: { by: 'channel', limit: 8 }, range: { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' },
    });
  });
  it('comes back from the address as it was', () => {
    const form = { ...base, window: '7d', order: 'strict' as const, where: [{ field: 'channel', op: 'in' as const, value: ['email'] }], people: { step: 2, state: 'dropped' as const } };
    expect(readFunnel(JSON.parse(JSON.stringify(form)), base)).toEqual(form);
    expect(readFunnel({ window: 'DROP TABLE', order: 'sideways', steps: 'no' }, base)).toEqual(base);
  });
});

it('steps move by one and stop at the ends', () => {
  expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c']);
});
