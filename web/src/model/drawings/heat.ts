// A table of cells, the deeper the larger: from row to column, or a cohort over its periods.
import { cut, lengthOf, wrap, type Drawing, type Room, type Shape } from '../drawing';

export interface HeatTable {
  /** Heads of the columns. */
  columns: string[];
  /** `depth` 0 to 1; null: there is no such cell. */
  rows: { name: string; note?: string; cells: ({ text: string; depth: number } | null)[] }[];
}

// Middle tints carry neither dark nor light digits well, so the scale leaps over them.
const deep = 0.6;
const tint = (depth: number): number => (depth <= 0 ? 0 : depth > deep ? 0.82 + ((depth - deep) / (1 - deep)) * 0.18 : 0.06 + (depth / deep) * 0.34);

export function heatTable({ columns, rows }: HeatTable, { width, font, rows: most }: Room): Drawing {
  const shapes: Shape[] = [];
  const shown = rows.slice(0, most);
  const small = font * 0.85;
  const notes = Math.max(0, ...shown.map(({ note }) => (note ? lengthOf(note, small) + 12 : 0)));
  const names = Math.min(width * 0.3, Math.max(0, ...shown.map(({ name }) => lengthOf(name, font))) + 12);
  const left = names + notes;
  const one = columns.length > 0 ? (width - left) / columns.length : 0;
  const heads = columns.map((column) => wrap(column, one - 4, small, { most: 3 }));
  const top = Math.max(0, ...heads.map((lines) => lines.length)) * small * 1.2 + 6;
  heads.forEach((lines, i) => lines.forEach((text, k) => shapes.push({ kind: 'text', x: left + one * (i + 0.5), y: top - 6 - (lines.length - 1 - k) * small * 1.2, text, size: small, paint: 'soft', anchor: 'middle' })));
  const tall = font * 2;
  shown.forEach((row, i) => {
    const y = top + i * tall;
    shapes.push({ kind: 'text', x: 0, y: y + tall / 2 + font * 0.35, text: cut(row.name, names - 8, font), size: font, paint: 'text' });
    if (row.note) shapes.push({ kind: 'text', x: left - 10, y: y + tall / 2 + font * 0.35, text: row.note, size: small, paint: 'soft', anchor: 'end' });
    row.cells.forEach((cell, k) => {
      if (cell === null) return;
      const depth = Math.max(0, Math.min(1, cell.depth));
      shapes.push({ kind: 'rect', x: left + one * k + 1, y: y + 1, width: one - 2, height: tall - 2, paint: 'line', opacity: 0.35, round: 3 });
      if (depth > 0) shapes.push({ kind: 'rect', x: left + one * k + 1, y: y + 1, width: one - 2, height: tall - 2, paint: 'accent', opacity: tint(depth), round: 3 });
      const size = lengthOf(cell.text, font) > one - 6 ? small : font;
      if (lengthOf(cell.text, size) <= one) shapes.push({ kind: 'text', x: left + one * (k + 0.5), y: y + tall / 2 + size * 0.35, text: cell.text, size, paint: depth > deep ? 'paper' : 'text', anchor: 'middle' });
    });
  });
  return { width, height: top + shown.length * tall, shapes };
}
