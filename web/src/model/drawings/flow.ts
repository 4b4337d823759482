// The Sankey of paths as shapes: layers from left to right, the rest of a layer as one box.
import type { PathsAnswer } from '../contract';
import { cut, type Drawing, type Room, type Shape } from '../drawing';
import { sankey } from '../paths';

interface Names {
  name: (label: string, merged: number) => string;
  layer: (layer: number) => string;
  count: (entries: number) => string;
}

export function flow(answer: PathsAnswer, names: Names, { width, font, rows }: Room): Drawing {
  const layers = new Set(answer.nodes.map(({ layer }) => layer)).size;
  const boxWidth = Math.max(6, Math.round(font * 0.6));
  const step = layers > 0 ? width / layers : width;
  const drawing = sankey(answer, { step, height: Math.round(font * Math.min(30, rows * 2)), boxWidth });
  const head = font * 1.8;
  const shapes: Shape[] = [];
  for (const [layer, x] of new Map(drawing.boxes.map((box) => [box.layer, box.x]))) shapes.push({ kind: 'text', x, y: font, text: cut(names.layer(layer), step - 10, font * 0.85), size: font * 0.85, paint: 'soft' });
  const below: Shape[] = drawing.ribbons.map(({ area }) => ({ kind: 'path', d: area, paint: 'accent', opacity: 0.22 }));
  for (const box of drawing.boxes) {
    below.push({ kind: 'rect', x: box.x, y: box.y, width: boxWidth, height: box.height, paint: box.merged > 0 ? 'soft' : 'accent', round: 2 });
    const y = box.y + Math.min(box.height / 2, font) + font * 0.3;
    const count = names.count(box.entries);
    below.push({ kind: 'text', x: box.x + boxWidth + 6, y, text: `${cut(names.name(box.label, box.merged), step - boxWidth - 14 - font * 0.6 * (count.length + 1), font)} ${count}`, size: font, paint: 'text' });
  }
  const moved = below.map((shape): Shape => (shape.kind === 'path' ? { ...shape, d: shape.d.replace(/(-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)/g, (_all, x: string, y: string) => `${x},${Number(y) + head}`) } : { ...shape, y: shape.y + head }));
  return { width, height: drawing.height + head + font * 0.5, shapes: [...shapes, ...moved] };
}
