// What is chosen on the map, as a word in the address bar and as the server's question for its people.
import type { FlowKind, MapAnswer, PeopleQuestion } from '@/model/contract';
import { flowId } from './river';
import { otherRow } from './rows';

export type Selection =
  | { kind: 'stage'; stage: string }
  | { kind: 'cell'; stage: string; row: string }
  | { kind: 'flow'; flow: FlowKind; from: string | null; to: string | null };

const flowKinds: readonly FlowKind[] = ['enter', 'forward', 'skip', 'back', 'loop', 'lost'];

/** The id of the mark: "stage:decisione", "cell:decisione:checkout", "flow:lost:considerazione:". */
export function selectionId(selection: Selection): string {
  if (selection.kind === 'stage') return `stage:${selection.stage}`;
  if (selection.kind === 'cell') return `cell:${selection.stage}:${selection.row}`;
  return flowId({ kind: selection.flow, from: selection.from, to: selection.to });
}

export function readSelection(text: unknown, answer: Pick<MapAnswer, 'stages'> | null): Selection | null {
  if (typeof text !== 'string') return null;
  const [kind, ...parts] = text.split(':');
  const known = (id: string | undefined) => answer === null || answer.stages.some((stage) => stage.id === id);
  if (kind === 'stage' && parts.length === 1 && parts[0] && known(parts[0])) return { kind, stage: parts[0] };
  if (kind === 'cell' && parts.length >= 2 && parts[0] && known(parts[0])) return { kind, stage: parts[0], row: parts.slice(1).join(':') };
  if (kind === 'flow' && parts.length === 3 && flowKinds.includes(parts[0] as FlowKind)) {
    const [flow, from, to] = parts as [FlowKind, string, string];
    if ((from !== '' && !known(from)) || (to !== '' && !known(to))) return null;
    return { kind, flow, from: from || null, to: to || null };
  }
  return null;
}

/** How the server is asked for these people; null where one question cannot name them (several rows). */
export function selectOf(selection: Selection): PeopleQuestion['select'] | null {
  if (selection.kind === 'stage') return { stage: selection.stage };
  if (selection.kind === 'cell') return selection.row === otherRow ? null : { stage: selection.stage, row: selection.row };
  return { flow: { from: selection.from, to: selection.to, kind: selection.flow } };
}

const stagesOf = (selection: Selection): string[] =>
  selection.kind === 'flow' ? [selection.from, selection.to].filter((stage) => stage !== null) : [selection.stage];

/** What stays lit when something is chosen; with nothing chosen all is lit. */
export function isLit(selection: Selection | null, mark: { id: string; stage?: string | null; row?: string; from?: string | null; to?: string | null }): boolean {
  if (selection === null) return true;
  if (selectionId(selection) === mark.id) return true;
  if (selection.kind === 'stage') return mark.stage === selection.stage || mark.from === selection.stage || mark.to === selection.stage;
  if (selection.kind === 'cell') return mark.id === `stage:${selection.stage}` || mark.id === `head:${selection.stage}` || mark.id === `row:${selection.row}`;
  return /^(stage|head):/.test(mark.id) && stagesOf(selection).includes(mark.stage ?? '');
}
