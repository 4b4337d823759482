// The report of transitions: from where to where, the most frequent move first.
import type { TransitionsAnswer } from '../contract';
import { heatTable } from '../drawings/heat';
import { intervalCells } from '../interval';
import { withArticle } from '../italian';
import { heat, makeMatrix } from '../matrix';
import type { RangeChoice } from '../range';
import { counted, periodText, type Report } from '../report';
import { either, type Teller } from './teller';

/** How many moves leave each node. */
export function leaving(answer: TransitionsAnswer): Map<string, number> {
  const from = new Map<string, number>();
  for (const edge of answer.edges) from.set(edge.from, (from.get(edge.from) ?? 0) + edge.transitions);
  return from;
}

export function transitionsReport(answer: TransitionsAnswer, node: string, range: RangeChoice, teller: Teller): Report {
  const { format, words } = teller;
  const name = (label: string) => words.value(node, label);
  const from = leaving(answer);
  const edges = [...answer.edges].sort((a, b) => b.transitions - a.transitions);
  const all = edges.reduce((sum, { transitions }) => sum + transitions, 0);
  // A move from a place to itself is no news where repetitions count.
  const best = edges.find((edge) => edge.from !== edge.to) ?? edges[0];
  const rate = best ? format.percent(best.transitions / from.get(best.from)!, 0) : '';
  return {
    title: either(teller, 'Transizioni', 'Transitions'),
    sentence: best
      ? either(teller, `Il passaggio più frequente è da «${name(best.from)}» a «${name(best.to)}»: ${withArticle(rate)} di chi parte da lì.`, `The most frequent move is from “${name(best.from)}” to “${name(best.to)}”: ${rate} of those who leave from there.`)
      : either(teller, 'Nessun passaggio nel periodo scelto.', 'No moves in the chosen period.'),
    ...(best ? { detail: either(teller, `${format.number(best.transitions)} su ${format.number(from.get(best.from)!)}`, `${format.number(best.transitions)} of ${format.number(from.get(best.from)!)}`) } : {}),
    period: periodText(range, format, teller.now), n: counted(all, 'moves', format), legend: [],
    draw: (room) => {
      const matrix = makeMatrix(answer.nodes.map(({ label }) => label), edges.map((edge) => ({ from: edge.from, to: edge.to, weight: edge.transitions })), Math.min(room.rows, Math.max(3, Math.floor((room.width * 0.7) / (room.font * 4.5)))));
      return heatTable({
        columns: matrix.nodes.map(name),
        rows: matrix.nodes.map((row, i) => ({ name: name(row), cells: matrix.weights[i]!.map((weight) => ({ text: weight > 0 ? format.number(weight) : '', depth: heat(weight, matrix.max) })) })),
      }, room);
    },
    table: [
      either(teller, 'Da|A|Passaggi|Di chi parte da lì|n|95 % da|95 % a|Persone|Tempo mediano (s)', 'From|To|Moves|Of those who leave there|n|95 % from|95 % to|People|Median time (s)').split('|'),
      ...edges.map((edge) => [name(edge.from), name(edge.to), edge.transitions, edge.transitions / from.get(edge.from)!, ...intervalCells(edge.transitions, from.get(edge.from)!), edge.customers, edge.median_seconds]),
    ],
  };
}
