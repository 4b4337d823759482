import { describe, expect, it } from 'vitest';
import { attributionQuestion, defaultAttribution, dotRows, models, readAttribution, scale, toggled, untouched, widest } from './attribution';
import type { AttributionAnswer } from './contract';

const now = new Date('2026-11-23T12:00:00Z');
const credit = (conversions: number | null) => ({ conversions, value: conversions === null ? null : conversions * 10 });
const answer: AttributionAnswer = {
  epoch: '1', elapsed_ms: 1, conversions: 20, value: 200, converting: 15, not_converting: 40,
  keys: [
    { key: 'email', touches: 9, customers: 5, models: { first: credit(2), last: credit(8), participation: credit(15), shapley: credit(null) } },
    { key: 'direct', touches: 30, customers: 9, models: { first: credit(13), last: credit(7), participation: credit(15), shapley: credit(15) } },
    { key: null, touches: 0, customers: 0, models: { first: credit(5), last: credit(5), participation: credit(5), shapley: credit(5) } },
  ],
};

describe('the question', () => {
  it('asks all models, so that another one is shown at once', () => {
    expect(attributionQuestion({ ...defaultAttribution, models: ['first'] }, 'UTC', now).models).toEqual([...models]);
    expect(attributionQuestion(defaultAttribution, 'UTC', now)).not.toHaveProperty('conversion');
    expect(attributionQuestion({ ...defaultAttribution, conversion: ['A'] }, 'UTC', now).conversion).toEqual({ event: 'A' });
  });
  it('comes back from the address as it was, and survives nonsense', () => {
    const form = { ...defaultAttribution, models: ['last' as const, 'markov' as const], measure: 'value' as const, lookback: '7d' as const };
    expect(readAttribution(JSON.parse(JSON.stringify(form)), defaultAttribution)).toEqual(form);
    expect(readAttribution({ models: ['crystal_ball'], lookback: '1y' }, defaultAttribution)).toEqual(defaultAttribution);
  });
  it('keeps one model and their order', () => {
    expect(toggled(['last'], 'last')).toEqual(['last']);
    expect(toggled(['markov'], 'first')).toEqual(['first', 'markov']);
  });
});

describe('the dots', () => {
  it('are shares of all conversions, the largest key first, without what had no touch', () => {
    const rows = dotRows(answer, ['first', 'last'], 'conversions');
    expect(rows.map((row) => [row.key, row.low.share, row.high.share])).toEqual([['direct', 0.35, 0.65], ['email', 0.1, 0.4]]);
    expect(dotRows(answer, ['first'], 'value')[0]!.dots[0]).toEqual({ model: 'first', credit: 130, share: 0.65 });
  });
  it('have none where a model gives no number', () => {
    expect(dotRows(answer, ['shapley'], 'conversions').map((row) => row.key)).toEqual(['direct']);
  });
  it('are told by the widest spread, presence apart', () => {
    expect(widest(answer, ['first', 'participation'], 'conversions')!.high.model).toBe('first');
    expect(widest({ ...answer, keys: [] }, ['first'], 'conversions')).toBeNull();
  });
  it('leave what had no touch to itself', () => {
    expect(untouched(answer)).toEqual({ conversions: 5, value: 50 });
    expect(untouched({ ...answer, keys: [] })).toEqual({ conversions: 0, value: 0 });
  });
});

it('the scale reaches beyond the largest share in round steps', () => {
  expect(scale(0.31).marks.map((mark) => Math.round(mark * 100))).toEqual([0, 10, 20, 30, 40]);
  expect(scale(0).end).toBeGreaterThan(0);
  expect(scale(1).end).toBeGreaterThanOrEqual(1);
});
