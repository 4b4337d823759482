// The crossings of touchpoints and stages: circles whose area is people, whose outer arc is the share
// that goes on, whose fill is feeling.
import type { Emotion, MapAnswer, MapCell, MapRow } from '@/model/contract';
import type { Column } from './columns';
import { cellOf, linesOf, type Line, type LineGroup } from './rows';

export type FillKind = 'none' | 'few' | 'felt';

export interface Circle {
  id: string;
  stage: string;
  line: string;
  x: number;
  y: number;
  /** 0 where nobody came: an empty dotted circle is drawn instead. */
  radius: number;
  cell: MapCell | null;
  fill: FillKind;
  emotion: Emotion | null;
  /** Share of the arc, 0 to 1; null where it cannot be measured. */
  arc: number | null;
  /** One of the five whose number is written. */
  numbered: boolean;
  /** The weakest crossing of a critical touchpoint. */
  flag: MapRow['reason'];
}

export interface GridLine {
  line: Line;
  y: number;
  height: number;
}

export interface GridHead {
  group: LineGroup['group'];
  y: number;
}

export interface Grid {
  lines: GridLine[];
  heads: GridHead[];
  circles: Circle[];
  /** Square pixels a person. */
  areaScale: number;
  bottom: number;
}

export interface GridFrame {
  columns: Column[];
  top: number;
  height: number;
}

/** Fewer answers than this are hatched: too few to trust. */
export const enoughAnswers = 10;
const numberedCircles = 5;
/** Height of a group's name. */
export const headLine = 15;
/** A line never needs more. */
export const tallestRow = 54;

export const cellId = (stage: string, line: string): string => `cell:${stage}:${line}`;

export const fillOf = (emotion: Emotion | null): FillKind => (emotion === null || emotion.n === 0 ? 'none' : emotion.n < enoughAnswers ? 'few' : 'felt');

function placeLines(groups: LineGroup[], frame: GridFrame): { lines: GridLine[]; heads: GridHead[]; rowHeight: number; bottom: number } {
  const headed = groups.filter((group) => group.group !== 'others').length;
  const count = groups.reduce((total, group) => total + group.lines.length, 0);
  const rowHeight = count === 0 ? 0 : Math.min(tallestRow, (frame.height - headed * headLine) / count);
  const lines: GridLine[] = [];
  const heads: GridHead[] = [];
  let y = frame.top;
  for (const group of groups) {
    if (group.group !== 'others') {
      heads.push({ group: group.group, y: y + headLine - 4 });
      y += headLine;
    }
    for (const line of group.lines) {
      lines.push({ line, y: y + rowHeight / 2, height: rowHeight });
      y += rowHeight;
    }
  }
  return { lines, heads, rowHeight, bottom: y };
}

/** The five crossings that matter most: by money at stake, then importance, then people. */
export function mattersMost(circles: Circle[], count = numberedCircles): Set<string> {
  return new Set(
    circles
      .filter((circle) => circle.cell !== null)
      .sort((a, b) => b.cell!.at_stake - a.cell!.at_stake || b.cell!.importance - a.cell!.importance || b.cell!.customers - a.cell!.customers || (a.id < b.id ? -1 : 1))
      .slice(0, count)
      .map((circle) => circle.id),
  );
}

/** Where a critical touchpoint hurts: its unhappiest crossing, or the one from which fewest go on. */
function flaggedCircle(line: Line, circles: Circle[]): string | null {
  if (!line.row?.critical) return null;
  const own = circles.filter((circle) => circle.line === line.id && circle.cell !== null);
  const feeling = line.row.reason === 'feeling';
  const measured = own.filter((circle) => (feeling ? circle.fill === 'felt' : circle.arc !== null));
  const pool = measured.length > 0 ? measured : own;
  const score = (circle: Circle) => (feeling ? (circle.emotion?.mean ?? 0) : circle.cell!.at_stake > 0 ? -circle.cell!.at_stake : (circle.arc ?? 1));
  return [...pool].sort((a, b) => score(a) - score(b))[0]?.id ?? null;
}

export function layoutGrid(answer: Pick<MapAnswer, 'stages' | 'rows' | 'cells'>, frame: GridFrame): Grid {
  const groups = linesOf(answer.rows);
  const { lines, heads, rowHeight, bottom } = placeLines(groups, frame);
  const column = frame.columns[0]?.width ?? 0;
  const largest = Math.max(0, Math.min(Math.max(rowHeight / 2 - 4, Math.min(rowHeight * 0.53, 11.5)), column * 0.3));
  const crossings = lines.flatMap(({ line, y }) =>
    answer.stages.map((stage, index) => ({ line, y, stage: stage.id, x: frame.columns[index]!.center, cell: cellOf(line, stage.id, answer.cells) })));
  const most = Math.max(0, ...crossings.map((crossing) => crossing.cell?.customers ?? 0));
  const areaScale = most === 0 ? 0 : (Math.PI * largest * largest) / most;
  const circles: Circle[] = crossings.map(({ line, y, stage, x, cell }) => ({
    id: cellId(stage, line.id), stage, line: line.id, x, y, cell,
    radius: cell === null ? 0 : Math.sqrt((cell.customers * areaScale) / Math.PI),
    emotion: cell?.emotion ?? null,
    fill: fillOf(cell?.emotion ?? null),
    arc: cell?.to_next ?? null,
    numbered: false, flag: null,
  }));
  const numbered = mattersMost(circles);
  const flags = new Map(lines.map(({ line }) => [flaggedCircle(line, circles), line.row?.reason ?? null]));
  for (const circle of circles) {
    circle.numbered = numbered.has(circle.id);
    circle.flag = flags.get(circle.id) ?? null;
  }
  return { lines, heads, circles, areaScale, bottom };
}
