// One line a row, one numbered dot a model: the spread is the message. The number says which, without the colour.
import { cut, lengthOf, series, type Drawing, type Room, type Shape } from '../drawing';

export interface DotLine {
  name: string;
  /** Right of the line: "12 – 23 %". */
  value: string;
  /** By number of the model, from 0. */
  dots: { model: number; share: number }[];
}

export function dots(rows: DotLine[], end: number, { width, font, rows: most }: Room): Drawing {
  const shapes: Shape[] = [];
  const shown = rows.slice(0, most);
  const names = Math.min(width * 0.28, Math.max(0, ...shown.map(({ name }) => lengthOf(name, font))) + 16);
  const right = Math.max(0, ...shown.map(({ value }) => lengthOf(value, font))) + 20;
  const r = font * 0.62;
  const at = (share: number) => names + r + (end > 0 ? share / end : 0) * (width - names - right - 2 * r);
  const tall = font * 2.2;
  shown.forEach((row, i) => {
    const y = i * tall + tall / 2;
    const shares = row.dots.map(({ share }) => share);
    shapes.push({ kind: 'text', x: 0, y: y + font * 0.35, text: cut(row.name, names - 12, font), size: font, paint: 'text' });
    shapes.push({ kind: 'path', d: `M${names},${y}L${width - right},${y}`, paint: 'line', stroke: 1.5 });
    if (shares.length > 1) shapes.push({ kind: 'path', d: `M${at(Math.min(...shares))},${y}L${at(Math.max(...shares))},${y}`, paint: 'soft', stroke: 4, opacity: 0.45 });
    for (const { model, share } of row.dots) {
      shapes.push({ kind: 'circle', x: at(share), y, r, paint: series(model) });
      shapes.push({ kind: 'text', x: at(share), y: y + font * 0.26, text: String(model + 1), size: font * 0.72, paint: 'bright', anchor: 'middle', bold: true });
    }
    shapes.push({ kind: 'text', x: width, y: y + font * 0.35, text: row.value, size: font, paint: 'text', anchor: 'end', bold: true });
  });
  return { width, height: Math.max(font, shown.length * tall), shapes };
}
