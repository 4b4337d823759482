import { describe, expect, it } from 'vitest';
import { makeFormat } from '@/base/format';
import { lengthOf, svgText, wrap } from './drawing';
import { bars } from './drawings/bars';
import { dots } from './drawings/dots';
import { heatTable } from './drawings/heat';
import { lines, ticks } from './drawings/lines';
import { ways } from './drawings/ways';
import { defaultFunnel } from './funnel';
import { counted, fileName, periodText, reportRows, reportSvg, sheetOf } from './report';
import { funnelReport } from './reports/funnel';
import { makeWords } from './words';

const now = new Date('2026-11-23T12:00:00Z');
const italian = makeFormat('it', 'Europe/Rome', 'EUR');
const english = makeFormat('en', 'Europe/Rome', 'EUR');
const teller = { format: italian, words: makeWords(undefined, 'it'), now };
const room = { width: 600, font: 14, rows: 6 };

describe('the period', () => {
  it('bends the article to the day', () => {
    expect(periodText({ from: '2026-08-25', to: '2026-11-23' }, italian, now)).toBe('Dal 25 agosto al 23 novembre 2026');
    expect(periodText({ from: '2026-10-08', to: '2026-10-11' }, italian, now)).toBe('Dall’8 ottobre all’11 ottobre 2026');
    expect(periodText({ from: '2025-12-01', to: '2026-01-31' }, italian, now)).toBe('Dal 1 dicembre 2025 al 31 gennaio 2026');
    expect(periodText({ from: '2026-10-03', to: '2026-10-03' }, italian, now)).toBe('Il 3 ottobre 2026');
    expect(periodText({ preset: 'all' }, english, now)).toBe('All time');
    expect(periodText({ preset: 'last7' }, english, now)).toBe('17 November to 23 November 2026');
  });
  it('counts one and many', () => {
    expect([counted(1, 'people', italian), counted(2400, 'visits', italian), counted(0, 'people', english)]).toEqual(['1 persona', '2.400 visite', '0 people']);
  });
});

const steps = [1000, 400, 30].map((count, i) => ({ index: i + 1, label: '', count, rate_overall: count / 1000, rate_step: null, median_seconds: null, p90_seconds: null }));
const form = { ...defaultFunnel(undefined), steps: [{ event: 'A' }, { event: 'B & <b>' }, { event: 'C' }], range: { from: '2026-10-01', to: '2026-10-31' } };
const report = funnelReport({ epoch: '1', elapsed_ms: 1, steps } as never, form, teller);

describe('a report', () => {
  it('says what happened, of how many, and where it goes wrong', () => {
    expect(report.sentence.replaceAll('\u00a0', ' ')).toMatch(/^Il 3 % di chi comincia arriva in fondo: .*«B & <b>»/);
    expect(report.detail).toBe('30 su 1.000');
    expect(report.n).toBe('1.000 persone');
  });
  it('exports its words with the picture, escaped, and its numbers with their intervals', () => {
    const svg = reportSvg(report, italian, now);
    for (const text of ['B &amp; &lt;b&gt;', '30 su 1.000', 'Dal 1 ottobre al 31 ottobre 2026', '1.000 persone', '23 novembre 2026']) expect(svg).toContain(text);
    expect(svg).not.toContain('<b>');
    expect(svg).toMatch(/^<svg [^>]*width="1280"/);
    const rows = reportRows(report, italian, now);
    const heads = rows.findIndex((row) => row.length > 5);
    expect(rows.slice(heads + 1)).toHaveLength(3);
    expect(rows[heads + 2]!.slice(1, 4)).toEqual([400, 0.4, 1000]);
    expect(new Set(rows.slice(heads).map((row) => row.length)).size).toBe(1);
    expect(fileName(report, 'png', now)).toBe('funnel-2026-11-23.png');
  });
  it('keeps letters of the sheet large enough for a projector, and all of it on the sheet', () => {
    const { shapes, width, height } = sheetOf(report, italian, now);
    for (const shape of shapes) {
      if (shape.kind !== 'text') continue;
      expect(shape.size).toBeGreaterThanOrEqual(14);
      const length = lengthOf(shape.text, shape.size, shape.bold);
      const left = shape.anchor === 'end' ? shape.x - length : shape.anchor === 'middle' ? shape.x - length / 2 : shape.x;
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + length).toBeLessThanOrEqual(width);
      expect(shape.y).toBeLessThanOrEqual(height);
    }
  });
});

describe('text', () => {
  it('breaks at words, and what does not fit is cut, never lost silently', () => {
    const all = wrap('una frase piuttosto lunga che va a capo più di una volta', 120, 14);
    expect(all.length).toBeGreaterThan(1);
    expect(all.join(' ')).toBe('una frase piuttosto lunga che va a capo più di una volta');
    expect(wrap('una frase piuttosto lunga che va a capo', 80, 14, { most: 2 }).at(-1)).toMatch(/…$/);
  });
  it('never leaves a control character in a picture', () => {
    expect(svgText({ width: 1, height: 1, shapes: [] }, 'a\u0000b\u000b')).toContain('<title>ab</title>');
  });
});

describe('pictures', () => {
  it('stay within their width and are finite, whatever they are given', () => {
    const long = 'Una parola lunghissimaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
    const drawings = [
      bars([{ name: long, value: '12', share: 1, note: long }, { name: '', value: '', share: 0, second: { share: 2, paint: 'soft' } }], room),
      bars([], room),
      heatTable({ columns: [long, 'b'], rows: [{ name: long, note: '3', cells: [{ text: '9', depth: 2 }, null] }] }, room),
      heatTable({ columns: [], rows: [] }, room),
      lines({ buckets: ['a', 'b', 'c'], lines: [{ values: [1, null, 3], paint: 'c0' }, { values: [null, null, null], paint: 'c1', dashed: true }], valueText: String, notes: [{ at: 2, text: long }] }, room),
      lines({ buckets: [], lines: [], valueText: String }, room),
      lines({ buckets: ['a'], lines: [{ values: [-5], paint: 'c0' }], valueText: String }, room),
      dots([{ name: long, value: '1 %', dots: [{ model: 0, share: 0 }, { model: 9, share: 0.4 }] }], 0.4, room),
      dots([], 0, room),
      ways([{ value: '1', note: '', steps: Array.from({ length: 40 }, (_, i) => ({ name: `passo ${i}`, colour: i })) }], room),
    ];
    for (const { width, height, shapes } of drawings) {
      expect(width).toBe(600);
      expect(height).toBeGreaterThan(0);
      for (const shape of shapes) {
        for (const value of Object.values(shape)) if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
        if (shape.kind === 'path') expect(shape.d).not.toMatch(/NaN|Infinity|undefined/);
        if (shape.kind === 'rect') expect(shape.x + shape.width).toBeLessThanOrEqual(width + 0.01);
      }
    }
  });
  it('mark a scale in round steps that reach beyond the largest value', () => {
    expect(ticks(0, 87)).toEqual([0, 50, 100]);
    expect(ticks(-3, 9)).toEqual([-5, 0, 5, 10]);
    expect(ticks(0, 0)).toEqual([0, 1]);
    expect(ticks(0, 0.3).at(-1)).toBeGreaterThanOrEqual(0.3);
  });
});
