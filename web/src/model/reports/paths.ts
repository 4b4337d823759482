// The report of paths: the strongest step, and the Sankey whose flows add up.
import type { PathsAnswer } from '../contract';
import { flow } from '../drawings/flow';
import { intervalCells } from '../interval';
import { withArticle } from '../italian';
import { isBackward, other, pathsHeadline, type PathsForm } from '../paths';
import { counted, periodText, type Report } from '../report';
import { either, type Teller } from './teller';

/** How a node is called; `merged`: how many it stands for. */
export function nodeName(node: string, teller: Teller): (label: string, merged?: number) => string {
  const { format, words } = teller;
  return (label, merged = 0) => (label !== other ? words.value(node, label) : merged > 0 ? either(teller, `Altri ${format.number(merged)}`, `${format.number(merged)} others`) : either(teller, 'Altri', 'Others'));
}

export function layerName(layer: number, backward: boolean, teller: Teller): string {
  const n = teller.format.number(Math.abs(layer));
  if (layer === 0) return backward ? either(teller, 'Fine', 'End') : either(teller, 'Inizio', 'Beginning');
  if (backward) return either(teller, Math.abs(layer) === 1 ? '1 passo prima' : `${n} passi prima`, Math.abs(layer) === 1 ? '1 step before' : `${n} steps before`);
  return either(teller, Math.abs(layer) === 1 ? '1 passo dopo' : `${n} passi dopo`, Math.abs(layer) === 1 ? '1 step after' : `${n} steps after`);
}

export function pathsReport(answer: PathsAnswer, form: PathsForm, teller: Teller): Report {
  const { format } = teller;
  const backward = isBackward(form);
  const name = nodeName(form.node, teller);
  const layer = (at: number) => layerName(at, backward, teller);
  const nodes = new Map(answer.nodes.map((node) => [node.id, node]));
  const called = (id: string) => name(nodes.get(id)?.label ?? other, nodes.get(id)?.merged);
  const base = (id: string) => nodes.get(id)?.entries ?? 0;
  const told = pathsHeadline(answer);
  const rate = told ? format.percent(told.share, 0) : '';
  return {
    title: either(teller, 'Percorsi', 'Paths'),
    sentence: told
      ? either(teller, `${backward ? 'Prima' : 'Dopo'} di «${name(told.node)}» il passo più frequente è «${name(told.next)}»: ${withArticle(rate)}.`.replace('Dopo di', 'Dopo'), `${backward ? 'Before' : 'After'} “${name(told.node)}” the most frequent step is “${name(told.next)}”: ${rate}.`)
      : either(teller, 'Nessun percorso fa più di un passo.', 'No path takes more than one step.'),
    ...(told ? { detail: either(teller, `${format.number(told.transitions)} su ${format.number(told.entries)}`, `${format.number(told.transitions)} of ${format.number(told.entries)}`) } : {}),
    period: periodText(form.range, format, teller.now), n: counted(answer.sequences, 'paths', format), legend: [],
    draw: (room) => flow(answer, { name, layer, count: (entries) => format.number(entries) }, room),
    table: [
      either(teller, 'Passo|Da|A|Passaggi|Di chi è lì|n|95 % da|95 % a', 'Step|From|To|Moves|Of those there|n|95 % from|95 % to').split('|'),
      ...[...answer.edges].sort((a, b) => b.transitions - a.transitions).map((edge) => [layer(nodes.get(edge.from)?.layer ?? 0), called(edge.from), called(edge.to), edge.transitions, edge.transitions / Math.max(1, base(edge.from)), ...intervalCells(edge.transitions, base(edge.from))]),
    ],
  };
}
