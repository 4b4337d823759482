// A picture as plain shapes: drawn small on a dashboard, and large as SVG in an export. Colours are named by what they
// mean, so that the same picture is right on light and on dark paper. Lengths are px.

/** `c0` to `c7`: the palette of series; the first is the accent. */
export type Paint = 'text' | 'soft' | 'line' | 'paper' | 'accent' | 'bright' | `c${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`;

export type Shape =
  | { kind: 'rect'; x: number; y: number; width: number; height: number; paint: Paint; opacity?: number; round?: number }
  /** `stroke`: a line of that width; without it an area. */
  | { kind: 'path'; d: string; paint: Paint; opacity?: number; stroke?: number; dash?: string }
  | { kind: 'circle'; x: number; y: number; r: number; paint: Paint; opacity?: number }
  | { kind: 'text'; x: number; y: number; text: string; size: number; paint: Paint; anchor?: 'start' | 'middle' | 'end'; bold?: boolean };

export interface Drawing {
  width: number;
  height: number;
  shapes: Shape[];
}

/** How large a drawing may be: its width, the size of its letters, and how many rows it may list. */
export interface Room {
  width: number;
  font: number;
  rows: number;
}

export interface LegendItem {
  name: string;
  paint: Paint;
  dashed?: boolean;
}

export const series = (index: number): Paint => `c${(((index % 8) + 8) % 8) as 0}`;

const narrow = /[iljtfr.,:;'’|!()[\] ]/;
const broad = /[mwMW%@–—]/;
const capital = /[A-ZÀ-ÝQ&0-9]/;

/** About how long a text is, without a browser to measure it; generously. */
export function lengthOf(text: string, size: number, bold = false): number {
  let units = 0;
  for (const letter of text) units += narrow.test(letter) ? 0.32 : broad.test(letter) ? 0.88 : capital.test(letter) ? 0.64 : 0.55;
  return units * size * (bold ? 1.07 : 1);
}

/** The text cut to a length, with an ellipsis. */
export function cut(text: string, room: number, size: number, bold = false): string {
  if (lengthOf(text, size, bold) <= room) return text;
  let short = text;
  while (short.length > 1 && lengthOf(`${short}…`, size, bold) > room) short = short.slice(0, -1);
  return `${short.trimEnd()}…`;
}

/** Lines of at most that length; beyond `most` the last one is cut. */
export function wrap(text: string, room: number, size: number, { bold = false, most = 6 } = {}): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && lengthOf(longer, size, bold) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  if (lines.length > most) return [...lines.slice(0, most - 1), cut(lines.slice(most - 1).join(' '), room, size, bold)];
  return lines.map((item) => cut(item, room, size, bold));
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
// Characters that XML has no place for would make the whole picture unreadable.
const escape = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[&<>"]/g, (letter) => escapes[letter]!);
const round = (value: number): string => String(Math.round(value * 100) / 100);

/** What the paints are on the paper of an export. */
export const printed: Record<Paint, string> = {
  text: '#24211d', soft: '#625b52', line: '#e3ddd4', paper: '#ffffff', accent: '#31518f', bright: '#ffffff',
  c0: '#31518f', c1: '#c2662d', c2: '#3d8361', c3: '#8a5a9e', c4: '#b23a48', c5: '#0f8b9d', c6: '#997a00', c7: '#6b7280',
};

const faint = (opacity: number | undefined): string => (opacity === undefined ? '' : ` opacity="${round(opacity)}"`);

function element(shape: Shape): string {
  const color = printed[shape.paint];
  switch (shape.kind) {
    case 'rect':
      return `<rect x="${round(shape.x)}" y="${round(shape.y)}" width="${round(Math.max(0, shape.width))}" height="${round(Math.max(0, shape.height))}" rx="${shape.round ?? 0}" fill="${color}"${faint(shape.opacity)}/>`;
    case 'path':
      return `<path d="${shape.d}" ${shape.stroke ? `fill="none" stroke="${color}" stroke-width="${shape.stroke}" stroke-linejoin="round"${shape.dash ? ` stroke-dasharray="${shape.dash}"` : ''}` : `fill="${color}"`}${faint(shape.opacity)}/>`;
    case 'circle':
      return `<circle cx="${round(shape.x)}" cy="${round(shape.y)}" r="${round(shape.r)}" fill="${color}"${faint(shape.opacity)}/>`;
    case 'text':
      return `<text x="${round(shape.x)}" y="${round(shape.y)}" font-size="${round(shape.size)}" fill="${color}" text-anchor="${shape.anchor ?? 'start'}"${shape.bold ? ' font-weight="600"' : ''}>${escape(shape.text)}</text>`;
  }
}

const fonts = 'Inter, &quot;Segoe UI&quot;, Roboto, &quot;Helvetica Neue&quot;, &quot;Noto Sans&quot;, &quot;Liberation Sans&quot;, sans-serif';

/** A file that every program draws alike: colours and letters stand in it, nothing is fetched. */
export const svgText = ({ width, height, shapes }: Drawing, title: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="${fonts}" role="img"><title>${escape(title)}</title><rect width="100%" height="100%" fill="${printed.paper}"/>${shapes.map(element).join('')}</svg>`;

/** The drawing moved to the right and down. */
export function placed({ shapes }: Drawing, x: number, y: number): Shape[] {
  return shapes.map((shape): Shape => (shape.kind === 'path' ? { ...shape, d: movedPath(shape.d, x, y) } : { ...shape, x: shape.x + x, y: shape.y + y }));
}

/** Paths here are written in absolute coordinates, pairs of numbers, with M, L, C and Z alone. */
function movedPath(d: string, x: number, y: number): string {
  return d.replace(/(-?\d+(?:\.\d+)?(?:e-?\d+)?)[ ,](-?\d+(?:\.\d+)?(?:e-?\d+)?)/g, (_all, left: string, top: string) => `${round(Number(left) + x)},${round(Number(top) + y)}`);
}
