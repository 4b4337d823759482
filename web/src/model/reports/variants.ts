// The report of variants: how many ways make up half of all, and the most used ones.
import type { VariantsAnswer } from '../contract';
import { ways } from '../drawings/ways';
import { intervalCells } from '../interval';
import { counted, periodText, type Report } from '../report';
import { colourOf, halfOf, type VariantsForm } from '../variants';
import { either, type Teller } from './teller';

function sentence(answer: VariantsAnswer, teller: Teller): string {
  const half = halfOf(answer);
  const n = teller.format.number(half ?? 0);
  if (answer.total === 0) return either(teller, 'Nessun percorso nel periodo scelto.', 'No paths in the chosen period.');
  if (half === null) return either(teller, 'Nessun gruppo di strade elencate copre metà dei percorsi: ognuno va per conto suo.', 'No group of the ways listed makes up half of all paths: everyone goes their own way.');
  return half === 1 ? either(teller, 'La strada più battuta copre da sola metà dei percorsi.', 'The most used way alone makes up half of all paths.') : either(teller, `${n} strade coprono metà dei percorsi.`, `${n} ways make up half of all paths.`);
}

export function variantsReport(answer: VariantsAnswer, form: VariantsForm, teller: Teller): Report {
  const { format, words } = teller;
  const name = (label: string) => words.value(form.node, label);
  const colours = colourOf(answer);
  const goal = answer.variants.some(({ conversions }) => conversions !== null);
  return {
    title: either(teller, 'Varianti', 'Variants'), sentence: sentence(answer, teller),
    detail: either(teller, `${format.number(answer.distinct)} strade diverse`, `${format.number(answer.distinct)} different ways`),
    period: periodText(form.range, format, teller.now), n: counted(answer.total, 'paths', format), legend: [],
    draw: (room) => ways([
      ...answer.variants.slice(0, room.rows - (answer.other.variants > 0 ? 1 : 0)).map((item) => ({ value: format.number(item.count), note: `${format.percent(item.share)} · ${either(teller, 'fin qui', 'up to here')} ${format.percent(item.cumulative_share, 0)}`, steps: item.sequence.map((label) => ({ name: name(label), colour: colours.get(label) ?? 0 })) })),
      ...(answer.variants.length > room.rows || answer.other.variants > 0 ? [rest(answer, room.rows - 1, teller)] : []),
    ], room),
    table: [
      either(teller, 'Strada|Percorsi|Quota|n|95 % da|95 % a|Fin qui|Tempo mediano (s)|Al traguardo|Quota al traguardo|95 % da|95 % a', 'Way|Paths|Share|n|95 % from|95 % to|Up to here|Median time (s)|At the goal|Share at the goal|95 % from|95 % to').split('|'),
      ...answer.variants.map((item) => [
        item.sequence.map(name).join(' → '), item.count, item.share, ...intervalCells(item.count, answer.total), item.cumulative_share, item.median_seconds,
        goal ? item.conversions : null, goal && item.conversions !== null ? item.conversions / item.count : null, ...(goal && item.conversions !== null ? intervalCells(item.conversions, item.count).slice(1) : [null, null]),
      ]),
      ...(answer.other.variants > 0 ? [[either(teller, `Altre ${format.number(answer.other.variants)} strade`, `${format.number(answer.other.variants)} other ways`), answer.other.count, answer.other.share, ...intervalCells(answer.other.count, answer.total), 1, null, null, null, null, null]] : []),
    ],
  };
}

/** All that a picture does not list, as one row. */
function rest(answer: VariantsAnswer, listed: number, teller: Teller) {
  const { format } = teller;
  const left = answer.total - answer.variants.slice(0, listed).reduce((sum, { count }) => sum + count, 0);
  const n = format.number(answer.distinct - Math.min(listed, answer.variants.length));
  return { value: format.number(left), note: format.percent(answer.total > 0 ? left / answer.total : null), steps: [{ name: either(teller, `Altre ${n} strade`, `${n} other ways`), colour: 7 }] };
}
