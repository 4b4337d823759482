// Lines over time, the period before dashed, notes as marks on their day.
import { cut, lengthOf, type Drawing, type Paint, type Room, type Shape } from '../drawing';

export interface Lines {
  buckets: string[];
  lines: { values: (number | null)[]; paint: Paint; dashed?: boolean }[];
  valueText: (value: number) => string;
  /** Marks at a place among the buckets. */
  notes?: { at: number; text: string }[];
}

/** Round marks from 0 (or below it) to beyond the largest value: steps of 1, 2 or 5. */
export function ticks(low: number, high: number, about = 4): number[] {
  const span = Math.max(high, 0) - Math.min(low, 0);
  if (!(span > 0)) return [0, 1];
  const raw = span / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw * 0.999)!;
  const first = Math.floor(Math.min(low, 0) / step);
  const last = Math.ceil(Math.max(high, 0) / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Stretches of neighbours that have a value: a gap stays a gap. */
function stretches(values: (number | null)[]): [number, number][][] {
  const all: [number, number][][] = [[]];
  values.forEach((value, i) => {
    if (value === null) all.push([]);
    else all.at(-1)!.push([i, value]);
  });
  return all.filter((item) => item.length > 0);
}

export function lines({ buckets, lines: drawn, valueText, notes = [] }: Lines, { width, font, rows }: Room): Drawing {
  const values = drawn.flatMap((line) => line.values).filter((value): value is number => value !== null);
  const marks = ticks(Math.min(0, ...values), Math.max(0, ...values));
  const small = font * 0.9;
  const left = Math.max(...marks.map((mark) => lengthOf(valueText(mark), small))) + 12;
  const top = notes.length > 0 ? font * 1.6 : font * 0.7;
  const plot = Math.round(Math.min(width * 0.42, font * Math.max(8, rows) * 1.6));
  const [low, high] = [marks[0]!, marks.at(-1)!];
  const x = (i: number) => left + (buckets.length <= 1 ? (width - left) / 2 : (i / (buckets.length - 1)) * (width - left - 6));
  const y = (value: number) => top + plot - ((value - low) / (high - low)) * plot;
  const shapes: Shape[] = [];
  for (const mark of marks) {
    shapes.push({ kind: 'path', d: `M${left},${y(mark)}L${width},${y(mark)}`, paint: 'line', stroke: 1 });
    shapes.push({ kind: 'text', x: left - 10, y: y(mark) + small * 0.35, text: valueText(mark), size: small, paint: 'soft', anchor: 'end' });
  }
  const widest = Math.max(1, ...buckets.map((bucket) => lengthOf(bucket, small))) + 20;
  const every = Math.max(1, Math.ceil((buckets.length * widest) / Math.max(1, width - left)));
  buckets.forEach((bucket, i) => {
    if (i % every !== 0) return;
    const half = lengthOf(bucket, small) / 2;
    shapes.push({ kind: 'text', x: Math.min(Math.max(x(i), left + half), width - half), y: top + plot + small * 1.6, text: bucket, size: small, paint: 'soft', anchor: 'middle' });
  });
  for (const { at, text } of notes) {
    shapes.push({ kind: 'path', d: `M${x(at)},${top}L${x(at)},${top + plot}`, paint: 'soft', stroke: 1.5, dash: '3 3' });
    const right = x(at) > width * 0.7;
    shapes.push({ kind: 'text', x: x(at) + (right ? -4 : 4), y: top - 6, text: cut(text, width * 0.28, small), size: small, paint: 'soft', anchor: right ? 'end' : 'start' });
  }
  for (const line of [...drawn].sort((a, b) => Number(b.dashed ?? false) - Number(a.dashed ?? false))) {
    for (const part of stretches(line.values)) {
      if (part.length === 1) shapes.push({ kind: 'circle', x: x(part[0]![0]), y: y(part[0]![1]), r: 4, paint: line.paint });
      else shapes.push({ kind: 'path', d: `M${part.map(([i, value]) => `${x(i)},${y(value)}`).join('L')}`, paint: line.paint, stroke: line.dashed ? 2 : 3, ...(line.dashed ? { dash: '6 4', opacity: 0.7 } : {}) });
    }
  }
  return { width, height: top + plot + small * 2.2, shapes };
}
