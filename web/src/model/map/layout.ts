// The whole screen of the map on a wide window: four bands that share the stage columns.
import type { MapAnswer } from '@/model/contract';
import { columnsBetween, type Column } from './columns';
import { layoutFeelings, type Feelings } from './feelings';
import { headLine, layoutGrid, tallestRow, type Grid } from './grid';
import { linesOf } from './rows';
import { layoutRiver, type River } from './river';
import { layoutMonths, type Months } from './time';

export interface MapLayout {
  width: number;
  height: number;
  gutter: number;
  columns: Column[];
  head: { top: number; height: number };
  river: River;
  grid: Grid;
  feelings: Feelings;
  months: Months;
  bands: { river: number; grid: number; feelings: number; months: number };
  monthsFrame: { left: number; right: number; top: number; height: number };
}

const headHeight = 52;
const headGap = 5;
const feelingsHeight = 38;
const quoteHeight = 28;
const monthsHeight = 26;
const monthsLabel = 13;
const bandGap = 11;
const tallestRiver = 330;

export const gutterFor = (width: number): number => (width >= 1000 ? 186 : width >= 760 ? 140 : 112);

/** How the height is shared: circles take what their lines need, the river most of the rest, feelings what is over. */
function shareHeight(height: number, answer: MapAnswer): { river: number; grid: number; feelings: number } {
  const fixed = headHeight + headGap + feelingsHeight + quoteHeight + monthsHeight + monthsLabel + bandGap * 3;
  const room = Math.max(300, height - fixed);
  const groups = linesOf(answer.rows);
  const lines = groups.reduce((total, group) => total + group.lines.length, 0);
  const names = groups.filter((group) => group.group !== 'others').length * headLine;
  const grid = Math.min(lines * tallestRow + names, Math.max(room - tallestRiver, room * 0.5));
  const river = Math.min(room - grid, tallestRiver);
  return { river, grid, feelings: feelingsHeight + Math.min(70, room - grid - river) };
}

export function layoutMap(answer: MapAnswer, days: { from: string; to: string } | null, size: { width: number; height: number }): MapLayout {
  const gutter = gutterFor(size.width);
  const columns = columnsBetween(gutter, size.width, answer.stages.length);
  const share = shareHeight(size.height, answer);
  const riverTop = headHeight + headGap;
  const gridTop = riverTop + share.river + bandGap;
  const feelingsTop = gridTop + share.grid + bandGap;
  // The months stay at the foot, however little there is above them.
  const monthsTop = Math.max(feelingsTop + share.feelings + quoteHeight + bandGap, size.height - monthsHeight - monthsLabel);
  const monthsFrame = { left: gutter, right: size.width, top: monthsTop, height: monthsHeight };
  return {
    width: size.width, height: monthsTop + monthsHeight + monthsLabel, gutter, columns,
    head: { top: 0, height: headHeight },
    river: layoutRiver(answer, { columns, left: gutter - 58, top: riverTop, height: share.river }),
    grid: layoutGrid(answer, { columns, top: gridTop, height: share.grid }),
    feelings: layoutFeelings(answer, { columns, top: feelingsTop, height: share.feelings }),
    months: layoutMonths(answer.histogram, days, monthsFrame),
    bands: { river: riverTop, grid: gridTop, feelings: feelingsTop, months: monthsTop },
    monthsFrame,
  };
}
