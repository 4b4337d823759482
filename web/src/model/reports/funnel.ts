// The report of a funnel.
import type { FunnelAnswer } from '../contract';
import { bars } from '../drawings/bars';
import { selectorNames } from '../filters';
import { askedSteps, conversion, finishers, funnelBars, optionalFlags, type FunnelForm } from '../funnel';
import { groundsText, intervalCells } from '../interval';
import { withArticle } from '../italian';
import { counted, periodText, type Report } from '../report';
import { either, type Teller } from './teller';

/** What the steps are called, in the order of the answer. */
export const stepNames = (form: FunnelForm, { words }: Teller): string[] => askedSteps(form).map((step) => selectorNames(step).map(words.event).join(' / '));

function sentence(answer: FunnelAnswer, form: FunnelForm, teller: Teller): Pick<Report, 'sentence' | 'detail'> {
  const { format } = teller;
  const optional = optionalFlags(form);
  const first = answer.steps[0]?.count ?? 0;
  if (first === 0) return { sentence: either(teller, 'Nessuno ha fatto il primo passo in questo periodo.', 'Nobody took the first step in this period.') };
  const rate = format.percent(conversion(answer, optional));
  const names = stepNames(form, teller);
  const worst = funnelBars(answer.steps, optional).find((bar) => bar.worst);
  const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1);
  const where = worst ? either(teller, `: la perdita più grande è prima di «${names[worst.index - 1]}»`, `: the largest loss is before “${names[worst.index - 1]}”`) : '';
  return {
    sentence: either(teller, `${capital(withArticle(rate))} di chi comincia arriva in fondo${where}.`, `${rate} of those who begin get to the end${where}.`),
    detail: either(teller, `${format.number(finishers(answer.steps, optional))} su ${format.number(first)}`, `${format.number(finishers(answer.steps, optional))} of ${format.number(first)}`),
  };
}

export function funnelReport(answer: FunnelAnswer, form: FunnelForm, teller: Teller): Report {
  const { format } = teller;
  const names = stepNames(form, teller);
  const drawn = funnelBars(answer.steps, optionalFlags(form));
  const first = answer.steps[0]?.count ?? 0;
  const heads = either(teller, 'Passo|Quanti|Sul primo|n|95 % da|95 % a|Sul precedente|n|95 % da|95 % a|Tempo mediano (s)|Nove su dieci entro (s)', 'Step|Count|Of the first|n|95 % from|95 % to|Of the one before|n|95 % from|95 % to|Median time (s)|Nine of ten within (s)').split('|');
  return {
    title: 'Funnel', ...sentence(answer, form, teller), period: periodText(form.range, format, teller.now), n: counted(first, form.countBy === 'session' ? 'visits' : 'people', format), legend: [],
    draw: (room) => bars(drawn.map((bar) => ({
      name: `${bar.index}. ${names[bar.index - 1] ?? ''}`, value: `${format.number(bar.count)} · ${format.share(bar.share)}`, share: bar.share,
      ...(bar.index > 1 && bar.base > 0 ? { note: either(teller, `${format.percent(bar.rate)} del passo prima (${groundsText(Math.min(bar.count, bar.base), bar.base, format)})`, `${format.percent(bar.rate)} of the step before (${groundsText(Math.min(bar.count, bar.base), bar.base, format)})`) } : {}),
    })), room),
    table: [heads, ...answer.steps.map((step, i) => [names[step.index - 1] ?? '', step.count, step.rate_overall, ...intervalCells(step.count, first), step.rate_step, ...intervalCells(step.count, drawn[i]!.base), step.median_seconds, step.p90_seconds])],
  };
}
