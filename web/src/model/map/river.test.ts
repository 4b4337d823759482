import { describe, expect, it } from 'vitest';
import { mapAnswer, mapCases } from '../../../tests/support/map_answers';
import { columnsBetween } from './columns';
import { alarmed, layoutRiver, lostShare, median, type River, type RiverFrame } from './river';
import { unbalanced, unitOf } from './volume';

const frameFor = (stages: number, width = 1000, height = 250): RiverFrame => ({ columns: columnsBetween(180, 180 + width, stages), left: 130, top: 60, height });

const numbersOf = (path: string): number[] => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

function widthsAt(river: River, stage: string, side: 'in' | 'out'): number {
  return river.ribbons.filter((ribbon) => (side === 'in' ? ribbon.to : ribbon.from) === stage).reduce((total, ribbon) => total + ribbon.width, 0);
}

describe.each(mapCases)('river of "%s"', (name) => {
  const answer = mapAnswer(name);
  const frame = frameFor(answer.stages.length);
  const river = layoutRiver(answer, frame);

  it('rests on an answer whose flows add up', () => {
    for (const stage of answer.stages) expect(unbalanced(stage)).toBe(0);
  });

  it('draws every flow as wide as its people, on one scale', () => {
    const drawn = answer.flows.filter((flow) => flow.kind !== 'loop' && flow.customers > 0);
    expect(river.ribbons).toHaveLength(drawn.length);
    for (const ribbon of river.ribbons) {
      const flow = drawn.find((item) => item.kind === ribbon.kind && item.from === ribbon.from && item.to === ribbon.to)!;
      expect(ribbon.width).toBeCloseTo(flow[river.unit] * river.scale, 6);
    }
  });

  it('lets in at every basin as much as it lets out or keeps', () => {
    for (const basin of river.basins) {
      expect(widthsAt(river, basin.stage, 'in')).toBeCloseTo(basin.height, 6);
      const whole = basin.height + basin.extension;
      const out = widthsAt(river, basin.stage, 'out') + basin.level.height;
      expect(out).toBeCloseTo(whole, 6);
      if (!basin.broken) expect(whole).toBeCloseTo((basin.entered + basin.before) * river.scale, 6);
    }
  });

  it('stays inside its frame', () => {
    for (const ribbon of river.ribbons) {
      const coordinates = numbersOf(ribbon.path);
      expect(coordinates.every(Number.isFinite)).toBe(true);
      expect(Math.min(ribbon.y1, ribbon.at.y) - ribbon.width / 2).toBeGreaterThanOrEqual(frame.top - 32);
    }
    for (const bed of river.beds) expect(bed.y + bed.height).toBeLessThanOrEqual(frame.top + frame.height);
    for (const basin of river.basins) expect(basin.y + basin.height + basin.extension).toBeLessThanOrEqual(river.bedLine);
  });
});

describe('the river', () => {
  it('uses the room it has: the rich answer fills the frame', () => {
    const answer = mapAnswer('rich');
    const river = layoutRiver(answer, frameFor(5));
    expect(river.scale).toBeGreaterThan(0.006);
    expect(river.beds.every((bed) => bed.y > river.surface)).toBe(true);
  });

  it('grows with the frame, and shrinks where gaps are narrow', () => {
    const answer = mapAnswer('rich');
    const small = layoutRiver(answer, frameFor(5, 1000, 160)).scale;
    expect(layoutRiver(answer, frameFor(5, 1000, 320)).scale).toBeGreaterThan(small);
    expect(layoutRiver(answer, frameFor(5, 330, 320)).scale).toBeLessThan(layoutRiver(answer, frameFor(5, 1000, 320)).scale);
  });

  it('holds a single person and nobody', () => {
    expect(layoutRiver(mapAnswer('one'), frameFor(5)).basins[0]!.height).toBeGreaterThan(10);
    const nobody = layoutRiver(mapAnswer('empty'), frameFor(5));
    expect(nobody.ribbons).toHaveLength(0);
    expect(nobody.basins.every((basin) => basin.ghost)).toBe(true);
  });

  it('survives an answer without stages', () => {
    expect(layoutRiver({ stages: [], flows: [] }, frameFor(0)).basins).toEqual([]);
  });

  it('marks with a break those who were there before when they outnumber the passage', () => {
    const answer = mapAnswer('till');
    const stages = answer.stages.map((stage) => (stage.id === 'decisione' ? { ...stage, before: 90000, here_now: stage.here_now + 90000 - stage.before } : stage));
    const river = layoutRiver({ ...answer, stages }, frameFor(5));
    const basin = river.basins.find((item) => item.stage === 'decisione')!;
    expect(basin.broken).toBe(true);
    expect(basin.height).toBeGreaterThan(20);
  });

  it('is deterministic', () => {
    expect(layoutRiver(mapAnswer('eight'), frameFor(8))).toEqual(layoutRiver(mapAnswer('eight'), frameFor(8)));
  });
});

describe('alarm', () => {
  it('is raised only above the median of the stages', () => {
    const { stages } = mapAnswer('rich');
    const middle = median(stages.map(lostShare));
    const alarms = alarmed(stages);
    for (const stage of stages) expect(alarms.has(stage.id)).toBe(lostShare(stage) > middle);
    expect(alarms.size).toBe(2);
  });

  it('is not raised where all are alike', () => {
    const { stages } = mapAnswer('three');
    const alike = stages.map((stage) => ({ ...stage, entered: 100, before: 0, lost: 10 }));
    expect(alarmed(alike).size).toBe(0);
  });
});

describe('unit', () => {
  it('is passages, unless only people add up', () => {
    const answer = mapAnswer('rich');
    expect(unitOf(answer)).toBe('transitions');
    const flows = answer.flows.map((flow) => ({ ...flow, customers: flow.transitions, transitions: Math.round(flow.transitions * 1.2) }));
    expect(unitOf({ ...answer, flows })).toBe('customers');
  });
});
