// The report of retention: of the newest cohort with a whole period behind it, how many came back.
import type { RetentionAnswer } from '../contract';
import { heatTable } from '../drawings/heat';
import { wilson } from '../interval';
import { inMonth, withArticle } from '../italian';
import { counted, periodText, type Report } from '../report';
import { cellsOf, headline, periodCount, shownCohorts, type RetentionForm, type Unit } from '../retention';
import { either, type Teller } from './teller';

/** "settembre 2026", "12 ott". */
export const cohortName = (start: string, unit: Unit, { format }: Teller): string => (unit === 'month' ? format.month(start) : format.shortDate(start));

/** "dopo 1 mese". */
export function afterText(count: number, unit: Unit, teller: Teller): string {
  const units = { day: [['giorno', 'giorni'], ['day', 'days']], week: [['settimana', 'settimane'], ['week', 'weeks']], month: [['mese', 'mesi'], ['month', 'months']] }[unit];
  const one = count === 1 ? 0 : 1;
  return either(teller, `dopo ${count} ${units[0]![one]}`, `after ${count} ${units[1]![one]}`);
}

function sentence(answer: RetentionAnswer, form: RetentionForm, teller: Teller): Pick<Report, 'sentence' | 'detail'> {
  const { format } = teller;
  const told = headline(answer);
  if (!told) return { sentence: either(teller, 'È presto per dire chi torna: nessun gruppo ha ancora un periodo intero alle spalle.', 'It is early to say who comes back: no group has a whole period behind it yet.') };
  const month = format.month(told.cohort.start);
  const date = format.date(told.cohort.start);
  const rate = format.percent(told.rate, 0);
  const cohort = {
    month: either(teller, `chi ha cominciato ${inMonth(month)}`, `those who began in ${month}`),
    week: either(teller, `chi ha cominciato nella settimana del ${date}`, `those who began in the week of ${date}`),
    day: either(teller, `chi ha cominciato il ${date}`, `those who began on ${date}`),
  }[form.unit];
  const when = form.match === 'on'
    ? { month: either(teller, 'il mese dopo', 'the month after'), week: either(teller, 'la settimana dopo', 'the week after'), day: either(teller, 'il giorno dopo', 'the day after') }[form.unit]
    : { month: either(teller, 'dal mese dopo in poi', 'from the month after on'), week: either(teller, 'dalla settimana dopo in poi', 'from the week after on'), day: either(teller, 'dal giorno dopo in poi', 'from the day after on') }[form.unit];
  return {
    sentence: either(teller, `Di ${cohort}, ${withArticle(rate)} è tornato ${when}.`, `Of ${cohort}, ${rate} came back ${when}.`),
    detail: either(teller, `${format.number(told.cohort.counts[1]!)} su ${format.number(told.cohort.size)}`, `${format.number(told.cohort.counts[1]!)} of ${format.number(told.cohort.size)}`),
  };
}

export function retentionReport(answer: RetentionAnswer, form: RetentionForm, teller: Teller): Report {
  const { format } = teller;
  const cohorts = shownCohorts(answer.cohorts);
  const periods = Array.from({ length: periodCount(cohorts) }, (_, i) => i + 1);
  const most = Math.max(0, ...cohorts.flatMap((cohort) => cellsOf(cohort).map(({ rate }) => rate ?? 0)));
  return {
    title: either(teller, 'Ritorni', 'Retention'), ...sentence(answer, form, teller), period: periodText(form.range, format, teller.now),
    n: counted(cohorts.reduce((sum, { size }) => sum + size, 0), 'people', format), legend: [],
    draw: (room) => {
      const columns = periods.slice(0, Math.max(2, Math.floor((room.width * 0.7) / (room.font * 3.6))));
      return heatTable({
        columns: columns.map((period) => afterText(period, form.unit, teller)),
        rows: cohorts.slice(-room.rows).map((cohort) => {
          const cells = cellsOf(cohort);
          // A period that is not over is marked: what is missing may still come.
          return { name: cohortName(cohort.start, form.unit, teller), note: format.number(cohort.size), cells: columns.map((period) => { const cell = cells[period - 1]; return cell && cell.rate !== null ? { text: `${format.percent(cell.rate, 0)}${cell.complete ? '' : '*'}`, depth: most > 0 ? cell.rate / most : 0 } : null; }) };
        }),
      }, room);
    },
    table: [
      [either(teller, 'Gruppo', 'Cohort'), either(teller, 'n', 'n'), ...periods.flatMap((period) => { const after = afterText(period, form.unit, teller); return [after, `${after}: ${either(teller, 'quota', 'share')}`, `${after}: 95 % ${either(teller, 'da', 'from')}`, `${after}: 95 % ${either(teller, 'a', 'to')}`]; })],
      ...cohorts.map((cohort) => [cohort.start, cohort.size, ...periods.flatMap((period) => {
        const count = cohort.counts[period];
        const interval = count === undefined ? null : wilson(count, cohort.size);
        return count === undefined ? [null, null, null, null] : [count, cohort.size > 0 ? count / cohort.size : null, interval?.low ?? null, interval?.high ?? null];
      })]),
    ],
  };
}
