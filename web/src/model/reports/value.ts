// The report of value: which segment brings the most, and how many people it is.
import type { ValueAnswer } from '../contract';
import { bars } from '../drawings/bars';
import { withArticle } from '../italian';
import { dayIn } from '../range';
import { counted, periodText, type Report } from '../report';
import { segmentBars } from '../value';
import { either, type Teller } from './teller';

const names: Record<string, [string, string]> = {
  champions: ['I migliori', 'Champions'], loyal: ['Fedeli', 'Loyal'], potential_loyalist: ['Promettenti', 'Promising'], new: ['Nuovi', 'New'], need_attention: ['Da curare', 'Need attention'],
  at_risk: ['A rischio', 'At risk'], lost: ['Persi', 'Lost'], hibernating: ['Addormentati', 'Hibernating'], other: ['Altri', 'Others'],
};

/** What a segment is called; one of the firm's own keeps its name. */
export const segmentName = (id: string, teller: Teller): string => {
  const name = names[id];
  return name ? either(teller, ...name) : id;
};

function sentence(answer: ValueAnswer, teller: Teller): Pick<Report, 'sentence' | 'detail'> {
  const { format } = teller;
  const first = segmentBars(answer)[0];
  if (!first || !(first.money > 0)) return { sentence: either(teller, 'In questo periodo nessuno ha comprato.', 'Nobody has bought in this period.') };
  const name = segmentName(first.segment.id, teller);
  const [people, money] = [format.percent(first.people, 0), format.percent(first.money, 0)];
  return {
    sentence: either(teller, `«${name}»: ${withArticle(people)} dei clienti porta ${withArticle(money)} degli incassi.`, `“${name}”: ${people} of customers bring ${money} of the money.`),
    detail: either(teller, `${format.number(first.segment.customers)} persone, ${format.money(first.segment.revenue)}`, `${format.number(first.segment.customers)} people, ${format.money(first.segment.revenue)}`),
  };
}

export function valueReport(answer: ValueAnswer, teller: Teller): Report {
  const { format } = teller;
  const rows = segmentBars(answer);
  return {
    title: either(teller, 'Valore dei clienti', 'Value of customers'), ...sentence(answer, teller),
    period: answer.window ? periodText({ from: dayIn(format.timezone, new Date(answer.window.from)), to: dayIn(format.timezone, new Date(answer.window.to)) }, format, teller.now) : '', n: counted(answer.rfm?.total.customers ?? 0, 'people', format),
    legend: [{ name: either(teller, 'Quota dei clienti', 'Share of customers'), paint: 'accent' }, { name: either(teller, 'Quota degli incassi', 'Share of the money'), paint: 'c1' }],
    draw: rows.length === 0 ? null : (room) => bars(rows.map(({ segment, people, money }) => ({
      name: segmentName(segment.id, teller), value: `${format.number(segment.customers)} · ${format.money(segment.revenue)}`, share: people, second: { share: money, paint: 'c1' as const },
    })), room),
    table: [
      [either(teller, 'Segmento', 'Segment'), 'n', either(teller, 'Quota dei clienti', 'Share of customers'), either(teller, 'Ordini', 'Orders'), either(teller, 'Incassi', 'Money'), either(teller, 'Quota degli incassi', 'Share of the money'), either(teller, 'Giorni dall’ultimo ordine, media', 'Days since the last order, mean')],
      ...rows.map(({ segment, people, money }) => [segmentName(segment.id, teller), segment.customers, people, segment.orders, segment.revenue, money, segment.mean_recency_days]),
    ],
  };
}
