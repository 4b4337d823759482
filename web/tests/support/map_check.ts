// Holds what is painted against what was answered, within one pixel. Uses nothing of the layout: scales
// are taken from the largest mark.
import { expect } from '@playwright/test';
import type { MapAnswer, MapCell } from '../../src/model/contract';
import type { Painted } from './map_reader';

const sum = <T>(list: T[], value: (item: T) => number) => list.reduce((total, item) => total + value(item), 0);

export function expectDrawn(painted: Painted, answer: MapAnswer): void {
  // One scale for all ribbons: the widest one gives it.
  const flows = answer.flows.filter((flow) => flow.kind !== 'loop' && flow.transitions > 0);
  expect(painted.ribbons).toHaveLength(flows.length);
  const widest = Math.max(0, ...painted.ribbons.map((ribbon) => ribbon.width));
  const scale = widest / Math.max(1, ...flows.map((flow) => flow.transitions));
  for (const ribbon of painted.ribbons) {
    const flow = flows.find((item) => item.kind === ribbon.kind && item.from === ribbon.from && item.to === ribbon.to)!;
    expect(Math.abs(ribbon.width - flow.transitions * scale), `${ribbon.kind} ${ribbon.from} ${ribbon.to}`).toBeLessThan(1);
  }

  // Basins: as high as those who entered; in = out.
  for (const basin of painted.basins) {
    const stage = answer.stages.find((item) => item.id === basin.stage)!;
    expect(Math.abs(basin.height - Math.max(stage.entered * scale, 1)), basin.stage).toBeLessThan(1);
    const into = sum(painted.ribbons.filter((ribbon) => ribbon.to === basin.stage), (ribbon) => ribbon.width);
    const out = sum(painted.ribbons.filter((ribbon) => ribbon.from === basin.stage), (ribbon) => ribbon.width);
    const many = painted.ribbons.length;
    expect(Math.abs(into - basin.height)).toBeLessThan(1 + many * 0.4);
    expect(Math.abs(out + basin.level - basin.height - basin.extension)).toBeLessThan(2 + many * 0.4);
  }

  // Circles: one area scale; "altri" is the sum of its members; nothing is left out.
  const named = new Set(painted.circles.map((circle) => circle.row));
  const cellsAt = (stage: string, row: string): MapCell[] =>
    answer.cells.filter((cell) => cell.stage === stage && cell.customers > 0 && (row === '*' ? !named.has(cell.row) : cell.row === row));
  const expected = (stage: string, row: string) => sum(cellsAt(stage, row), (cell) => cell.customers);
  const biggest = [...painted.circles].sort((a, b) => b.radius - a.radius)[0];
  const area = biggest && biggest.radius > 0 ? biggest.radius ** 2 / expected(biggest.stage, biggest.row) : 0;
  for (const circle of painted.circles) {
    const customers = expected(circle.stage, circle.row);
    expect(circle.empty, `${circle.stage} ${circle.row}`).toBe(customers === 0);
    if (customers === 0) continue;
    expect(Math.abs(circle.radius - Math.sqrt(customers * area)), `${circle.stage} ${circle.row}`).toBeLessThan(1);
    const measured = cellsAt(circle.stage, circle.row).filter((cell) => cell.to_next !== null && cell.to_next_n > 0);
    expect(circle.arc === null).toBe(measured.length === 0);
    if (circle.arc) {
      const share = sum(measured, (cell) => cell.to_next! * cell.to_next_n) / sum(measured, (cell) => cell.to_next_n);
      expect(Math.abs(circle.arc.length - share * circle.arc.whole)).toBeLessThan(1);
    }
  }
  expect(sum(painted.circles, (circle) => expected(circle.stage, circle.row))).toBe(sum(answer.cells, (cell) => cell.customers));
}
