import { expect, it } from 'vitest';
import { addedStage, copiedModel, freeId, savableModel, savableTouchpoints, unreachableStages, withOwner, withTarget } from './configuration';
import type { StageModel } from './contract';

const model: StageModel = { id: 'm', label: { it: 'M', en: 'M' }, subject: 'relationship', mode: 'free', window: '30d', stages: [{ id: 'a', label: { it: 'A', en: 'A' }, rules: [{ event: { event: 'X' } }, { event: {} }] }] };

it('an id is made of the label and is free', () => {
  expect(freeId('Più vicini, a Bologna!', [])).toBe('piu_vicini_a_bologna');
  expect(freeId('A', ['a', 'a_2'])).toBe('a_3');
  expect(freeId('!!', [])).toBe('nuovo');
});

it('a new stage is unreachable until a rule points at an event', () => {
  const grown = addedStage(model, 'A');
  expect(grown.stages.map((stage) => stage.id)).toEqual(['a', 'a_2']);
  expect(unreachableStages(grown)).toEqual(['a_2']);
});

it('what points at nothing is not sent', () => {
  expect(savableModel(model).stages[0]!.rules).toEqual([{ event: { event: 'X' } }]);
  const config = savableTouchpoints({
    touchpoints: [],
    rules: [{ where: [{ field: 'name', op: 'in', value: ['X'] }, { field: '', op: 'eq', value: '' }], touchpoint: 't' }, { where: [], touchpoint: 't' }],
    channel_rules: [{ where: [{ field: 'source', op: 'in', value: ['s'] }], channel: '' }],
  });
  expect(config.rules).toEqual([{ where: [{ field: 'name', op: 'in', value: ['X'] }], touchpoint: 't' }]);
  expect(config.channel_rules).toEqual([]);
});

it('of alternatives only the complete ones are sent, and a condition without any is none', () => {
  const complete = { field: 'utm_source', op: 'eq' as const, value: 'volantino' };
  const typing = { field: '', op: 'eq' as const, value: '' };
  const config = savableTouchpoints({ touchpoints: [], rules: [{ where: [{ any: [complete, typing] }, { any: [typing] }], touchpoint: 't' }], channel_rules: [] });
  expect(config.rules[0]!.where).toEqual([{ any: [complete] }]);
});

it('a goal is a share, an owner a name; both can be taken away again', () => {
  const stage = model.stages[0]!;
  expect(withTarget(stage, 42.5).target).toBe(0.425);
  expect(withTarget(stage, 250).target).toBe(1);
  expect(withTarget(withTarget(stage, 40), '')).toEqual(stage);
  expect(withOwner(withOwner(stage, 'Anna Bianchi'), '  ')).toEqual(stage);
});

it('a copy of a model has an id of its own', () => {
  const copy = copiedModel(model, { it: 'M, copia', en: 'M, copy' }, ['m', 'm_copia']);
  expect(copy).toEqual({ ...model, id: 'm_copia_2', label: { it: 'M, copia', en: 'M, copy' } });
});
