// The report of attribution: the key about which the models disagree most, and all models side by side.
import { dotRows, scale, untouched, widest, type AttributionForm } from '../attribution';
import type { AttributionAnswer, AttributionModel } from '../contract';
import { series } from '../drawing';
import { dots } from '../drawings/dots';
import { withArticle } from '../italian';
import { counted, periodText, type Report } from '../report';
import { either, type Teller } from './teller';

const called: Record<AttributionModel, { it: string; en: string }> = {
  first: { it: 'Primo', en: 'First' }, last: { it: 'Ultimo', en: 'Last' }, last_non_direct: { it: 'Ultimo non diretto', en: 'Last non-direct' }, linear: { it: 'Lineare', en: 'Linear' },
  time_decay: { it: 'A tempo', en: 'Time decay' }, u_shaped: { it: 'A U', en: 'U-shaped' }, j_shaped: { it: 'A J', en: 'J-shaped' }, inverse_j: { it: 'A J rovesciata', en: 'Inverse J' },
  participation: { it: 'Presenza', en: 'Presence' }, markov: { it: 'Markov', en: 'Markov' }, shapley: { it: 'Shapley', en: 'Shapley' },
};

export const modelName = (model: AttributionModel, { format }: Teller): string => called[model][format.language];

/** `asked`: what the answer was asked for; `form`: how it is shown. */
function sentence(answer: AttributionAnswer, form: AttributionForm, asked: AttributionForm, teller: Teller): string {
  const { format, words } = teller;
  const told = widest(answer, form.models, form.measure);
  const days = Number.parseInt(asked.lookback, 10);
  if (!told || told.high.share === 0) return either(teller, `Nessuna conversione ha un contatto nei ${days} giorni prima.`, `No conversion has a touch in the ${days} days before.`);
  const low = format.percent(told.low.share, 0);
  const high = format.percent(told.high.share, 0);
  const key = words.value(asked.key, told.key);
  const what = form.measure === 'value' ? either(teller, 'del valore', 'of the value') : asked.conversion.length === 0 ? either(teller, 'degli ordini', 'of the orders') : either(teller, 'delle conversioni', 'of the conversions');
  if (low === high) return either(teller, `«${key}» porta ${withArticle(high)} ${what}.`, `“${key}” brings ${high} ${what}.`);
  return either(teller, `«${key}» porta ${withArticle(low, 'from')} ${withArticle(high, 'to')} ${what}, secondo il modello.`, `“${key}” brings from ${low} to ${high} ${what}, depending on the model.`);
}

/** How far apart the models are about each key, as shares; participation takes no part. */
export const disagreement = (answer: AttributionAnswer, form: AttributionForm): Map<string, number> =>
  new Map(dotRows(answer, form.models.filter((model) => model !== 'participation'), form.measure).map((row) => [row.key, row.high.share - row.low.share]));

export function attributionReport(answer: AttributionAnswer, form: AttributionForm, asked: AttributionForm, teller: Teller): Report {
  const { format, words } = teller;
  const none = either(teller, 'Nessun contatto prima', 'No touch before');
  const nobody = untouched(answer)[form.measure];
  const rows = dotRows(answer, form.models, form.measure);
  const apart = disagreement(answer, form);
  const share = (value: number) => format.percent(value, 0);
  const number = new Map(form.models.map((model, i) => [model, i]));
  return {
    title: either(teller, 'Attribuzione', 'Attribution'), sentence: sentence(answer, form, asked, teller), period: periodText(asked.range, format, teller.now), n: counted(answer.conversions, 'conversions', format),
    legend: form.models.map((model, i) => ({ name: `${i + 1} ${modelName(model, teller)}`, paint: series(i) })),
    draw: (room) => dots([
      ...rows.slice(0, nobody > 0 ? room.rows - 1 : room.rows).map((row) => ({ name: words.value(asked.key, row.key), value: row.dots.length > 1 ? `${share(row.low.share)} – ${share(row.high.share)}` : share(row.low.share), dots: row.dots.map((dot) => ({ model: number.get(dot.model)!, share: dot.share })) })),
      ...(nobody > 0 ? [{ name: none, value: share(nobody / Math.max(1, answer[form.measure])), dots: [] }] : []),
    ], scale(Math.max(0, ...rows.map((row) => row.high.share))).end, room),
    table: [
      [words.field(asked.key), either(teller, 'Contatti', 'Touches'), either(teller, 'Persone', 'People'), ...form.models.flatMap((model) => [`${modelName(model, teller)}: ${either(teller, 'conversioni', 'conversions')}`, `${modelName(model, teller)}: ${either(teller, 'valore', 'value')}`]), either(teller, 'Disaccordo', 'Disagreement')],
      ...answer.keys.map((item) => [item.key === null ? none : words.value(asked.key, item.key), item.touches, item.customers, ...form.models.flatMap((model) => [item.models[model]?.conversions ?? null, item.models[model]?.value ?? null]), item.key === null ? null : (apart.get(item.key) ?? null)]),
    ],
  };
}

