// What every report has in common: it opens with a sentence, says which period it is about and how many it rests on, and
// leaves the page as a picture or as a table that both say the same. Pure: the date is handed in.
import type { Format } from '@/base/format';
import { cut, lengthOf, placed, svgText, wrap, type Drawing, type LegendItem, type Room, type Shape } from './drawing';
import { daysOf, type RangeChoice } from './range';

export type Cell = string | number | null | undefined;

export interface Report {
  /** The name of the kind: "Funnel". */
  title: string;
  /** What the answer says, in one sentence. */
  sentence: string;
  /** What the sentence rests on: "120 su 2.400". */
  detail?: string;
  period: string;
  /** How many it counts: "2.400 persone"; null where nothing is counted. */
  n: string | null;
  legend: LegendItem[];
  /** Null where there is nothing to draw. */
  draw: ((room: Room) => Drawing) | null;
  /** Heads, then rows. */
  table: Cell[][];
}

/** "dal 25 agosto al 23 novembre 2026", "il 3 ottobre 2026", "da sempre". */
export function periodText(range: RangeChoice, format: Format, now: Date): string {
  const days = daysOf(range, format.timezone, now);
  const italian = format.language === 'it';
  if (days === null) return italian ? 'Da sempre' : 'All time';
  const last = format.date(days.to);
  if (days.from === days.to) return italian ? `${/^(8|11)\b/.test(last) ? 'L’' : 'Il '}${last}` : last;
  const day = new Intl.DateTimeFormat(format.locale, { day: 'numeric', month: 'long', timeZone: 'UTC', ...(days.from.slice(0, 4) === days.to.slice(0, 4) ? {} : { year: 'numeric' }) });
  const first = day.format(new Date(`${days.from}T12:00:00Z`));
  if (!italian) return `${first} to ${last}`;
  const bent = (form: string, elided: string, text: string) => (/^(8|11)\b/.test(text) ? `${elided}${text}` : `${form} ${text}`);
  return `${bent('Dal', 'Dall’', first)} ${bent('al', 'all’', last)}`;
}

/** "1 persona", "2.400 visite". */
export function counted(count: number, what: 'people' | 'visits' | 'paths' | 'moves' | 'events' | 'conversions', format: Format): string {
  const words = {
    it: { people: ['persona', 'persone'], visits: ['visita', 'visite'], paths: ['percorso', 'percorsi'], moves: ['passaggio', 'passaggi'], events: ['evento', 'eventi'], conversions: ['conversione', 'conversioni'] },
    en: { people: ['person', 'people'], visits: ['visit', 'visits'], paths: ['path', 'paths'], moves: ['move', 'moves'], events: ['event', 'events'], conversions: ['conversion', 'conversions'] },
  }[format.language][what];
  return `${format.number(count)} ${words[count === 1 ? 0 : 1]}`;
}

/** The line below the sentence. */
export const factsOf = ({ period, n }: Pick<Report, 'period' | 'n'>): string => [period, n].filter(Boolean).join(' · ');

const dated = (format: Format, now: Date): string => `${format.language === 'it' ? 'Viaggio, il' : 'Viaggio,'} ${format.date(now)}`;

/** 1280 px wide, letters that a projector carries. */
const sheet = { width: 1280, margin: 48, title: 20, sentence: 32, facts: 20, letters: 18 };

function legendShapes(legend: LegendItem[], y: number): { shapes: Shape[]; height: number } {
  const { width, margin, letters } = sheet;
  const shapes: Shape[] = [];
  let x = margin;
  let line = 0;
  for (const { name, paint, dashed } of legend) {
    const text = cut(name, 420, letters);
    const needed = 34 + lengthOf(text, letters) + 24;
    if (x > margin && x + needed > width - margin) {
      x = margin;
      line += 1;
    }
    const top = y + line * 30;
    shapes.push(dashed ? { kind: 'path', d: `M${x},${top + 12}L${x + 24},${top + 12}`, paint, stroke: 3, dash: '6 4' } : { kind: 'rect', x, y: top + 4, width: 22, height: 16, paint, round: 4 });
    shapes.push({ kind: 'text', x: x + 32, y: top + 18, text, size: letters, paint: 'text' });
    x += needed;
  }
  return { shapes, height: legend.length === 0 ? 0 : (line + 1) * 30 + 18 };
}

/** The whole sheet: title, sentence, period and n, legend, picture, date. */
export function sheetOf(report: Report, format: Format, now: Date): Drawing {
  const { width, margin, title, sentence, facts, letters } = sheet;
  const room = width - 2 * margin;
  const shapes: Shape[] = [{ kind: 'text', x: margin, y: margin + title, text: report.title, size: title, paint: 'soft', bold: true }];
  let y = margin + title + 20;
  for (const text of wrap(report.sentence, room, sentence, { bold: true, most: 4 })) {
    y += sentence * 1.2;
    shapes.push({ kind: 'text', x: margin, y, text, size: sentence, paint: 'text', bold: true });
  }
  for (const text of wrap([report.detail, factsOf(report)].filter(Boolean).join(' · '), room, facts, { most: 2 })) {
    y += facts * 1.5;
    shapes.push({ kind: 'text', x: margin, y, text, size: facts, paint: 'soft' });
  }
  y += 28;
  const legend = legendShapes(report.legend, y);
  shapes.push(...legend.shapes);
  y += legend.height;
  if (report.draw) {
    const drawing = report.draw({ width: room, font: letters, rows: 15 });
    shapes.push(...placed(drawing, margin, y));
    y += drawing.height;
  }
  y += 40;
  shapes.push({ kind: 'text', x: width - margin, y, text: dated(format, now), size: 16, paint: 'soft', anchor: 'end' });
  return { width, height: y + 28, shapes };
}

export const reportSvg = (report: Report, format: Format, now: Date): string => svgText(sheetOf(report, format, now), `${report.title}. ${report.sentence}`);

/** The table of a report, its words above it: a file that is opened a year later still says what it is. */
export function reportRows(report: Report, format: Format, now: Date): Cell[][] {
  return [
    [report.title], [report.detail ? `${report.sentence} ${report.detail}` : report.sentence], [report.period], ...(report.n ? [[report.n]] : []),
    ...(report.legend.length > 0 ? [[report.legend.map(({ name }) => name).join(' · ')]] : []),
    [dated(format, now)], [], ...report.table,
  ];
}

/** "Funnel, 2026-11-23": what its files are called. */
export const fileName = ({ title }: Pick<Report, 'title'>, kind: 'png' | 'svg' | 'csv', now: Date): string =>
  `${title.toLowerCase().normalize('NFD').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'viaggio'}-${now.toISOString().slice(0, 10)}.${kind}`;
