import { describe, expect, it } from 'vitest';
import { chooseNumbers, countNumbers, mostNumbers } from './budget';
import { columnsBetween } from './columns';
import { fillerOf, ghostRows } from './ghost';
import { layoutRiver } from './river';
import { mapAnswer } from '../../../tests/support/map_answers';

const stage = (id: string, it_: string, en: string) => ({ id, label: { it: it_, en } });

describe('what would fill a stage', () => {
  it.each([
    [stage('awareness', 'Consapevolezza', 'Awareness'), 'site'],
    [stage('consideration', 'Considerazione', 'Consideration'), 'interest'],
    [stage('decision', 'Decisione', 'Decision'), 'sales'],
    [stage('loyalty', 'Fidelizzazione', 'Loyalty'), 'return'],
    [stage('advocacy', 'Advocacy', 'Advocacy'), 'voice'],
    [stage('repurchase', 'Riacquisto', 'Repurchase'), 'return'],
    [stage('sharing', 'Condivisione', 'Sharing'), 'voice'],
  ] as const)('%j', (item, filler) => {
    expect(fillerOf(item, 0, 5)).toBe(filler);
  });

  it('goes by the place of a stage whose name says nothing', () => {
    const unknown = [0, 1, 2, 3, 4].map((index) => fillerOf(stage(`s${index}`, `Fase ${index}`, `Step ${index}`), index, 5));
    expect(unknown).toEqual(['site', 'interest', 'sales', 'return', 'voice']);
  });
});

describe('the lines of an empty map', () => {
  it('are a few touchpoints of each group, without anybody', () => {
    const rows = ghostRows(mapAnswer('sixty').rows);
    expect(rows.length).toBeLessThanOrEqual(8);
    expect(new Set(rows.map((row) => row.group))).toEqual(new Set(['online', 'fisico', 'assistenza']));
    expect(rows.every((row) => row.customers === 0)).toBe(true);
    expect(ghostRows([])).toEqual([]);
  });
});

describe('numbers at rest', () => {
  it('are counted as the eye does', () => {
    expect([countNumbers('18.400 EUR'), countNumbers('2.560 · 29 %'), countNumbers('×2,3'), countNumbers('nessuno')]).toEqual([1, 2, 1, 0]);
  });

  it('never exceed the room that is left, worst drop-offs first', () => {
    const answer = mapAnswer('eight');
    const river = layoutRiver(answer, { columns: columnsBetween(180, 1180, 8), left: 120, top: 60, height: 250 });
    for (const spent of [0, 12, 25, 33, mostNumbers, 60]) {
      const written = chooseNumbers(answer, river, spent);
      const cost = written.lost.size * 2 + written.value.size + written.ring.size + (written.reach ? answer.reach.length : 0) + (written.years ? answer.histogram.filter((bar) => bar.start.slice(5, 7) === '01').length : 0);
      expect(cost).toBeLessThanOrEqual(Math.max(0, mostNumbers - spent));
    }
    const tight = chooseNumbers(answer, river, mostNumbers - 2);
    const alarm = river.beds.filter((bed) => bed.alarm).sort((a, b) => b.customers - a.customers)[0]!;
    expect([...tight.lost]).toEqual([alarm.stage]);
  });
});
