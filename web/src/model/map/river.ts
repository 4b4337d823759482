// The river: basins, ribbons and beds, in pixels.
//
// One width scale holds for the whole screen: `scale` pixels a passage. A basin is as high as the people
// who entered it (with those already there as an extension below); what leaves it is stacked on its
// right wall from the top: skips, forward, lost, back; what stays is its level, at the bottom. So what
// touches the left (or falls in from elsewhere) and what touches the right are equal, as in the answer.
import type { FlowKind, MapAnswer, MapFlow, MapStage } from '@/model/contract';
import type { Column } from './columns';
import { unitOf, type Unit } from './volume';

export interface Basin {
  stage: string;
  index: number;
  x: number;
  y: number;
  width: number;
  /** Height of those who entered. */
  height: number;
  /** Height of those who were there before, below. */
  extension: number;
  /** The extension is shortened (its people outnumber the screen): drawn with a break. */
  broken: boolean;
  level: { y: number; height: number };
  /** Nobody: neither before nor in the period. */
  ghost: boolean;
  entered: number;
  before: number;
  hereNow: number;
}

export interface Ribbon {
  id: string;
  kind: FlowKind;
  from: string | null;
  to: string | null;
  fromIndex: number;
  toIndex: number;
  /** What its width shows: see `unit`. */
  volume: number;
  /** Distinct people. */
  customers: number;
  /** Stroke width: volume times the scale. */
  width: number;
  path: string;
  /** Where its colours begin and end. */
  x1: number;
  x2: number;
  y1: number;
  y2: number;
  /** A point on it, for the hover card and the keyboard. */
  at: { x: number; y: number };
  arrow?: string;
}

export interface Bed {
  stage: string;
  ribbon: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Distinct people. */
  customers: number;
  /** Of all who were there: entered + before. */
  share: number;
  /** Above the median of the stages: the only drop-offs drawn in the alarm colour. */
  alarm: boolean;
}

export interface Ring {
  stage: string;
  id: string;
  x: number;
  y: number;
  radius: number;
  people: number;
  /** How often each of them came round. */
  times: number;
}

export interface River {
  /** Pixels a passage. */
  scale: number;
  unit: Unit;
  /** The surface: where basins begin. */
  surface: number;
  bedLine: number;
  bottom: number;
  basins: Basin[];
  ribbons: Ribbon[];
  beds: Bed[];
  rings: Ring[];
}

export interface RiverFrame {
  columns: Column[];
  /** Where the first arrivals come into view. */
  left: number;
  top: number;
  height: number;
}

interface Flow extends MapFlow {
  fromIndex: number;
  toIndex: number;
  volume: number;
  id: string;
}

const ringHeight = 26;
const bedHeight = 13;
const bedLabel = 17;
const laneGap = 7;
const turn = 5;
const maxPixelsPerPerson = 26;

export const flowId = (flow: Pick<MapFlow, 'kind' | 'from' | 'to'>): string => `flow:${flow.kind}:${flow.from ?? ''}:${flow.to ?? ''}`;

export const basinWidth = (column: number): number => Math.max(14, Math.min(56, Math.round(column * 0.25)));

function flowsOf(answer: Pick<MapAnswer, 'stages' | 'flows'>, unit: Unit): Flow[] {
  const index = new Map(answer.stages.map((stage, i) => [stage.id, i]));
  return answer.flows
    .map((flow) => ({
      ...flow,
      id: flowId(flow),
      volume: flow[unit],
      fromIndex: flow.from === null ? -1 : (index.get(flow.from) ?? -1),
      toIndex: flow.to === null ? -1 : (index.get(flow.to) ?? -1),
    }))
    .filter((flow) => flow.volume > 0);
}

export function median(values: number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const leaving = (stage: MapStage): number => stage.forward + stage.back + stage.lost;

export const lostShare = (stage: MapStage): number => {
  const inside = stage.entered + stage.before;
  return inside === 0 ? 0 : stage.lost / inside;
};

/** Stages whose drop-off is above the median of the stages that somebody passed. */
export function alarmed(stages: MapStage[]): Set<string> {
  const passed = stages.filter((stage) => stage.entered + stage.before > 0);
  const middle = median(passed.map(lostShare));
  return new Set(passed.filter((stage) => stage.lost > 0 && lostShare(stage) > middle).map((stage) => stage.id));
}

/** How tall a basin may be, in people: those before count in full until they outnumber the passage. */
const tallest = (stage: MapStage): number => {
  const passing = Math.max(stage.entered, leaving(stage), 1);
  return Math.max(passing, Math.min(stage.entered + stage.before, passing * 1.5));
};

interface Lanes {
  /** Distance above the surface, to the middle of the ribbon. */
  skip: Map<string, number>;
  skipHeight: number;
}

function skipLanes(flows: Flow[], k: number): Lanes {
  const skips = flows.filter((flow) => flow.kind === 'skip').sort((a, b) => a.toIndex - a.fromIndex - (b.toIndex - b.fromIndex));
  const placed: { from: number; to: number; top: number }[] = [];
  const skip = new Map<string, number>();
  let skipHeight = 0;
  for (const flow of skips) {
    const below = placed.filter((other) => other.from < flow.toIndex && flow.fromIndex < other.to);
    const base = Math.max(0, ...below.map((other) => other.top));
    const width = flow.volume * k;
    skip.set(flow.id, base + laneGap + width / 2);
    const top = base + laneGap + width;
    placed.push({ from: flow.fromIndex, to: flow.toIndex, top });
    skipHeight = Math.max(skipHeight, top);
  }
  return { skip, skipHeight };
}

interface Slot {
  flow: Flow;
  y: number;
}

function stack(flows: Flow[], top: number, k: number): Map<string, Slot> {
  const slots = new Map<string, Slot>();
  let y = top;
  for (const flow of flows) {
    slots.set(flow.id, { flow, y: y + (flow.volume * k) / 2 });
    y += flow.volume * k;
  }
  return slots;
}

const outOrder: Partial<Record<FlowKind, number>> = { skip: 0, forward: 1, lost: 2, back: 3 };
const inOrder: Partial<Record<FlowKind, number>> = { skip: 0, enter: 1, forward: 2 };

function rightSlots(flows: Flow[], index: number, top: number, k: number): Map<string, Slot> {
  const out = flows.filter((flow) => flow.fromIndex === index && outOrder[flow.kind] !== undefined);
  // The farthest leaves from the top, both ahead (outer arc above) and back (outer arc below); what closes, last.
  const reach = (flow: Flow) => (flow.toIndex < 0 ? 0 : Math.abs(flow.toIndex - index));
  out.sort((a, b) => outOrder[a.kind]! - outOrder[b.kind]! || reach(b) - reach(a));
  return stack(out, top, k);
}

function leftSlots(flows: Flow[], index: number, top: number, k: number): Map<string, Slot> {
  const into = flows.filter((flow) => flow.toIndex === index && inOrder[flow.kind] !== undefined);
  into.sort((a, b) => inOrder[a.kind]! - inOrder[b.kind]! || a.fromIndex - b.fromIndex);
  return stack(into, top, k);
}

function makeBasins(stages: MapStage[], frame: RiverFrame, surface: number, k: number): Basin[] {
  return stages.map((stage, index) => {
    const column = frame.columns[index]!;
    const width = basinWidth(column.width);
    const height = stage.entered * k;
    const whole = Math.min((stage.entered + stage.before) * k, tallest(stage) * k);
    const extension = Math.max(0, whole - height);
    const level = Math.max(0, Math.min(stage.here_now * k, whole - leaving(stage) * k));
    return {
      stage: stage.id, index, x: column.center - width / 2, y: surface, width, height, extension,
      broken: whole + 0.5 < (stage.entered + stage.before) * k,
      level: { y: surface + whole - level, height: level },
      ghost: stage.entered + stage.before === 0,
      entered: stage.entered, before: stage.before, hereNow: stage.here_now,
    };
  });
}

const bottomOf = (basin: Basin): number => basin.y + basin.height + basin.extension;

interface Draft {
  basins: Basin[];
  right: Map<string, Slot>;
  left: Map<string, Slot>;
  lanes: Lanes;
  returns: Map<string, { lane: number; radius: number; landing: number }>;
  falls: Map<string, { x: number; radius: number }>;
  surface: number;
  bedLine: number;
  fits: boolean;
}

/** The first height at or below `highest` where a ribbon of this width touches none of the others. */
function freeLane(others: { top: number; bottom: number }[], highest: number, width: number): number {
  let lane = highest;
  for (const other of [...others].sort((a, b) => a.top - b.top)) {
    if (lane + width / 2 + laneGap > other.top && lane - width / 2 - laneGap < other.bottom) lane = other.bottom + laneGap + width / 2;
  }
  return lane;
}

function placeReturns(flows: Flow[], basins: Basin[], right: Map<string, Slot>, k: number): { at: Draft['returns']; bottom: number; fits: boolean } {
  const backs = flows.filter((flow) => flow.kind === 'back').sort((a, b) => a.fromIndex - a.toIndex - (b.fromIndex - b.toIndex));
  const at: Draft['returns'] = new Map();
  const placed: { from: number; to: number; top: number; bottom: number }[] = [];
  const used = new Map<number, number>();
  const landed = new Map<number, number>();
  let bottom = 0;
  let fits = true;
  for (const flow of backs) {
    const width = flow.volume * k;
    const target = basins[flow.toIndex]!;
    const offset = used.get(flow.fromIndex) ?? turn;
    const radius = offset + width / 2;
    used.set(flow.fromIndex, offset + width + 3);
    const over = basins.slice(flow.toIndex, flow.fromIndex + 1).map(bottomOf);
    const highest = Math.max(Math.max(...over, 0) + laneGap + width / 2 + arrowLength(width), right.get(flow.id)!.y + 2 * radius);
    const lane = freeLane(placed.filter((other) => other.from <= flow.fromIndex && flow.toIndex <= other.to), highest, width);
    placed.push({ from: flow.toIndex, to: flow.fromIndex, top: lane - width / 2, bottom: lane + width / 2 });
    const taken = landed.get(flow.toIndex) ?? 4;
    landed.set(flow.toIndex, taken + width + 4);
    if (taken + width > target.width - 2 && k > 0) fits = false;
    at.set(flow.id, { lane, radius, landing: target.x + target.width - taken - width / 2 });
    bottom = Math.max(bottom, lane + width / 2);
  }
  return { at, bottom, fits };
}

const arrowLength = (width: number): number => Math.max(6, Math.min(12, width * 0.6));

function placeFalls(flows: Flow[], basins: Basin[], frame: RiverFrame, k: number): { at: Draft['falls']; reach: (slots: Map<string, Slot>) => number; fits: boolean } {
  const at: Draft['falls'] = new Map();
  let fits = true;
  for (const flow of flows.filter((item) => item.kind === 'lost')) {
    const basin = basins[flow.fromIndex]!;
    const width = flow.volume * k;
    const backs = flows.filter((item) => item.kind === 'back' && item.fromIndex === flow.fromIndex);
    const inner = backs.reduce((total, item) => total + item.volume * k + 3, turn);
    const radius = width / 2 + turn;
    const edge = basin.x + basin.width;
    const next = frame.columns[flow.fromIndex + 1];
    const limit = next ? next.center - basin.width / 2 - 6 : edge + (frame.columns[flow.fromIndex]!.width - basin.width) / 2 + 6;
    const x = edge + (backs.length > 0 ? inner : 0) + radius;
    if (x + width / 2 > limit) fits = false;
    at.set(flow.id, { x, radius });
  }
  const reach = (slots: Map<string, Slot>) => Math.max(0, ...[...at].map(([id, fall]) => slots.get(id)!.y + fall.radius + 8));
  return { at, reach, fits };
}

function draft(stages: MapStage[], flows: Flow[], frame: RiverFrame, k: number): Draft {
  const lanes = skipLanes(flows, k);
  const headroom = flows.some((flow) => flow.kind === 'loop') ? ringHeight : 10;
  const surface = frame.top + lanes.skipHeight + headroom;
  const basins = makeBasins(stages, frame, surface, k);
  const right = new Map(stages.flatMap((_, index) => [...rightSlots(flows, index, surface, k)]));
  const left = new Map(stages.flatMap((_, index) => [...leftSlots(flows, index, surface, k)]));
  const returns = placeReturns(flows, basins, right, k);
  const falls = placeFalls(flows, basins, frame, k);
  const deepest = Math.max(surface, ...basins.map(bottomOf));
  const bedLine = Math.max(deepest + 8, returns.bottom + 5, falls.reach(right));
  const fits = returns.fits && falls.fits && bedLine + bedHeight + bedLabel <= frame.top + frame.height;
  return { basins, right, left, lanes, returns: returns.at, falls: falls.at, surface, bedLine, fits };
}

/** The largest scale at which everything has room. */
function solveScale(stages: MapStage[], flows: Flow[], frame: RiverFrame): number {
  let low = 0;
  let high = maxPixelsPerPerson;
  if (draft(stages, flows, frame, high).fits) return high;
  for (let round = 0; round < 40; round += 1) {
    const middle = (low + high) / 2;
    if (draft(stages, flows, frame, middle).fits) low = middle;
    else high = middle;
  }
  return low;
}

const n = (value: number): string => String(Math.round(value * 100) / 100);

function forwardPath(x1: number, y1: number, x2: number, y2: number): string {
  const middle = (x1 + x2) / 2;
  return `M${n(x1)},${n(y1)}C${n(middle)},${n(y1)} ${n(middle)},${n(y2)} ${n(x2)},${n(y2)}`;
}

function skipPath(x1: number, y1: number, x2: number, y2: number, lane: number, reach: number): string {
  const bend = reach * 0.55;
  return `M${n(x1)},${n(y1)}C${n(x1 + bend)},${n(y1)} ${n(x1 + reach - bend)},${n(lane)} ${n(x1 + reach)},${n(lane)}`
    + `H${n(x2 - reach)}C${n(x2 - reach + bend)},${n(lane)} ${n(x2 - bend)},${n(y2)} ${n(x2)},${n(y2)}`;
}

function enterPath(x1: number, x2: number, y: number, rise: number): string {
  const span = x2 - x1;
  return `M${n(x1)},${n(y - rise)}C${n(x1 + span * 0.5)},${n(y - rise)} ${n(x1 + span * 0.45)},${n(y)} ${n(x2)},${n(y)}`;
}

function fallPath(x1: number, y1: number, x: number, radius: number, bottom: number): string {
  return `M${n(x1)},${n(y1)}H${n(x - radius)}A${n(radius)},${n(radius)} 0 0 1 ${n(x)},${n(y1 + radius)}V${n(bottom)}`;
}

function returnPath(x1: number, y1: number, lane: number, radius: number, landing: number, end: number): string {
  const small = Math.min(radius, Math.max(2, lane - end));
  return `M${n(x1)},${n(y1)}A${n(radius)},${n(radius)} 0 0 1 ${n(x1 + radius)},${n(y1 + radius)}V${n(lane - radius)}`
    + `A${n(radius)},${n(radius)} 0 0 1 ${n(x1)},${n(lane)}H${n(landing + small)}A${n(small)},${n(small)} 0 0 1 ${n(landing)},${n(lane - small)}V${n(end)}`;
}

function arrowAt(x: number, tip: number, width: number): string {
  const length = arrowLength(width);
  const half = Math.max(4.5, width / 2 + 2.5);
  return `M${n(x)},${n(tip)}L${n(x + half)},${n(tip + length)}L${n(x - half)},${n(tip + length)}Z`;
}

function drawRibbon(flow: Flow, plan: Draft, frame: RiverFrame, k: number): Ribbon | null {
  const width = flow.volume * k;
  const common = { id: flow.id, kind: flow.kind, from: flow.from, to: flow.to, fromIndex: flow.fromIndex, toIndex: flow.toIndex, volume: flow.volume, customers: flow.customers, width };
  const source = plan.basins[flow.fromIndex];
  const target = plan.basins[flow.toIndex];
  const gap = frame.columns[0]!.width - plan.basins[0]!.width;
  const x1 = source ? source.x + source.width : 0;
  const x2 = target ? target.x : 0;
  const out = plan.right.get(flow.id)?.y ?? 0;
  const into = plan.left.get(flow.id)?.y ?? 0;
  switch (flow.kind) {
    case 'forward':
      if (!source) return null;
      if (!target) {
        // A journey that closed by fulfilment leaves the map.
        const end = x1 + gap * 0.5;
        return { ...common, path: forwardPath(x1, out, end, out), x1, x2: end, y1: out, y2: out, at: { x: (x1 + end) / 2, y: out } };
      }
      return { ...common, path: forwardPath(x1, out, x2, into), x1, x2, y1: out, y2: into, at: { x: (x1 + x2) / 2, y: (out + into) / 2 } };
    case 'skip': {
      if (!source || !target) return null;
      const lane = plan.surface - (plan.surface - frame.top - plan.lanes.skipHeight) - plan.lanes.skip.get(flow.id)!;
      return { ...common, path: skipPath(x1, out, x2, into, lane, gap * 0.62), x1, x2, y1: out, y2: into, at: { x: (x1 + x2) / 2, y: lane } };
    }
    case 'enter': {
      if (!target) return null;
      const start = flow.toIndex === 0 ? frame.left : x2 - gap * 0.55;
      // A broad stream comes in level: bent, it would fold over itself.
      const rise = flow.toIndex === 0 || width > gap * 0.5 ? 0 : Math.min(24, 10 + width * 0.25);
      return { ...common, path: enterPath(start, x2, into, rise), x1: start, x2, y1: into - rise, y2: into, at: { x: start + (x2 - start) * 0.6, y: into - rise * 0.3 } };
    }
    case 'lost': {
      const fall = plan.falls.get(flow.id);
      if (!source || !fall) return null;
      return { ...common, path: fallPath(x1, out, fall.x, fall.radius, plan.bedLine + 2), x1, x2: fall.x, y1: out, y2: plan.bedLine, at: { x: fall.x, y: (out + plan.bedLine) / 2 } };
    }
    case 'back': {
      const way = plan.returns.get(flow.id);
      if (!source || !target || !way) return null;
      const tip = bottomOf(target) + 1.5;
      const path = returnPath(x1, out, way.lane, way.radius, way.landing, tip + arrowLength(width) - 0.5);
      return { ...common, path, x1, x2: way.landing, y1: out, y2: tip, at: { x: (x1 + way.landing) / 2, y: way.lane }, arrow: arrowAt(way.landing, tip, width) };
    }
    case 'loop':
      return null;
  }
}

function drawRings(flows: Flow[], plan: Draft): Ring[] {
  return flows.filter((flow) => flow.kind === 'loop' && plan.basins[flow.fromIndex]).map((flow) => {
    const basin = plan.basins[flow.fromIndex]!;
    const times = flow.customers === 0 ? 0 : flow.transitions / flow.customers;
    return { stage: basin.stage, id: flow.id, x: basin.x + basin.width / 2, y: basin.y - 11, radius: 6.5, people: flow.customers, times };
  });
}

function drawBeds(stages: MapStage[], flows: Flow[], plan: Draft, k: number): Bed[] {
  const alarms = alarmed(stages);
  return flows.filter((flow) => flow.kind === 'lost' && plan.falls.has(flow.id)).map((flow) => {
    const stage = stages[flow.fromIndex]!;
    const width = flow.volume * k;
    const wide = Math.max(width, 22);
    return {
      stage: stage.id, ribbon: flow.id, x: plan.falls.get(flow.id)!.x - wide / 2, y: plan.bedLine, width: wide, height: bedHeight,
      customers: flow.customers, share: lostShare(stage), alarm: alarms.has(stage.id),
    };
  });
}

export function layoutRiver(answer: Pick<MapAnswer, 'stages' | 'flows'>, frame: RiverFrame): River {
  const unit = unitOf(answer);
  const flows = flowsOf(answer, unit);
  const scale = answer.stages.length === 0 ? 0 : solveScale(answer.stages, flows, frame);
  const plan = draft(answer.stages, flows, frame, scale);
  const ribbons = flows.map((flow) => drawRibbon(flow, plan, frame, scale)).filter((ribbon) => ribbon !== null);
  return {
    scale, unit, surface: plan.surface, bedLine: plan.bedLine, bottom: frame.top + frame.height,
    basins: plan.basins, ribbons, beds: drawBeds(answer.stages, flows, plan, scale), rings: drawRings(flows, plan),
  };
}
