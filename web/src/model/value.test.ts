import { describe, expect, it } from 'vitest';
import type { ValueAnswer } from './contract';
import { calibration, defaultValue, forecastQuestion, peopleQuestion, readValue, segmentBars, segmentsQuestion } from './value';

const totals = (customers: number, revenue: number) => ({ customers, share: null, orders: customers, revenue, mean_recency_days: 1, mean_frequency: 1, mean_monetary: 1 });

describe('the question', () => {
  it('asks for its parts apart, and for people only when somebody is chosen', () => {
    expect(segmentsQuestion(defaultValue)).toEqual({ window: '365d', include: ['rfm'] });
    expect(forecastQuestion({ ...defaultValue, months: '3' })).toMatchObject({ include: ['clv'], clv: { months: 3 } });
    expect(peopleQuestion(defaultValue)).toBeNull();
    expect(peopleQuestion({ ...defaultValue, people: { r: 5, fm: 2 } })).toEqual({ kind: 'value', window: '365d', people: { r: 5, fm: 2 } });
  });
  it('reads back what it wrote, and nothing of what it cannot', () => {
    const form = { ...defaultValue, window: '90d' as const, people: { alive: 3 } };
    expect(readValue(JSON.parse(JSON.stringify(form)))).toEqual(form);
    expect(readValue({ window: '1d', months: 7, where: 'x', people: { r: 6, fm: 1 } })).toEqual(defaultValue);
    expect(readValue({ people: { alive: 10 } }).people).toBeNull();
  });
});

describe('the picture', () => {
  it('shows who is there, the most money first', () => {
    const rfm = { segments: [{ id: 'lost', ...totals(6, 10) }, { id: 'champions', ...totals(2, 90) }, { id: 'new', ...totals(0, 0) }], grid: [], total: totals(8, 100) };
    const bars = segmentBars({ epoch: '1', elapsed_ms: 1, rfm } as ValueAnswer);
    expect(bars.map(({ segment, people, money }) => [segment.id, people, money])).toEqual([['champions', 0.25, 0.9], ['lost', 0.75, 0.1]]);
  });
  it('has no shares of nothing', () => {
    const rfm = { segments: [{ id: 'lost', ...totals(1, 0) }], grid: [], total: totals(1, 0) };
    expect(segmentBars({ epoch: '1', elapsed_ms: 1, rfm } as ValueAnswer)[0]!.money).toBe(0);
  });
  it('compares purchases a customer', () => {
    const row = (frequency: number, customers: number, actual: number, predicted: number) => ({ frequency, customers, actual, predicted });
    const parameters = { r: 1, alpha: 1, a: 1, b: 1 };
    const holdout = { weeks: 4, from: '2026-01-01', customers: 4, actual: 3, predicted: 5, error: 0, log_likelihood: 0, parameters, by_frequency: [row(0, 2, 1, 3), row(1, 0, 0, 0), row(2, 2, 2, 2)] };
    expect(calibration(holdout)).toEqual([row(0, 2, 0.5, 1.5), row(2, 2, 1, 1)]);
  });
});
