// Which touchpoints become lines of the map: the most important ones by name, the rest summed into
// one line, so that every column keeps its total.
import type { Emotion, MapCell, MapRow, TouchpointGroup } from '@/model/contract';

export const shownRows = 8;
export const groupOrder: readonly TouchpointGroup[] = ['online', 'fisico', 'assistenza'];
export const otherRow = '*';

export interface Line {
  id: string;
  /** null: the line that sums the rest. */
  row: MapRow | null;
  /** The rows of the answer that it stands for. */
  members: string[];
  customers: number;
  events: number;
}

export interface LineGroup {
  group: TouchpointGroup | 'others';
  lines: Line[];
}

const byImportance = (a: MapRow, b: MapRow): number =>
  b.importance - a.importance || b.customers - a.customers || (a.id < b.id ? -1 : 1);

const sumOf = <T>(list: T[], value: (item: T) => number): number => list.reduce((total, item) => total + value(item), 0);

/** Groups in the order Online, In the shop, Help; within a group the most important first. */
export function linesOf(rows: MapRow[], limit = shownRows): LineGroup[] {
  const ordered = [...rows].sort(byImportance);
  // A ninth line costs as much room as "1 other": then it may as well be named.
  const cut = ordered.length <= limit + 1 ? ordered.length : limit;
  const shown = ordered.slice(0, cut);
  const rest = ordered.slice(cut);
  const groups: LineGroup[] = groupOrder
    .map((group) => ({
      group,
      lines: shown
        .filter((row) => (groupOrder.includes(row.group) ? row.group : 'online') === group)
        .map((row) => ({ id: row.id, row, members: [row.id], customers: row.customers, events: row.events })),
    }))
    .filter((item) => item.lines.length > 0);
  if (rest.length > 0) {
    const line: Line = { id: otherRow, row: null, members: rest.map((row) => row.id), customers: sumOf(rest, (row) => row.customers), events: sumOf(rest, (row) => row.events) };
    groups.push({ group: 'others', lines: [line] });
  }
  return groups;
}

function joinEmotion(cells: MapCell[]): Emotion | null {
  const felt = cells.map((cell) => cell.emotion).filter((emotion) => emotion !== null);
  const total = sumOf(felt, (emotion) => emotion.n);
  if (total === 0) return null;
  const mean = (value: (emotion: Emotion) => number) => sumOf(felt, (emotion) => value(emotion) * emotion.n) / total;
  return { mean: mean((emotion) => emotion.mean), n: total, low: mean((emotion) => emotion.low), high: mean((emotion) => emotion.high) };
}

/** The sum of several cells of one stage; shares are weighted by what they were measured on. */
export function joinCells(stage: string, row: string, cells: MapCell[]): MapCell {
  const measured = cells.filter((cell) => cell.to_next !== null && cell.to_next_n > 0);
  const base = sumOf(measured, (cell) => cell.to_next_n);
  return {
    stage, row,
    customers: sumOf(cells, (cell) => cell.customers),
    events: sumOf(cells, (cell) => cell.events),
    stays: sumOf(cells, (cell) => cell.stays),
    to_next: base === 0 ? null : sumOf(measured, (cell) => cell.to_next! * cell.to_next_n) / base,
    to_next_n: base,
    importance: sumOf(cells, (cell) => cell.importance),
    emotion: joinEmotion(cells),
    value: sumOf(cells, (cell) => cell.value),
    at_stake: sumOf(cells, (cell) => cell.at_stake),
  };
}

/** The cell of a line in a stage; null where nothing happened. */
export function cellOf(line: Line, stage: string, cells: MapCell[]): MapCell | null {
  const found = cells.filter((cell) => cell.stage === stage && line.members.includes(cell.row) && cell.customers > 0);
  if (found.length === 0) return null;
  return line.row !== null ? found[0]! : joinCells(stage, line.id, found);
}
