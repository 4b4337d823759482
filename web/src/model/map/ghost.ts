// What an empty map shows: the lines it would have, and what would fill each stage, told from what
// the stage is about.
import type { MapRow, TouchpointName } from '@/model/contract';
import { groupOrder, shownRows } from './rows';

export type Filler = 'site' | 'interest' | 'sales' | 'return' | 'voice';

const signs: [Filler, RegExp][] = [
  ['voice', /advoc|condivi|promot|shar|passaparola|referr|ambasc|recension|review/i],
  ['return', /fidel|loyal|riten|reten|riacq|repurch|ritorn|uso|use|post/i],
  ['sales', /decis|acquis|purchas|transa|order|ordin|compr/i],
  ['interest', /consider|intenz|intent|coinvolg|engag|confront|compar|interes|familiar/i],
  ['site', /consapev|aware|bisogn|need|scopert|discov|contatt|contact/i],
];

/** By the stage's own words; else by its place along the way. */
export function fillerOf(stage: { id: string; label: { it: string; en: string } }, index: number, count: number): Filler {
  const words = `${stage.id} ${stage.label.it} ${stage.label.en}`;
  const sign = signs.find(([, pattern]) => pattern.test(words));
  if (sign) return sign[0];
  const place = count <= 1 ? 0 : index / (count - 1);
  return place < 0.2 ? 'site' : place < 0.45 ? 'interest' : place < 0.7 ? 'sales' : place < 0.95 ? 'return' : 'voice';
}

/** Which door each kind of data comes through. */
export const doorOf: Record<Filler, 'connect' | 'receipts'> = { site: 'connect', interest: 'connect', sales: 'receipts', return: 'receipts', voice: 'connect' };

/** Where a door leads in the app. */
export const doorAddress = { connect: '/impostazioni/chiavi', receipts: '/importa' } as const;

/** Lines without anybody: a few touchpoints of each group, as the workspace names them. */
export function ghostRows(touchpoints: Pick<TouchpointName, 'id' | 'label' | 'group' | 'icon'>[]): MapRow[] {
  const perGroup = Math.floor(shownRows / groupOrder.length) + 1;
  return groupOrder
    .flatMap((group) => touchpoints.filter((touchpoint) => touchpoint.group === group).slice(0, perGroup))
    .slice(0, shownRows)
    .map(({ id, label, group, icon }) => ({ id, label, group, icon, customers: 0, events: 0, importance: 0, critical: false, reason: null }));
}
