// The whole screen of the map on a wide window: four bands that share the stage columns.
import type { MapAnswer } from '@/model/contract';
import { columnsBetween, type Column } from './columns';
import { layoutFeelings, type Feelings } from './feelings';
import { layoutGrid, type Grid } from './grid';
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

const headHeight = 58;
const feelingsHeight = 40;
const quoteHeight = 30;
const monthsHeight = 26;
const monthsLabel = 15;
const bandGap = 14;

export const gutterFor = (width: number): number => (width >= 1000 ? 186 : width >= 760 ? 140 : 112);

/** How the height is shared: circles take what their lines need, the river the rest. */
function shareHeight(height: number, answer: MapAnswer): { river: number; grid: number } {
  const fixed = headHeight + feelingsHeight + quoteHeight + monthsHeight + monthsLabel + bandGap * 3;
  const room = Math.max(300, height - fixed);
  const groups = linesOf(answer.rows);
  const lines = groups.reduce((total, group) => total + group.lines.length, 0);
  const wanted = lines * 29 + groups.filter((group) => group.group !== 'others').length * 17;
  const grid = Math.min(Math.max(wanted, 60), room * 0.55);
  return { river: room - grid, grid };
}

export function layoutMap(answer: MapAnswer, days: { from: string; to: string } | null, size: { width: number; height: number }): MapLayout {
  const gutter = gutterFor(size.width);
  const columns = columnsBetween(gutter, size.width, answer.stages.length);
  const share = shareHeight(size.height, answer);
  const riverTop = headHeight;
  const gridTop = riverTop + share.river + bandGap;
  const feelingsTop = gridTop + share.grid + bandGap;
  const monthsTop = feelingsTop + feelingsHeight + quoteHeight + bandGap;
  const monthsFrame = { left: gutter, right: size.width, top: monthsTop, height: monthsHeight };
  return {
    width: size.width, height: monthsTop + monthsHeight + monthsLabel, gutter, columns,
    head: { top: 0, height: headHeight },
    river: layoutRiver(answer, { columns, left: gutter - 58, top: riverTop, height: share.river }),
    grid: layoutGrid(answer, { columns, top: gridTop, height: share.grid }),
    feelings: layoutFeelings(answer, { columns, top: feelingsTop, height: feelingsHeight }),
    months: layoutMonths(answer.histogram, days, monthsFrame),
    bands: { river: riverTop, grid: gridTop, feelings: feelingsTop, months: monthsTop },
    monthsFrame,
  };
}
