import { describe, expect, it } from 'vitest';
import { makeFormat } from '@/base/format';
import { mapAnswer } from '../../../tests/support/map_answers';
import { headLines, headlineSentence, initialsOf, kpiOf, stageName, type Teller } from './sentences';
import { inTurn } from './turns';
import { periodPhrase } from './words';
import { explain } from './explain';

const now = new Date('2026-11-23T10:00:00Z');
const plain = (text: string) => text.replace(/\u00a0/g, ' ');
const teller = (language: 'it' | 'en'): Teller => ({ answer: mapAnswer('rich'), format: makeFormat(language, 'Europe/Rome', 'EUR') });

describe('the headline', () => {
  const headline = { ...mapAnswer('rich').headlines[0]!, customers: 1240, row: 'cart' };

  it('answers where, how many, at what, and what it costs, in both languages', () => {
    const italian = plain(headlineSentence(teller('it'), headline, 'In ottobre'));
    for (const part of ['In ottobre', '1.240 persone', 'Considerazione e Decisione', 'al carrello da telefono', '18.400']) expect(italian).toContain(part);
    const english = plain(headlineSentence(teller('en'), headline, 'In October'));
    for (const part of ['In October', '1,240 people', 'Consideration and Decision', 'at the cart on a phone', '18,400']) expect(english).toContain(part);
  });

  it('agrees with one person and keeps silent about what is not known', () => {
    const text = plain(headlineSentence(teller('it'), { ...headline, customers: 1, row: null, device: null, at_stake: 0 }, 'In ottobre'));
    expect(text).toBe('In ottobre 1 persona si è fermata fra Considerazione e Decisione.');
  });

  it('calls an unknown stage by its id rather than by nothing', () => {
    expect(stageName(teller('it'), 'mai_vista')).toBe('mai_vista');
  });
});

describe('the period', () => {
  const it_ = makeFormat('it', 'Europe/Rome', 'EUR');
  const en = makeFormat('en', 'Europe/Rome', 'EUR');
  it.each([
    [{ preset: 'previousMonth' }, 'In ottobre', 'In October'],
    [{ preset: 'last28' }, 'Negli ultimi 28 giorni', 'In the last 28 days'],
    [{ from: '2026-10-01', to: '2026-10-31' }, 'In ottobre', 'In October'],
    [{ from: '2025-10-01', to: '2025-10-31' }, 'In ottobre 2025', 'In October 2025'],
    [{ from: '2026-08-01', to: '2026-10-31' }, 'Da agosto a ottobre', 'From August to October'],
    [{ from: '2026-10-03', to: '2026-10-08' }, 'Dal 3 all’8 ottobre', 'From 3 to 8 October'],
    [{ from: '2026-09-11', to: '2026-10-02' }, 'Dall’11 settembre al 2 ottobre', 'From 11 September to 2 October'],
    [{ from: '2026-10-08', to: '2026-10-08' }, 'L’8 ottobre', 'On 8 October'],
  ] as const)('%j', (choice, italian, english) => {
    expect(periodPhrase(choice, it_, now)).toBe(italian);
    expect(periodPhrase(choice, en, now)).toBe(english);
  });
});

describe('how a number comes about', () => {
  it('shows both sides of a basin', () => {
    const stage = mapAnswer('rich').stages[1]!;
    const text = plain(explain(teller('it'), { kind: 'stage', stage: stage.id }));
    for (const number of [stage.entered, stage.before, stage.forward, stage.back, stage.lost, stage.here_now]) {
      expect(text).toContain(teller('it').format.number(number));
    }
  });

  it('shows the formula of the money at stake where the answer gives one', () => {
    const text = plain(explain(teller('it'), { kind: 'flow', flow: 'lost', from: 'considerazione', to: null }));
    // Each time somebody stopped is counted, as the formula does.
    for (const part of [teller('it').format.number(mapAnswer('rich').stages[1]!.lost), '51 %', '39 %', '18.400']) expect(text).toContain(part);
    expect(plain(explain(teller('it'), { kind: 'flow', flow: 'lost', from: 'advocacy', to: null }))).not.toContain('EUR');
  });
});

describe('the head of a stage', () => {
  const stage = (actual: number | null, goal: number | null) => ({ ...mapAnswer('rich').stages[1]!, kpi: { actual, goal, target: true } });

  it('has a light by how far the goal is', () => {
    expect([kpiOf(stage(0.5, 0.5)), kpiOf(stage(0.46, 0.5)), kpiOf(stage(0.44, 0.5))].map((kpi) => kpi?.light)).toEqual(['reached', 'near', 'missed']);
  });

  it('has none without a share or without a goal', () => {
    expect([kpiOf(stage(null, 0.5)), kpiOf(stage(0.5, null)), kpiOf({ ...mapAnswer('rich').stages[1]!, kpi: undefined })]).toEqual([null, null, null]);
  });

  it('says whose it is and both shares', () => {
    const lines = headLines(teller('it'), { ...stage(0.44, 0.5), owner: 'Marco Bellini' }).map(plain).join(' ');
    for (const part of ['Marco Bellini', '44 %', '50 %']) expect(lines).toContain(part);
  });

  it.each([['Giulia Serra', 'GS'], ['anna maria riva', 'AR'], ['Émile', 'É'], ['', '']])('shows %j as %j', (name, letters) => {
    expect(initialsOf(name)).toBe(letters);
  });
});

it('a strip draws the same touchpoint in a row once', () => {
  const step = (touchpoint: string) => ({ touchpoint, icon: '', label: { it: '', en: '' }, timestamp: '', stage: null });
  expect(inTurn(['mail', 'mail', 'web', 'mail'].map(step)).map((turn) => [turn.touchpoint, turn.times])).toEqual([['mail', 2], ['web', 1], ['mail', 1]]);
  expect(inTurn([])).toEqual([]);
});
