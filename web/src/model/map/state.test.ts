import { describe, expect, it } from 'vitest';
import { mapAnswer } from '../../../tests/support/map_answers';
import { fit, fitLines, textWidth } from './fit';
import { arrive, dotMilliseconds, noLive, settle } from './live';
import { neighbour } from './marks';
import { readView, defaultView, toQuestion } from './question';
import { isLit, readSelection, selectionId, selectOf } from './select';
import { layoutMonths, monthAt, monthsInside, monthsToRange } from './time';

describe('live dots', () => {
  const event = (id: number) => ({ message_id: `m${id}`, stage: 'decisione', row: 'checkout' });

  it('begin at most four a second; the rest is counted', () => {
    let state = noLive;
    for (let i = 0; i < 10; i += 1) state = arrive(state, event(i), 1000 + i * 20, false);
    expect([state.dots.length, state.skipped, state.heard]).toEqual([4, 6, 10]);
    state = arrive(state, event(11), 2050, false);
    expect(state.dots.length).toBe(5);
  });

  it('go when they have arrived', () => {
    const state = arrive(noLive, event(1), 0, false);
    expect(settle(state, dotMilliseconds + 1).dots).toEqual([]);
    expect(settle(state, 10)).toBe(state);
  });

  it('stay still when motion is unwanted, but count', () => {
    const state = arrive(noLive, event(1), 0, true);
    expect([state.dots.length, state.heard]).toEqual([0, 1]);
  });

  it('do not run without a line to run on, but do without a stage', () => {
    expect(arrive(noLive, { message_id: 'x', stage: 'decisione', row: null }, 0, false).dots).toEqual([]);
    expect(arrive(noLive, { message_id: 'x', stage: null, row: 'checkout' }, 0, false).dots).toHaveLength(1);
  });
});

describe('selection', () => {
  const answer = mapAnswer('rich');
  it.each(['stage:decisione', 'cell:decisione:checkout', 'cell:decisione:*', 'flow:lost:considerazione:', 'flow:enter::decisione', 'flow:back:decisione:considerazione'])('%s survives the address bar', (id) => {
    expect(selectionId(readSelection(id, answer)!)).toBe(id);
  });

  it.each(['', 'stage:', 'stage:altro', 'flow:lost:altro:', 'flow:swim:decisione:', 'cell:decisione', 7, null])('%j is no selection', (text) => {
    expect(readSelection(text, answer)).toBeNull();
  });

  it('asks for no people where several rows are summed', () => {
    expect(selectOf({ kind: 'cell', stage: 'decisione', row: '*' })).toBeNull();
    expect(selectOf({ kind: 'flow', flow: 'lost', from: 'decisione', to: null })).toEqual({ flow: { kind: 'lost', from: 'decisione', to: null } });
  });

  it('lights what it touches and dims the rest', () => {
    const stage = { kind: 'stage', stage: 'decisione' } as const;
    expect(isLit(null, { id: 'anything' })).toBe(true);
    expect(isLit(stage, { id: 'flow:forward:decisione:fidelizzazione', from: 'decisione', to: 'fidelizzazione' })).toBe(true);
    expect(isLit(stage, { id: 'cell:advocacy:store', stage: 'advocacy' })).toBe(false);
  });
});

describe('the keyboard', () => {
  const marks = [{ id: 'a', x: 0, y: 0 }, { id: 'b', x: 100, y: 4 }, { id: 'c', x: 0, y: 90 }, { id: 'd', x: 100, y: 90 }];
  it('goes to the nearest mark in the direction, and stays at the edge', () => {
    expect(neighbour(marks, 'a', 'ArrowRight')).toBe('b');
    expect(neighbour(marks, 'a', 'ArrowDown')).toBe('c');
    expect(neighbour(marks, 'd', 'ArrowLeft')).toBe('c');
    expect(neighbour(marks, 'a', 'ArrowUp')).toBe('a');
    expect(neighbour(marks, 'gone', 'ArrowUp')).toBe('a');
  });
});

describe('months', () => {
  const months = mapAnswer('rich').histogram;
  const frame = { left: 100, right: 1060, top: 0, height: 30 };

  it('light those the period touches', () => {
    expect(monthsInside(months, { from: '2026-09-15', to: '2026-10-02' })).toEqual({ first: 21, last: 22 });
    expect(monthsInside(months, null)).toEqual({ first: 0, last: 23 });
    const layout = layoutMonths(months, { from: '2026-10-01', to: '2026-10-31' }, frame);
    expect(layout.bars.filter((bar) => bar.inside).map((bar) => bar.start)).toEqual(['2026-10-01']);
    expect(Math.max(...layout.bars.map((bar) => bar.height))).toBeCloseTo(30);
  });

  it('become a period of whole months that does not reach beyond today', () => {
    expect(monthsToRange(months, 22, 22, '2026-11-23')).toEqual({ from: '2026-10-01', to: '2026-10-31' });
    expect(monthsToRange(months, 23, 21, '2026-11-23')).toEqual({ from: '2026-09-01', to: '2026-11-23' });
  });

  it('are found under the pointer', () => {
    expect([monthAt(100, 24, frame), monthAt(1059, 24, frame), monthAt(5000, 24, frame), monthAt(-5, 24, frame)]).toEqual([0, 23, 23, 0]);
  });
});

describe('the address', () => {
  it('reads what it can and defaults the rest', () => {
    expect(readView({ range: { preset: 'last28' }, rows: 'channel', view: 'nonsense' })).toEqual({ ...defaultView, range: { preset: 'last28' }, rows: 'channel' });
    expect(readView('junk')).toEqual(defaultView);
  });

  it('asks for all time without a range', () => {
    expect(toQuestion({ ...defaultView, range: { preset: 'all' } }, 'cinque_fasi', 'Europe/Rome', new Date())).toEqual({ model: 'cinque_fasi', rows: 'touchpoint' });
  });
});

describe('fitting', () => {
  const long = 'Appuntamento con la consulente in negozio';
  it('never exceeds the width', () => {
    for (const width of [30, 80, 140]) expect(textWidth(fit(long, width, 12), 12)).toBeLessThanOrEqual(width);
    expect(fit('Sito', 200, 12)).toBe('Sito');
  });

  it('breaks at spaces into a number of lines', () => {
    const lines = fitLines(long, 120, 13, 2);
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(textWidth(line, 13)).toBeLessThanOrEqual(120);
    expect(fitLines('Unaparolalunghissimasenzaspazidavverotroppa', 90, 13, 2)).toHaveLength(1);
  });
});
