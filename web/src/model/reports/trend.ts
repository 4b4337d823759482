// The report of a trend: what adds up is added, the rest is a mean per point; against the period before where asked.
import type { Annotation, TrendAnswer, TrendMeasure } from '../contract';
import { series as paintOf } from '../drawing';
import { lines } from '../drawings/lines';
import { selectorNames } from '../filters';
import { counted, periodText, type Report } from '../report';
import { askedSeries, change, summary, summaryIsMean, type TrendForm, type TrendSeries } from '../trend';
import { either, type Teller } from './teller';

const measured: Record<TrendMeasure, { it: string; en: string }> = {
  events: { it: 'quante volte', en: 'how many times' }, customers: { it: 'quante persone', en: 'how many people' }, sum: { it: 'somma', en: 'sum' }, mean: { it: 'media', en: 'mean' },
  median: { it: 'valore tipico (mediana)', en: 'typical value (median)' }, p90: { it: 'nove su dieci sotto', en: 'nine of ten below' }, min: { it: 'minimo', en: 'minimum' }, max: { it: 'massimo', en: 'maximum' },
};

/** "Ordine completato: somma totale". */
export function seriesName(series: TrendSeries, teller: Teller): string {
  const { words, format } = teller;
  const what = selectorNames(series.selector).map(words.event).join(' / ') || either(teller, 'Qualsiasi evento', 'Any event');
  if (series.measure === 'events') return what;
  return `${what}: ${measured[series.measure][format.language]}${series.field ? ` ${words.field(series.field).toLowerCase()}` : ''}`;
}

export function bucketText(bucket: string, form: TrendForm, { format }: Teller): string {
  if (form.interval === 'hour') return `${format.shortDate(bucket)} ${format.time(bucket)}`;
  return form.interval === 'month' ? format.month(bucket) : format.shortDate(bucket);
}

const figure = (value: number, { format }: Teller): string => format.number(value, Math.abs(value) < 100 ? 1 : 0);

function against(versus: number | null, teller: Teller): string {
  if (versus === null) return '';
  const much = teller.format.percent(Math.abs(versus));
  if (Math.abs(versus) < 0.0005) return either(teller, ', come nel periodo prima', ', as in the period before');
  return versus > 0 ? either(teller, `, ${much} in più del periodo prima`, `, ${much} more than in the period before`) : either(teller, `, ${much} in meno del periodo prima`, `, ${much} less than in the period before`);
}

const per = { hour: { it: 'all’ora', en: 'an hour' }, day: { it: 'al giorno', en: 'a day' }, week: { it: 'alla settimana', en: 'a week' }, month: { it: 'al mese', en: 'a month' } };

function said(series: TrendSeries, total: number, form: TrendForm, teller: Teller): string {
  const { words, format } = teller;
  const value = figure(total, teller);
  const what = selectorNames(series.selector).map(words.event).join(' / ');
  const quoted = either(teller, what === '' ? 'Qualsiasi evento' : `«${what}»`, what === '' ? 'Any event' : `“${what}”`);
  if (series.measure === 'events') return either(teller, `${quoted}: ${value} ${total === 1 ? 'volta' : 'volte'}`, `${quoted}: ${value} ${total === 1 ? 'time' : 'times'}`);
  const every = per[form.interval][format.language];
  if (series.measure === 'customers') return either(teller, `${quoted}: in media ${value} ${total === 1 ? 'persona' : 'persone'} ${every}`, `${quoted}: on average ${value} ${total === 1 ? 'person' : 'people'} ${every}`);
  const mean = summaryIsMean(series.measure) ? either(teller, `, in media ${every}`, `, on average ${every}`) : '';
  return `${quoted}, ${measured[series.measure][format.language]} ${series.field ? words.field(series.field).toLowerCase() : ''}: ${value}${mean}`;
}

/** Where the day of a note falls among the buckets: the last one that has begun; null before the first. */
export function noteAt(day: string, buckets: string[], { format }: Teller): number | null {
  const days = buckets.map((bucket) => new Intl.DateTimeFormat('en-CA', { timeZone: format.timezone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(bucket)));
  const at = days.findLastIndex((start) => start <= day);
  return at < 0 ? null : at;
}

/** Notes of the period, each at its bucket. */
export const notesIn = (notes: Annotation[], buckets: string[], until: string | null, teller: Teller): { at: number; note: Annotation }[] =>
  notes.flatMap((note) => {
    const at = until !== null && note.day > until ? null : noteAt(note.day, buckets, teller);
    return at === null ? [] : [{ at, note }];
  });

export function trendReport(answer: TrendAnswer, before: TrendAnswer | undefined, form: TrendForm, teller: Teller, notes: { at: number; note: Annotation }[] = []): Report {
  const { format } = teller;
  const asked = askedSeries(form);
  const names = asked.map((series) => seriesName(series, teller));
  const totals = answer.series.map(({ values }, i) => summary(values, asked[i]?.measure ?? 'events'));
  const versus = totals.map((total, i) => (before ? change(total, summary(before.series[i]?.values ?? [], asked[i]?.measure ?? 'events')) : null));
  const first = totals[0] ?? null;
  const prior = either(teller, 'prima', 'before');
  const events = asked.reduce((sum, series, i) => sum + (series.measure === 'events' ? (totals[i] ?? 0) : 0), 0);
  return {
    title: either(teller, 'Andamenti', 'Trends'),
    sentence: first === null ? either(teller, 'Nel periodo scelto non è successo niente.', 'Nothing happened in this period.') : `${said(asked[0]!, first, form, teller)}${against(versus[0] ?? null, teller)}.`,
    ...(asked.length > 1 ? { detail: asked.slice(1).map((series, i) => (totals[i + 1] === null || totals[i + 1] === undefined ? '' : `${said(series, totals[i + 1]!, form, teller)}${against(versus[i + 1] ?? null, teller)}`)).filter(Boolean).join('; ') } : {}),
    period: periodText(form.range, format, teller.now),
    n: asked.some(({ measure }) => measure === 'events') ? counted(events, 'events', format) : null,
    legend: [
      ...names.map((name, i) => ({ name, paint: paintOf(i) })),
      ...(before ? names.map((name, i) => ({ name: `${name}, ${prior}`, paint: paintOf(i), dashed: true })) : []),
    ],
    draw: (room) => lines({
      buckets: answer.buckets.map((bucket) => bucketText(bucket, form, teller)), valueText: (value) => format.number(value, 1), notes: notes.map(({ at, note }) => ({ at, text: note.text })),
      lines: [
        ...answer.series.map(({ values }, i) => ({ values, paint: paintOf(i) })),
        ...(before?.series ?? []).map(({ values }, i) => ({ values: answer.buckets.map((_, k) => values[k] ?? null), paint: paintOf(i), dashed: true })),
      ],
    }, room),
    table: [
      [either(teller, 'Quando', 'When'), ...names, ...(before ? names.map((name) => `${name}, ${prior}`) : []), ...(notes.length > 0 ? [either(teller, 'Note', 'Notes')] : [])],
      ...answer.buckets.map((bucket, i) => [
        bucket, ...answer.series.map(({ values }) => values[i] ?? null), ...(before?.series ?? []).map(({ values }) => values[i] ?? null),
        ...(notes.length > 0 ? [notes.filter(({ at }) => at === i).map(({ note }) => `${note.day} ${note.text}`).join('; ')] : []),
      ]),
    ],
  };
}
