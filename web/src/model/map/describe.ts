// What the panel says of a selection: its three lines, its number, the money at stake.
import { alarmed, flowId, lostShare, type Bed, type Ribbon } from './river';
import { fillOf, type Circle } from './grid';
import { cellOf, linesOf } from './rows';
import { basinLines, circleLines, ribbonLines, ringLines, stageName, type Lines, type Teller } from './sentences';
import type { Selection } from './select';
import { unitOf } from './volume';

export interface Told {
  lines: Lines;
  count: number;
  stake: number;
}

const nothing = (teller: Teller): Told => ({ lines: [teller.format.language === 'it' ? 'Non c’è più in questo periodo' : 'Not there in this period', '', ''], count: 0, stake: 0 });

function tellCell(teller: Teller, stage: string, row: string): Told {
  const { answer } = teller;
  const line = linesOf(answer.rows).flatMap((group) => group.lines).find((item) => item.id === row)
    ?? linesOf(answer.rows, Number.POSITIVE_INFINITY).flatMap((group) => group.lines).find((item) => item.id === row);
  if (!line) return nothing(teller);
  const cell = cellOf(line, stage, answer.cells);
  const circle: Circle = {
    id: '', stage, line: row, x: 0, y: 0, radius: 0, cell, fill: fillOf(cell?.emotion ?? null), emotion: cell?.emotion ?? null, arc: cell?.to_next ?? null,
    numbered: false, flag: line.row?.critical ? line.row.reason : null,
  };
  return { lines: circleLines(teller, circle, line), count: cell?.customers ?? 0, stake: cell?.at_stake ?? 0 };
}

function tellFlow(teller: Teller, selection: Extract<Selection, { kind: 'flow' }>): Told {
  const { answer } = teller;
  const flow = answer.flows.find((item) => item.kind === selection.flow && item.from === selection.from && item.to === selection.to);
  if (!flow) return nothing(teller);
  const index = (id: string | null) => answer.stages.findIndex((stage) => stage.id === id);
  if (flow.kind === 'loop') {
    const times = flow.customers === 0 ? 0 : flow.transitions / flow.customers;
    return { lines: ringLines(teller, { stage: flow.from!, id: '', x: 0, y: 0, radius: 0, people: flow.customers, times }), count: flow.customers, stake: 0 };
  }
  const ribbon: Ribbon = {
    id: flowId(flow), kind: flow.kind, from: flow.from, to: flow.to, fromIndex: index(flow.from), toIndex: index(flow.to), volume: flow[unitOf(answer)], customers: flow.customers, width: 0, path: '', x1: 0, x2: 0, y1: 0, y2: 0, at: { x: 0, y: 0 },
  };
  const stage = answer.stages[ribbon.fromIndex];
  const bed: Bed | undefined = flow.kind === 'lost' && stage
    ? { stage: stage.id, ribbon: ribbon.id, x: 0, y: 0, width: 0, height: 0, customers: flow.customers, share: lostShare(stage), alarm: alarmed(answer.stages).has(stage.id) }
    : undefined;
  const headline = flow.kind === 'lost' ? answer.headlines.find((item) => item.from === flow.from) : undefined;
  return { lines: ribbonLines(teller, ribbon, bed), count: flow.customers, stake: headline?.at_stake ?? 0 };
}

export function describe(teller: Teller, selection: Selection): Told {
  if (selection.kind === 'cell') return tellCell(teller, selection.stage, selection.row);
  if (selection.kind === 'flow') return tellFlow(teller, selection);
  const stage = teller.answer.stages.find((item) => item.id === selection.stage);
  if (!stage) return nothing(teller);
  const stake = teller.answer.headlines.find((item) => item.from === stage.id)?.at_stake ?? 0;
  const [, entered, left] = basinLines(teller, stage);
  return { lines: [stageName(teller, stage.id), entered, left], count: stage.entered + stage.before, stake };
}
