// The map on a phone: stages as cards downwards, the river a band at their left. One width scale for
// the band; what goes on runs along its right edge, what stops bends out to the left.
import type { MapAnswer, MapCell } from '@/model/contract';
import { linesOf, cellOf, type Line } from './rows';
import { alarmed, lostShare } from './river';
import { unitOf } from './volume';

export const bandWidth = 48;
export const cardHeight = 140;
export const cardGap = 24;

export interface NarrowStage {
  stage: string;
  index: number;
  y: number;
  /** Along the right edge of the band. */
  basin: { x: number; y: number; width: number; height: number };
  /** Part of the basin that stays: its filled level, from below. */
  level: number;
  onward: { x: number; y: number; width: number; height: number; people: number } | null;
  lost: { path: string; width: number; customers: number; share: number; alarm: boolean } | null;
  /** The three circles with most people. */
  circles: { line: Line; cell: MapCell; radius: number }[];
}

export interface Narrow {
  scale: number;
  height: number;
  stages: NarrowStage[];
}

const bleed = 14;
const largest = 15;

const n = (value: number): string => String(Math.round(value * 100) / 100);

export function layoutNarrow(answer: Pick<MapAnswer, 'stages' | 'flows' | 'rows' | 'cells'>): Narrow {
  const unit = unitOf(answer);
  const widest = Math.max(1, ...answer.stages.map((stage) => Math.max(stage.entered, stage.forward + stage.lost + stage.back)));
  const scale = Math.min(bandWidth / widest, 16);
  const alarms = alarmed(answer.stages);
  const lines = linesOf(answer.rows, Number.POSITIVE_INFINITY).flatMap((group) => group.lines);
  const most = Math.max(1, ...answer.cells.map((cell) => cell.customers));
  const stages = answer.stages.map((stage, index): NarrowStage => {
    const y = index * (cardHeight + cardGap);
    const width = stage.entered * scale;
    const whole = stage.entered + stage.before;
    const next = answer.stages[index + 1];
    const ahead = next ? answer.flows.find((flow) => flow.kind === 'forward' && flow.from === stage.id && flow.to === next.id)?.[unit] ?? 0 : 0;
    const lost = answer.flows.find((flow) => flow.kind === 'lost' && flow.from === stage.id);
    const lostWidth = stage.lost * scale;
    const edge = bandWidth - ahead * scale;
    const bend = Math.max(lostWidth / 2, 4) + 3;
    const start = Math.max(edge - lostWidth / 2, bandWidth - Math.max(width, lostWidth) + lostWidth / 2);
    const bottom = y + cardHeight;
    const circles = lines
      .map((line) => ({ line, cell: cellOf(line, stage.id, answer.cells) }))
      .filter((item): item is { line: Line; cell: MapCell } => item.cell !== null)
      .sort((a, b) => b.cell.customers - a.cell.customers)
      .slice(0, 3)
      .map((item) => ({ ...item, radius: largest * Math.sqrt(item.cell.customers / most) }));
    return {
      stage: stage.id, index, y,
      basin: { x: bandWidth - width, y, width, height: cardHeight },
      level: whole === 0 ? 0 : stage.here_now / whole,
      onward: ahead > 0 ? { x: edge, y: bottom, width: ahead * scale, height: cardGap, people: ahead } : null,
      lost: stage.lost > 0
        ? { path: `M${n(start)},${n(bottom)}C${n(start)},${n(bottom + bend)} ${n(start - bend * 0.4)},${n(bottom + 12)} ${n(-bleed)},${n(bottom + 12)}`, width: lostWidth, customers: lost?.customers ?? stage.lost, share: lostShare(stage), alarm: alarms.has(stage.id) }
        : null,
      circles,
    };
  });
  return { scale, height: answer.stages.length * (cardHeight + cardGap), stages };
}
