// How wide is a flow: in passages, which add up at every basin; in people where people do.
//
// The answer promises entered + before = forward + back + lost + here_now for each stage. Flows carry
// both people and passages; the screen draws the one that keeps that promise, so that ribbons meet.
import type { MapAnswer, MapFlow, MapStage } from '@/model/contract';

export type Unit = 'customers' | 'transitions';

type Balance = Pick<MapAnswer, 'stages' | 'flows'>;

const sum = (flows: MapFlow[], unit: Unit): number => flows.reduce((total, flow) => total + flow[unit], 0);

function imbalance(stage: MapStage, flows: MapFlow[], unit: Unit): number {
  const out = flows.filter((flow) => flow.from === stage.id);
  const ahead = out.filter((flow) => flow.kind === 'forward' || flow.kind === 'skip');
  const back = out.filter((flow) => flow.kind === 'back');
  const lost = out.filter((flow) => flow.kind === 'lost');
  return Math.abs(sum(ahead, unit) - stage.forward) + Math.abs(sum(back, unit) - stage.back) + Math.abs(sum(lost, unit) - stage.lost);
}

/** The measure under which flows meet the stages; passages when both do. */
export function unitOf({ stages, flows }: Balance): Unit {
  const error = (unit: Unit) => stages.reduce((total, stage) => total + imbalance(stage, flows, unit), 0);
  return error('customers') < error('transitions') ? 'customers' : 'transitions';
}

/** What goes in minus what goes out or stays; 0 for a sound answer. */
export function unbalanced(stage: MapStage): number {
  return stage.entered + stage.before - stage.forward - stage.back - stage.lost - stage.here_now;
}
