// The report of stages: where people are now, and where they moved in the period.
import type { StagesAnswer } from '../contract';
import { bars } from '../drawings/bars';
import { groundsText, intervalCells } from '../interval';
import { withArticle } from '../italian';
import type { RangeChoice } from '../range';
import { counted, periodText, type Report } from '../report';
import { read } from '../words';
import { either, type Teller } from './teller';

export const present = (answer: StagesAnswer): number => answer.stages.reduce((sum, { current }) => sum + current, 0);

export function stagesReport(answer: StagesAnswer, range: RangeChoice, teller: Teller): Report {
  const { format } = teller;
  const name = (stage: StagesAnswer['stages'][number]) => read(stage.label, format.language) || stage.id;
  const everybody = present(answer);
  const busiest = [...answer.stages].sort((a, b) => b.current - a.current)[0];
  const top = Math.max(1, ...answer.stages.map(({ entered, current }) => Math.max(entered, current)));
  const entered = either(teller, 'Entrate nel periodo', 'Entered in the period');
  const now = either(teller, 'Ci sono ora', 'Are here now');
  const rate = busiest && everybody > 0 ? format.percent(busiest.current / everybody, 0) : '';
  const italian = withArticle(rate);
  return {
    title: either(teller, 'Fasi', 'Stages'),
    sentence: busiest && everybody > 0
      ? either(teller, `${italian[0]!.toUpperCase()}${italian.slice(1)} di chi è in una fase ora è in «${name(busiest)}».`, `${rate} of those who are in a stage are in “${name(busiest)}” now.`)
      : either(teller, 'Ora non c’è nessuno in nessuna fase.', 'Nobody is in any stage now.'),
    ...(busiest && everybody > 0 ? { detail: either(teller, `${format.number(busiest.current)} su ${format.number(everybody)}`, `${format.number(busiest.current)} of ${format.number(everybody)}`) } : {}),
    period: periodText(range, format, teller.now), n: counted(everybody, 'people', format), legend: [{ name: entered, paint: 'accent' }, { name: now, paint: 'c2' }],
    draw: (room) => bars(answer.stages.map((stage) => ({
      name: name(stage), value: `${format.number(stage.entered)} · ${format.number(stage.current)}`, share: stage.entered / top, second: { share: stage.current / top, paint: 'c2' },
      note: either(teller, `${format.percent(everybody > 0 ? stage.current / everybody : null)} di chi è in una fase ora (${groundsText(stage.current, everybody, format)})`, `${format.percent(everybody > 0 ? stage.current / everybody : null)} of those in a stage now (${groundsText(stage.current, everybody, format)})`),
    })), room),
    table: [
      either(teller, 'Fase|Entrate|Ci sono ora|Quota|n|95 % da|95 % a|Uscite|Permanenza mediana (s)|Nove su dieci entro (s)', 'Stage|Entered|Are here now|Share|n|95 % from|95 % to|Left|Median stay (s)|Nine of ten within (s)').split('|'),
      ...answer.stages.map((stage) => [name(stage), stage.entered, stage.current, everybody > 0 ? stage.current / everybody : null, ...intervalCells(stage.current, everybody), stage.exited, stage.dwell_median_seconds, stage.dwell_p90_seconds]),
    ],
  };
}
