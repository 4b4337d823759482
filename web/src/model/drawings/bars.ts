// Rows of bars: a name and its value above, one or two bars below, and what they rest on.
import { cut, lengthOf, type Drawing, type Paint, type Room, type Shape } from '../drawing';

export interface BarRow {
  name: string;
  /** Right of the name. */
  value: string;
  /** Of the longest bar, 0 to 1. */
  share: number;
  paint?: Paint;
  note?: string;
  /** A second bar under the first. */
  second?: { share: number; paint: Paint };
}

export function bars(rows: BarRow[], { width, font, rows: most }: Room): Drawing {
  const shapes: Shape[] = [];
  const bar = Math.round(font * 0.95);
  let y = 0;
  for (const row of rows.slice(0, most)) {
    const value = lengthOf(row.value, font, true);
    shapes.push({ kind: 'text', x: 0, y: y + font, text: cut(row.name, width - value - 16, font), size: font, paint: 'text' });
    shapes.push({ kind: 'text', x: width, y: y + font, text: row.value, size: font, paint: 'text', anchor: 'end', bold: true });
    y += font * 1.5;
    for (const { share, paint } of [{ share: row.share, paint: row.paint ?? ('accent' as const) }, ...(row.second ? [row.second] : [])]) {
      shapes.push({ kind: 'rect', x: 0, y, width, height: bar, paint: 'line', opacity: 0.5, round: 3 });
      shapes.push({ kind: 'rect', x: 0, y, width: Math.max(share > 0 ? 2 : 0, width * Math.min(1, share)), height: bar, paint, round: 3 });
      y += bar + 4;
    }
    if (row.note) {
      shapes.push({ kind: 'text', x: 0, y: y + font * 0.9, text: cut(row.note, width, font * 0.85), size: font * 0.85, paint: 'soft' });
      y += font * 1.25;
    }
    y += font * 0.7;
  }
  return { width, height: Math.max(font, y - font * 0.7), shapes };
}
