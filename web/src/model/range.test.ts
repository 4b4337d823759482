import { describe, expect, it } from 'vitest';
import { intervalFor, previousRange, readRange, startOfDay, toTimeRange } from './range';

const rome = 'Europe/Rome';
const now = new Date('2026-11-23T00:30:00Z'); // 01:30 in Rome, still the 22nd in New York

describe('a day begins at local midnight', () => {
  it('in winter and summer time', () => {
    expect(startOfDay('2026-01-15', rome).toISOString()).toBe('2026-01-14T23:00:00.000Z');
    expect(startOfDay('2026-07-15', rome).toISOString()).toBe('2026-07-14T22:00:00.000Z');
  });
  it('on the days when clocks change', () => {
    expect(startOfDay('2026-03-29', rome).toISOString()).toBe('2026-03-28T23:00:00.000Z');
    expect(startOfDay('2026-03-30', rome).toISOString()).toBe('2026-03-29T22:00:00.000Z');
    expect(startOfDay('2026-10-25', rome).toISOString()).toBe('2026-10-24T22:00:00.000Z');
    expect(startOfDay('2026-10-26', rome).toISOString()).toBe('2026-10-25T23:00:00.000Z');
  });
});

describe('presets', () => {
  it('count today of the workspace, not of the browser', () => {
    expect(toTimeRange({ preset: 'last7' }, rome, now)).toEqual({ from: '2026-11-16T23:00:00.000Z', to: '2026-11-23T23:00:00.000Z' });
    expect(toTimeRange({ preset: 'last7' }, 'America/New_York', now)!.to).toBe('2026-11-23T05:00:00.000Z');
  });
  it('know months of every length', () => {
    expect(toTimeRange({ preset: 'previousMonth' }, 'UTC', new Date('2026-03-10T12:00:00Z'))).toEqual({ from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' });
    expect(toTimeRange({ preset: 'last12m' }, 'UTC', new Date('2028-02-29T12:00:00Z'))!.from).toBe('2027-03-01T00:00:00.000Z');
  });
  it('all time has no bounds', () => {
    expect(toTimeRange({ preset: 'all' }, rome, now)).toBeUndefined();
    expect(previousRange({ preset: 'all' }, rome, now)).toBeNull();
  });
});

describe('the previous period', () => {
  it('touches the chosen one and is as long', () => {
    const chosen = toTimeRange({ preset: 'last28' }, 'UTC', now)!;
    const before = previousRange({ preset: 'last28' }, 'UTC', now)!;
    expect(before.to).toBe(chosen.from);
    expect(Date.parse(before.to!) - Date.parse(before.from!)).toBe(28 * 86_400_000);
  });
  it('of a month is the month before', () => {
    expect(previousRange({ preset: 'previousMonth' }, 'UTC', new Date('2026-04-10T12:00:00Z'))).toEqual({ from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' });
  });
});

describe('what an address says', () => {
  const fallback = { preset: 'last28' } as const;
  it('is read with care', () => {
    expect(readRange({ preset: 'last7' }, fallback)).toEqual({ preset: 'last7' });
    expect(readRange({ from: '2026-10-31', to: '2026-10-01' }, fallback)).toEqual({ from: '2026-10-01', to: '2026-10-31' });
    for (const bad of [null, 3, 'last7', {}, { preset: 'never' }, { from: '2026', to: '2026-01-01' }]) expect(readRange(bad, fallback)).toEqual(fallback);
  });
  it('has an interval that reads well', () => {
    expect(intervalFor({ from: '2026-10-01', to: '2026-10-01' }, rome, now)).toBe('hour');
    expect(intervalFor({ preset: 'last28' }, rome, now)).toBe('day');
    expect(intervalFor({ preset: 'last12m' }, rome, now)).toBe('week');
    expect(intervalFor({ preset: 'all' }, rome, now)).toBe('month');
  });
});
