import { describe, expect, it } from 'vitest';
import { asEventList, completeFilters, eventsLike, isComplete, operatorsFor, readFilters, readPattern, readSelector, ruleFields, selectorNames, shapeValue, valueChoices, withNames } from './filters';

describe('a filter being typed', () => {
  it('is not asked before it is complete', () => {
    expect(isComplete({ field: '', op: 'eq', value: 'x' })).toBe(false);
    expect(isComplete({ field: 'channel', op: 'in', value: [] })).toBe(false);
    expect(isComplete({ field: 'properties.total', op: 'gt', value: 0 })).toBe(true);
    expect(isComplete({ field: 'properties.coupon', op: 'exists' })).toBe(true);
    expect(completeFilters([{ field: 'x', op: 'eq', value: '' }])).toBeUndefined();
  });
  it('keeps its value when the operator changes shape', () => {
    expect(shapeValue('in', 'cucina', 'string')).toEqual(['cucina']);
    expect(shapeValue('eq', ['cucina', 'bagno'], 'string')).toBe('cucina');
    expect(shapeValue('gt', '12.5', 'number')).toBe(12.5);
    expect(shapeValue('exists', 'x', 'string')).toBeUndefined();
  });
  it('offers operators that fit the field', () => {
    expect(operatorsFor('properties.total', 'number')).toContain('gte');
    expect(operatorsFor('properties.category', 'string')).not.toContain('gte');
    expect(operatorsFor('stage.cinque_fasi', 'string')).toEqual(['in', 'not_in']);
  });
});

describe('what an address says', () => {
  it('drops what is no filter', () => {
    expect(readFilters([{ field: 'a', op: 'eq', value: 1 }, { field: 'b', op: 'sql' }, 7, { any: [{ field: 'c', op: 'exists' }] }, { any: [] }])).toEqual([
      { field: 'a', op: 'eq', value: 1 },
      { any: [{ field: 'c', op: 'exists' }] },
    ]);
  });
  it('reads the three kinds of selector', () => {
    expect(readSelector({ event: 'Order Completed' })).toEqual({ event: 'Order Completed' });
    expect(readSelector({ any_of: ['A', 3, 'B'] })).toEqual({ any_of: ['A', 'B'] });
    expect(readSelector({ all: true, where: [{ field: 'channel', op: 'in', value: ['email'] }] })).toEqual({ all: true, where: [{ field: 'channel', op: 'in', value: ['email'] }] });
    expect(readSelector('x')).toEqual({});
  });
  it('changes names without losing filters', () => {
    const selector = { event: 'A', where: [{ field: 'x', op: 'exists' as const }] };
    expect(withNames(selector, ['A', 'B'])).toEqual({ any_of: ['A', 'B'], where: selector.where });
    expect(selectorNames(withNames(selector, []))).toEqual([]);
  });
});

describe('rules told to people', () => {
  it('name the events that a part of a name means', () => {
    const vocabulary = { events: ['Message Sent', 'Message Opened', 'Order Completed'].map((name) => ({ name })) } as never;
    expect(eventsLike(vocabulary, 'starts_with', 'Message ')).toEqual(['Message Sent', 'Message Opened']);
    expect(eventsLike(vocabulary, 'contains', 'Order')).toEqual(['Order Completed']);
    expect(eventsLike(vocabulary, 'eq', 'Order')).toEqual([]);
  });
  it('are chosen as events, not as letters', () => {
    const vocabulary = { events: ['Message Sent', 'Message Opened'].map((name) => ({ name })) } as never;
    expect(asEventList({ field: 'name', op: 'starts_with', value: 'Message ' }, vocabulary)).toEqual({ field: 'name', op: 'in', value: ['Message Sent', 'Message Opened'] });
    const unknown = { field: 'name', op: 'starts_with' as const, value: 'Nothing' };
    expect(asEventList(unknown, vocabulary)).toBe(unknown);
    expect(asEventList({ field: 'source', op: 'starts_with', value: 'Message ' }, vocabulary)).toMatchObject({ op: 'starts_with' });
  });
  it('ask where an event comes from, with the values there are', () => {
    for (const { field } of ruleFields) expect(field).not.toContain('.');
    expect(valueChoices('referrer_type', { events: [] } as never)).toContain('search');
    expect(operatorsFor('click_id', 'string')).toEqual(['in', 'not_in']);
    expect(operatorsFor('utm_source', 'string')).toContain('contains');
  });
  it('read patterns as words', () => {
    expect(readPattern('(?i)^(cpc|ppc|paid.?search)$')).toBe('cpc, ppc, paid search');
    expect(readPattern('(?i)social')).toBe('social');
  });
});
