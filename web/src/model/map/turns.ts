// A journey as a strip of icons: the same touchpoint time after time is one step.
import type { PeopleAnswer } from '@/model/contract';

type Step = PeopleAnswer['customers'][number]['journey'][number];

export type Turn = Step & {
  /** How often in a row. */
  times: number;
};

export function inTurn(journey: Step[]): Turn[] {
  const turns: Turn[] = [];
  for (const step of journey) {
    const last = turns[turns.length - 1];
    if (last && last.touchpoint === step.touchpoint) turns[turns.length - 1] = { ...step, times: last.times + 1 };
    else turns.push({ ...step, times: 1 });
  }
  return turns;
}
