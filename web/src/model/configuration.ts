// Editing stage models and touchpoint rules: pure steps from one draft to the next, and what is
// still missing before a draft can be saved.
import type { StageDefinition, StageModel, TouchpointConfig } from './contract';
import { completeFilters, selectorNames } from './filters';

/** "In negozio, a Bologna" -> in_negozio_a_bologna; never one of `taken`. */
export function freeId(text: string, taken: string[]): string {
  const base = text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '') || 'nuovo';
  let id = base;
  for (let n = 2; taken.includes(id); n += 1) id = `${base}_${n}`;
  return id;
}

export const withStage = (model: StageModel, index: number, stage: StageDefinition): StageModel => ({ ...model, stages: model.stages.map((item, i) => (i === index ? stage : item)) });

export function addedStage(model: StageModel, label: string): StageModel {
  const id = freeId(label, model.stages.map((stage) => stage.id));
  return { ...model, stages: [...model.stages, { id, label: { it: label, en: label }, rules: [{ event: {} }] }] };
}

/** A stage with its goal, "40" per cent, or without one. */
export function withTarget(stage: StageDefinition, percent: number | string): StageDefinition {
  const { target: _old, ...rest } = stage;
  const value = Number(percent);
  return percent === '' || !Number.isFinite(value) ? rest : { ...rest, target: Math.min(1, Math.max(0, Math.round(value * 10) / 1000)) };
}

/** A stage or a touchpoint with its owner, or without one. */
export function withOwner<T extends { owner?: string }>(owned: T, owner: string): T {
  const { owner: _old, ...rest } = owned;
  return (owner.trim() === '' ? rest : { ...rest, owner }) as T;
}

/** The same stages under a name and an id of their own. */
export const copiedModel = (model: StageModel, label: StageModel['label'], taken: string[]): StageModel => ({ ...model, id: freeId(label.it, taken), label });

/** Stages that nobody could ever enter, by id: no rule says which event leads there. */
export const unreachableStages = (model: StageModel): string[] =>
  model.stages.filter((stage) => !stage.rules.some((rule) => selectorNames(rule.event).length > 0 || rule.event.all === true)).map((stage) => stage.id);

/** The draft as it is sent: without rules that point at nothing. */
export const savableModel = (model: StageModel): StageModel => ({
  ...model,
  stages: model.stages.map((stage) => ({ ...stage, rules: stage.rules.filter((rule) => selectorNames(rule.event).length > 0 || rule.event.all === true) })),
});

/** The rules that are complete, in order: order matters, for the first that fits wins. */
export const savableTouchpoints = (config: TouchpointConfig): TouchpointConfig => ({
  ...config,
  rules: config.rules.map((rule) => ({ ...rule, where: completeFilters(rule.where) ?? [] })).filter((rule) => rule.where.length > 0 && rule.touchpoint !== ''),
  channel_rules: config.channel_rules.map((rule) => ({ ...rule, where: completeFilters(rule.where) ?? [] })).filter((rule) => rule.where.length > 0 && rule.channel !== ''),
});
