// How many digits the eye meets at rest: at most forty numbers on the screen. What the sentences and
// the heads say comes first; the rest is written while there is room, and always under the pointer.
import type { MapAnswer } from '@/model/contract';
import type { River } from './river';

export const mostNumbers = 40;

/** Numbers in a text as the eye counts them: "18.400 EUR" is one, "1,2" is one. */
export const countNumbers = (text: string): number => (text.match(/\d+(?:[.,\u00a0\u202f]\d+)*/g) ?? []).length;

export interface Written {
  /** Stages whose euro are written in the head. */
  value: Set<string>;
  /** Stages whose drop-off is written beside its bed. */
  lost: Set<string>;
  /** Stages whose ring says how often. */
  ring: Set<string>;
  reach: boolean;
  years: boolean;
}

interface Item {
  cost: number;
  write: (written: Written) => void;
}

/** Chooses what is written, most telling first. `spent` are the numbers already on the screen. */
export function chooseNumbers(answer: MapAnswer, river: River, spent: number): Written {
  const written: Written = { value: new Set(), lost: new Set(), ring: new Set(), reach: false, years: false };
  const worst = [...river.beds].sort((a, b) => Number(b.alarm) - Number(a.alarm) || b.customers - a.customers);
  const lost = worst.map((bed): Item => ({ cost: 2, write: (w) => w.lost.add(bed.stage) }));
  const value = answer.stages.filter((stage) => stage.value > 0).map((stage): Item => ({ cost: 1, write: (w) => w.value.add(stage.id) }));
  const rings = [...river.rings].sort((a, b) => b.people - a.people).map((ring): Item => ({ cost: 1, write: (w) => w.ring.add(ring.stage) }));
  const years = answer.histogram.filter((bar) => bar.start.slice(5, 7) === '01').length;
  const items: Item[] = [
    ...lost.slice(0, 3), ...value, ...lost.slice(3),
    { cost: answer.reach.length, write: (w) => { w.reach = true; } },
    ...rings,
    { cost: years, write: (w) => { w.years = true; } },
  ];
  let left = mostNumbers - spent;
  for (const item of items) {
    if (item.cost > left) continue;
    left -= item.cost;
    item.write(written);
  }
  return written;
}
