import { describe, expect, it } from 'vitest';
import { change, defaultTrend, partialBuckets, previousQuestion, readTrend, summary, trendQuestion } from './trend';

const now = new Date('2026-11-23T12:00:00Z');
const form = { ...defaultTrend(undefined), series: [{ selector: { event: 'A' }, measure: 'events' as const, field: null }] };

describe('the question', () => {
  it('leaves out a sum of nothing', () => {
    expect(trendQuestion({ ...form, series: [{ selector: { event: 'A' }, measure: 'sum', field: null }] }, 'UTC', now)).toBeNull();
    expect(trendQuestion({ ...form, series: [{ selector: { event: 'A' }, measure: 'sum', field: 'properties.total' }] }, 'UTC', now)!.series).toEqual([{ event: 'A', measure: 'sum', field: 'properties.total' }]);
  });
  it('asks about the period before only when there is one', () => {
    expect(previousQuestion({ ...form, range: { preset: 'all' } }, 'UTC', now)).toBeNull();
    expect(previousQuestion({ ...form, compare: false }, 'UTC', now)).toBeNull();
    expect(previousQuestion(form, 'UTC', now)!.range!.to).toBe(trendQuestion(form, 'UTC', now)!.range!.from);
  });
  it('comes back from the address as it was', () => {
    expect(readTrend(JSON.parse(JSON.stringify(form)), form)).toEqual(form);
    expect(readTrend({ interval: 'century' }, form)).toEqual(form);
  });
});

describe('one number for a series', () => {
  it('adds what adds up and averages the rest', () => {
    expect(summary([1, null, 3], 'events')).toBe(4);
    expect(summary([1, null, 3], 'customers')).toBe(2);
    expect(summary([5, 2], 'min')).toBe(2);
    expect(summary([null], 'sum')).toBeNull();
  });
  it('compares only with something', () => {
    expect(change(120, 100)).toBeCloseTo(0.2);
    expect(change(120, 0)).toBeNull();
    expect(change(null, 3)).toBeNull();
  });
});

describe('buckets the period covers only in part', () => {
  const weeks = ['2026-11-02T00:00:00Z', '2026-11-09T00:00:00Z', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'];
  it('are a first one begun earlier and a last one not over yet', () => {
    expect(partialBuckets(weeks, 'week', { from: '2026-11-04T00:00:00Z', to: '2026-11-24T00:00:00Z' }, now)).toEqual([true, false, false, true]);
  });
  it('are none when whole weeks are asked', () => {
    expect(partialBuckets(weeks.slice(0, 3), 'week', { from: '2026-11-02T00:00:00Z', to: '2026-11-23T00:00:00Z' }, now)).toEqual([false, false, false]);
  });
  it('are a last one cut short by now when all time is asked', () => {
    expect(partialBuckets(['2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z'], 'month', undefined, now)).toEqual([false, true]);
  });
});
