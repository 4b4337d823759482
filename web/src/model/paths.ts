// Paths as the page asks for them and draws them (docs/semantics/paths.md): a Sankey of layers.
import { readBoolean, readList, readObject, readOne, readText } from './address';
import type { Filter, PathsAnswer, PathsQuestion } from './contract';
import { completeFilters, readFilters, withNames } from './filters';
import { readRange, toTimeRange, type RangeChoice } from './range';

export const pathUnits = ['session', 'customer'] as const;
export const depths = [3, 4, 5, 6, 8] as const;
/** Nodes drawn in a layer; the rest are one. */
const drawn = 7;
export const other = '$other';

/** A node, by its id, or an edge. */
export type PathPeople = { node: string } | { from: string; to: string };

export interface PathsForm {
  node: string;
  unit: (typeof pathUnits)[number];
  /** Names of events; none: from the first one on. */
  start: string[];
  /** Names of events; none: to the last one. */
  end: string[];
  depth: number;
  collapse: boolean;
  where: Filter[];
  range: RangeChoice;
  people: PathPeople | null;
}

export const defaultPaths: PathsForm = { node: 'touchpoint', unit: 'session', start: [], end: [], depth: 5, collapse: true, where: [], range: { preset: 'last90' }, people: null };

const readNames = (value: unknown): string[] => readList(value).filter((item): item is string => typeof item === 'string');

function readPeople(value: unknown): PathPeople | null {
  const { node, from, to } = readObject(value);
  if (typeof node === 'string') return { node };
  return typeof from === 'string' && typeof to === 'string' ? { from, to } : null;
}

export function readPaths(value: unknown): PathsForm {
  const form = readObject(value);
  const node = readText(form.node, defaultPaths.node);
  return {
    node: /^(touchpoint|channel|name|stage\..+)$/.test(node) ? node : defaultPaths.node,
    unit: readOne(form.unit, pathUnits, defaultPaths.unit),
    start: readNames(form.start),
    end: readNames(form.end),
    depth: (depths as readonly unknown[]).includes(form.depth) ? (form.depth as number) : defaultPaths.depth,
    collapse: readBoolean(form.collapse, defaultPaths.collapse),
    where: readFilters(form.where),
    range: readRange(form.range, defaultPaths.range),
    people: readPeople(form.people),
  };
}

export function pathsQuestion(form: PathsForm, timezone: string, now: Date): PathsQuestion {
  const range = toTimeRange(form.range, timezone, now);
  const where = completeFilters(form.where);
  return {
    node: form.node, unit: form.unit, depth: form.depth, top: drawn, collapse_repeats: form.collapse, timezone,
    ...(form.start.length > 0 ? { start: withNames({}, form.start) } : {}), ...(form.end.length > 0 ? { end: withNames({}, form.end) } : {}),
    ...(where ? { where } : {}), ...(range ? { range } : {}),
  };
}

export interface Box {
  id: string;
  layer: number;
  label: string;
  merged: number;
  entries: number;
  /** Sequences that go no further (read from the end: that begin) here. */
  stops: number;
  x: number;
  y: number;
  height: number;
}

export interface Ribbon {
  from: string;
  to: string;
  transitions: number;
  width: number;
  /** The path of its middle line, and the corners of its area. */
  area: string;
}

export interface Sankey {
  boxes: Box[];
  ribbons: Ribbon[];
  width: number;
  height: number;
  boxWidth: number;
}

const least = 3;
const gap = 14;

/**
 * Boxes by layer, as high as their entries, ribbons as wide as their transitions. `step` is the way from one layer to
 * the next. What neither comes from a shown node nor goes to one leaves white space at the box: it is its stop.
 */
export function sankey(answer: PathsAnswer, { step, height, boxWidth }: { step: number; height: number; boxWidth: number }): Sankey {
  const layers = [...new Set(answer.nodes.map(({ layer }) => layer))].sort((a, b) => a - b);
  const backward = layers.some((layer) => layer < 0);
  const inLayer = layers.map((layer) => answer.nodes.filter((node) => node.layer === layer));
  const most = Math.max(1, ...inLayer.map((nodes) => nodes.reduce((sum, { entries }) => sum + entries, 0)));
  const gaps = Math.max(0, ...inLayer.map((nodes) => (nodes.length - 1) * gap));
  const unit = Math.max(1, height - gaps) / most;
  const boxes = new Map<string, Box>();
  inLayer.forEach((nodes, column) => {
    let y = 0;
    for (const { id, layer, label, merged, entries, starts, ends, before, after } of nodes) {
      const tall = Math.max(least, entries * unit);
      boxes.set(id, { id, layer, label, merged, entries, stops: backward ? starts + before : ends + after, x: column * step, y, height: tall });
      y += tall + gap;
    }
  });
  // At both sides ribbons stand in the order of the boxes they lead to, so that they cross little.
  const place = (id: string) => boxes.get(id)!.y;
  const left = new Map<string, number>();
  const right = new Map<string, number>();
  const known = answer.edges.filter((edge) => boxes.has(edge.from) && boxes.has(edge.to));
  const leaving = new Map<object, number>();
  for (const edge of [...known].sort((a, b) => place(a.to) - place(b.to))) {
    leaving.set(edge, left.get(edge.from) ?? 0);
    left.set(edge.from, (left.get(edge.from) ?? 0) + edge.transitions * unit);
  }
  const ribbons = [...known].sort((a, b) => place(a.from) - place(b.from)).map((edge): Ribbon => {
    const from = boxes.get(edge.from)!;
    const to = boxes.get(edge.to)!;
    const width = Math.max(0.75, edge.transitions * unit);
    const y0 = from.y + leaving.get(edge)!;
    const y1 = to.y + (right.get(edge.to) ?? 0);
    right.set(edge.to, (right.get(edge.to) ?? 0) + edge.transitions * unit);
    const x0 = from.x + boxWidth;
    const bend = (to.x - x0) / 2;
    const area = `M${x0},${y0}C${x0 + bend},${y0} ${to.x - bend},${y1} ${to.x},${y1}L${to.x},${y1 + width}C${to.x - bend},${y1 + width} ${x0 + bend},${y0 + width} ${x0},${y0 + width}Z`;
    return { from: edge.from, to: edge.to, transitions: edge.transitions, width, area };
  });
  const all = [...boxes.values()];
  return { boxes: all, ribbons, width: Math.max(0, layers.length - 1) * step + boxWidth, height: Math.max(least, ...all.map((box) => box.y + box.height)), boxWidth };
}

export interface PathsHeadline {
  node: string;
  next: string;
  share: number;
  transitions: number;
  entries: number;
}

/** The strongest step from the busiest node of the first layer (read from the end: to it), the rest apart. */
export function pathsHeadline(answer: PathsAnswer): PathsHeadline | null {
  const first = answer.nodes.filter(({ layer, label }) => layer === 0 && label !== other).sort((a, b) => b.entries - a.entries)[0];
  if (!first) return null;
  const labels = new Map(answer.nodes.map(({ id, label }) => [id, label]));
  const backward = answer.nodes.some(({ layer }) => layer < 0);
  const steps = answer.edges.filter((edge) => (backward ? edge.to : edge.from) === first.id && labels.get(backward ? edge.from : edge.to) !== other);
  const best = steps.sort((a, b) => b.transitions - a.transitions)[0];
  if (!best) return null;
  return { node: first.label, next: labels.get(backward ? best.from : best.to)!, share: best.transitions / first.entries, transitions: best.transitions, entries: first.entries };
}

export const isBackward = (form: PathsForm): boolean => form.end.length > 0 && form.start.length === 0;
