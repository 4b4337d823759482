// The most used ways, one a row: how many go it, and its steps as coloured pieces.
import { lengthOf, series, type Drawing, type Room, type Shape } from '../drawing';

export interface WayRow {
  value: string;
  note: string;
  steps: { name: string; colour: number }[];
}

const pieceGap = 4;

export function ways(rows: WayRow[], { width, font, rows: most }: Room): Drawing {
  const shapes: Shape[] = [];
  const shown = rows.slice(0, most);
  const small = font * 0.8;
  const left = Math.min(width * 0.4, Math.max(0, ...shown.map(({ value, note }) => Math.max(lengthOf(value, font, true), lengthOf(note, small)))) + 20);
  const tall = font * 2.7;
  shown.forEach((row, i) => {
    const y = i * tall;
    shapes.push({ kind: 'text', x: 0, y: y + font, text: row.value, size: font, paint: 'text', bold: true });
    shapes.push({ kind: 'text', x: 0, y: y + font * 2.1, text: row.note, size: small, paint: 'soft' });
    let x = left;
    for (const [place, { name, colour }] of row.steps.entries()) {
      const wide = lengthOf(name, small) + 16;
      if (x + wide > width - 40 && place < row.steps.length) {
        shapes.push({ kind: 'text', x, y: y + font * 1.3, text: `+${row.steps.length - place}`, size: small, paint: 'soft' });
        break;
      }
      shapes.push({ kind: 'rect', x, y: y + 2, width: wide, height: font * 1.8, paint: series(colour), opacity: 0.16, round: 5 });
      shapes.push({ kind: 'rect', x, y: y + 2, width: 4, height: font * 1.8, paint: series(colour), round: 2 });
      shapes.push({ kind: 'text', x: x + 9, y: y + font * 1.25, text: name, size: small, paint: 'text' });
      x += wide + pieceGap;
    }
  });
  return { width, height: Math.max(font, shown.length * tall - font * 0.4), shapes };
}
