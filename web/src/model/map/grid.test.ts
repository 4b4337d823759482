import { describe, expect, it } from 'vitest';
import { mapAnswer, mapCases } from '../../../tests/support/map_answers';
import { columnsBetween } from './columns';
import { layoutFeelings } from './feelings';
import { layoutGrid } from './grid';
import { linesOf, otherRow } from './rows';

const gridOf = (name: (typeof mapCases)[number], height = 280) => {
  const answer = mapAnswer(name);
  return { answer, grid: layoutGrid(answer, { columns: columnsBetween(180, 1180, answer.stages.length), top: 300, height }) };
};

describe('lines', () => {
  it('are the eight most important and the sum of the rest', () => {
    const { rows } = mapAnswer('sixty');
    const groups = linesOf(rows);
    const lines = groups.flatMap((group) => group.lines);
    expect(lines).toHaveLength(9);
    const rest = lines[8]!;
    expect(rest.id).toBe(otherRow);
    expect(rest.members).toHaveLength(52);
    expect(lines.reduce((total, line) => total + line.events, 0)).toBe(rows.reduce((total, row) => total + row.events, 0));
    const least = Math.min(...lines.slice(0, 8).map((line) => line.row!.importance));
    for (const row of rows.filter((item) => rest.members.includes(item.id))) expect(row.importance).toBeLessThanOrEqual(least);
  });

  it('come in the order of the groups, by importance within each', () => {
    const groups = linesOf(mapAnswer('rich').rows);
    expect(groups.map((group) => group.group)).toEqual(['online', 'fisico', 'assistenza', 'others']);
    for (const group of groups) {
      const importances = group.lines.map((line) => line.row?.importance ?? 0);
      expect(importances).toEqual([...importances].sort((a, b) => b - a));
    }
  });

  it('name a ninth touchpoint instead of hiding one', () => {
    const rows = mapAnswer('rich').rows.slice(0, 9);
    expect(linesOf(rows).flatMap((group) => group.lines).every((line) => line.row !== null)).toBe(true);
  });
});

describe.each(mapCases)('circles of "%s"', (name) => {
  const { answer, grid } = gridOf(name);

  it('have areas in proportion to people', () => {
    for (const circle of grid.circles.filter((item) => item.cell !== null)) {
      expect(Math.PI * circle.radius ** 2).toBeCloseTo(circle.cell!.customers * grid.areaScale, 6);
    }
  });

  it('keep the total of every column', () => {
    for (const stage of answer.stages) {
      const drawn = grid.circles.filter((circle) => circle.stage === stage.id).reduce((total, circle) => total + (circle.cell?.customers ?? 0), 0);
      const told = answer.cells.filter((cell) => cell.stage === stage.id).reduce((total, cell) => total + cell.customers, 0);
      expect(drawn).toBe(told);
    }
  });

  it('number at most five and fit the height', () => {
    expect(grid.circles.filter((circle) => circle.numbered).length).toBeLessThanOrEqual(5);
    expect(grid.bottom).toBeLessThanOrEqual(300 + 280 + 0.01);
  });
});

describe('circles', () => {
  it('fill with feeling, hatch under ten answers, stay hollow without', () => {
    const { grid } = gridOf('rich');
    for (const circle of grid.circles) {
      const answers = circle.emotion?.n ?? 0;
      expect(circle.fill).toBe(answers === 0 ? 'none' : answers < 10 ? 'few' : 'felt');
    }
  });

  it('flag a critical touchpoint once, where it hurts', () => {
    const { grid } = gridOf('rich');
    const flags = grid.circles.filter((circle) => circle.flag !== null);
    expect(flags.map((circle) => [circle.id, circle.flag])).toEqual([
      ['cell:decisione:checkout', 'drop_off'],
      ['cell:considerazione:whatsapp', 'feeling'],
    ]);
  });

  it('weigh shares and feelings of the rest by what they rest on', () => {
    const { answer, grid } = gridOf('sixty');
    const rest = linesOf(answer.rows).at(-1)!.lines[0]!;
    for (const stage of answer.stages) {
      const circle = grid.circles.find((item) => item.stage === stage.id && item.line === otherRow)!;
      const felt = answer.cells.filter((cell) => cell.stage === stage.id && rest.members.includes(cell.row) && cell.customers > 0 && cell.emotion);
      const n = felt.reduce((total, cell) => total + cell.emotion!.n, 0);
      expect(circle.emotion?.n ?? 0).toBe(n);
      if (n > 0) expect(circle.emotion!.mean).toBeCloseTo(felt.reduce((total, cell) => total + cell.emotion!.mean * cell.emotion!.n, 0) / n, 9);
    }
  });
});

describe('feelings', () => {
  it('put +2 at the top, -2 at the bottom, and hollow points under ten answers', () => {
    const answer = mapAnswer('rich');
    const frame = { columns: columnsBetween(180, 1180, 5), top: 100, height: 40 };
    const feelings = layoutFeelings(answer, frame);
    expect(feelings.points.map((point) => point.hollow)).toEqual([false, false, false, false, true]);
    for (const point of feelings.points) expect(point.y).toBeCloseTo(120 - point.mean * 10, 6);
  });

  it('draw no curve from one point', () => {
    const answer = mapAnswer('rich');
    const feelings = layoutFeelings({ ...answer, emotion: answer.emotion.slice(0, 1) }, { columns: columnsBetween(0, 500, 5), top: 0, height: 40 });
    expect([feelings.points.length, feelings.curve, feelings.band]).toEqual([1, '', '']);
  });
});
