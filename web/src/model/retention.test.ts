import { describe, expect, it } from 'vitest';
import { inMonth, withArticle } from './italian';
import { cellQuestion, cellsOf, defaultRetention, headline, lifecycleBars, readRetention, retentionQuestion, shownCohorts, withUnit } from './retention';

const now = new Date('2026-11-23T12:00:00Z');
const form = { ...defaultRetention(undefined), start: ['A'] };
const cohort = (size: number, counts: number[], complete: boolean[]) => ({ start: '2026-09-01T00:00:00Z', size, counts: [size, ...counts], complete: [true, ...complete] });
const answered = { epoch: '1', elapsed_ms: 1, mean: [] };

describe('the question', () => {
  it('is none while nothing begins', () => {
    expect(retentionQuestion({ ...form, start: [] }, 'UTC', now)).toBeNull();
  });
  it('names a return only when it is another event, and several as any of them', () => {
    expect(retentionQuestion(form, 'UTC', now)).not.toHaveProperty('return');
    expect(retentionQuestion({ ...form, start: ['A', 'B'], back: ['C'] }, 'UTC', now)).toMatchObject({ start: { any_of: ['A', 'B'] }, return: { event: 'C' } });
  });
  it('of a cell asks for its people and for no comparison', () => {
    const people = { cohort: '2026-09-01T00:00:00Z', period: 2, state: 'not_returned' as const };
    const asked = cellQuestion({ ...form, breakdown: 'channel', people }, 'UTC', now);
    expect(asked).toMatchObject({ people });
    expect(asked).not.toHaveProperty('breakdown');
  });
  it('comes back from the address as it was, and survives nonsense', () => {
    const whole = { ...form, back: ['B'], match: 'on_or_after' as const, people: { cohort: '2026-09-01T00:00:00Z', period: 1, state: 'returned' as const } };
    expect(readRetention(JSON.parse(JSON.stringify(whole)), form)).toEqual(whole);
    expect(readRetention({ unit: 'century', people: { cohort: 'x', period: -1 } }, form)).toEqual(form);
  });
  it('takes a period that suits the unit, but leaves chosen days alone', () => {
    expect(withUnit(form, 'day').range).toEqual({ preset: 'last28' });
    const days = { from: '2026-01-01', to: '2026-02-01' };
    expect(withUnit({ ...form, range: days }, 'day').range).toEqual(days);
  });
});

describe('the heat map', () => {
  it('has a rate of the size, and none without people', () => {
    expect(cellsOf(cohort(4, [1], [false]))).toEqual([{ count: 1, rate: 0.25, complete: false }]);
    expect(cellsOf(cohort(0, [0], [true]))[0]!.rate).toBeNull();
  });
  it('begins with the first cohort that has people and keeps gaps after it', () => {
    expect(shownCohorts([cohort(0, [], []), cohort(2, [], []), cohort(0, [], [])])).toHaveLength(2);
    expect(shownCohorts([cohort(0, [], [])])).toEqual([]);
  });
  it('is told by the newest cohort with a whole period behind it', () => {
    const cohorts = [cohort(10, [5], [true]), cohort(4, [1], [true]), cohort(9, [9], [false])];
    expect(headline({ ...answered, cohorts })).toEqual({ cohort: cohorts[1], rate: 0.25 });
    expect(headline({ ...answered, cohorts: [cohort(9, [1], [false])] })).toBeNull();
  });
});

it('lifecycle bars reach as far as the largest period, from the first with somebody', () => {
  const period = { start: '', new: 0, returning: 0, resurrecting: 0, dormant: 0, complete: true };
  const bars = lifecycleBars({ epoch: '1', elapsed_ms: 1, periods: [period, { ...period, new: 3, returning: 2 }, { ...period, resurrecting: 1, dormant: 4 }] });
  expect(bars).toMatchObject({ up: 5, down: 4 });
  expect(bars.periods).toHaveLength(2);
});

it('Italian articles follow how a number is said', () => {
  expect(['23 %', '8 %', '80 %', '1 %', '11 %', '12 %', '0 %', '18 %', '100 %'].map((text) => withArticle(text))).toEqual(['il 23 %', 'l’8 %', 'l’80 %', 'l’1 %', 'l’11 %', 'il 12 %', 'lo 0 %', 'il 18 %', 'il 100 %']);
  expect([withArticle('11 %', 'from'), withArticle('31 %', 'to')]).toEqual(['dall’11 %', 'al 31 %']);
  expect([inMonth('agosto 2026'), inMonth('settembre 2026')]).toEqual(['ad agosto 2026', 'a settembre 2026']);
});
