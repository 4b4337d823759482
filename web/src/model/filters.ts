// Filters as a person builds them: a field, an operator, a value. One row of the editor is one filter.
import { readList, readObject } from './address';
import type { FieldFilter, Filter, FilterOp, FilterValue, Selector, Vocabulary } from './contract';

const textOps = ['eq', 'neq', 'in', 'not_in', 'contains', 'not_contains', 'starts_with', 'exists', 'not_exists'] as const;
const numberOps = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'exists', 'not_exists'] as const;
const listOps = ['in', 'not_in'] as const;
const allOps: readonly FilterOp[] = ['eq', 'neq', 'in', 'not_in', 'contains', 'not_contains', 'starts_with', 'regex', 'gt', 'gte', 'lt', 'lte', 'exists', 'not_exists'];

/** The operators that make sense for a field of that type. */
export function operatorsFor(field: string, type: string | undefined): readonly FilterOp[] {
  if (field === 'web') return ['eq'];
  if (['name', 'touchpoint', 'channel', 'source'].includes(field) || Object.hasOwn(ruleValues, field) || field.startsWith('stage.')) return listOps;
  return type === 'number' || type === 'integer' || type === 'money' ? numberOps : textOps;
}

export const needsValue = (op: FilterOp): boolean => op !== 'exists' && op !== 'not_exists';
export const takesList = (op: FilterOp): boolean => op === 'in' || op === 'not_in';

/** The value in the shape the operator wants. */
export function shapeValue(op: FilterOp, value: FilterValue | undefined, type: string | undefined): FilterValue | undefined {
  if (!needsValue(op)) return undefined;
  if (takesList(op)) return Array.isArray(value) ? value : value === undefined || value === '' ? [] : [typeof value === 'boolean' ? String(value) : value];
  const single = Array.isArray(value) ? value[0] : value;
  if (type === 'number' && typeof single === 'string' && single.trim() !== '' && Number.isFinite(Number(single))) return Number(single);
  return single ?? '';
}

export const isFieldFilter = (filter: Filter): filter is FieldFilter => 'field' in filter;

/** A filter still being typed is not asked. */
export function isComplete(filter: Filter): boolean {
  if (!isFieldFilter(filter)) return filter.any.length > 0 && filter.any.every(isComplete);
  if (filter.field === '') return false;
  if (!needsValue(filter.op)) return true;
  return Array.isArray(filter.value) ? filter.value.length > 0 : filter.value !== undefined && filter.value !== '';
}

/** Only complete filters; undefined when none is left, so that the question stays short. Of alternatives those that are complete stay. */
export function completeFilters(filters: Filter[] | undefined): Filter[] | undefined {
  const kept = (filters ?? []).flatMap((filter): Filter[] => {
    if (isFieldFilter(filter)) return isComplete(filter) ? [filter] : [];
    const any = completeFilters(filter.any);
    return any ? [{ any }] : [];
  });
  return kept.length > 0 ? kept : undefined;
}

export function readFilters(value: unknown): Filter[] {
  return readList(value).flatMap((item): Filter[] => {
    const { any, field, op, value: operand } = readObject(item);
    if (Array.isArray(any)) {
      const inner = readFilters(any);
      return inner.length > 0 ? [{ any: inner }] : [];
    }
    if (typeof field !== 'string' || !allOps.includes(op as FilterOp)) return [];
    return [{ field, op: op as FilterOp, ...(operand === undefined ? {} : { value: operand as FilterValue }) }];
  });
}

export function readSelector(value: unknown): Selector {
  const { event, any_of: anyOf, all, where } = readObject(value);
  const filters = readFilters(where);
  const rest = filters.length > 0 ? { where: filters } : {};
  if (typeof event === 'string') return { event, ...rest };
  const names = readList(anyOf).filter((name): name is string => typeof name === 'string');
  if (names.length > 0) return { any_of: names, ...rest };
  return all === true ? { all: true, ...rest } : rest;
}

/** Event names a selector points at; empty for "any event". */
export const selectorNames = (selector: Selector): string[] => selector.any_of ?? (selector.event === undefined ? [] : [selector.event]);

export function withNames(selector: Selector, names: string[]): Selector {
  const where = selector.where ? { where: selector.where } : {};
  if (names.length === 0) return { all: true, ...where };
  return names.length === 1 ? { event: names[0]!, ...where } : { any_of: names, ...where };
}

/** Fields one can ask about, in the order people look for them. */
export function fieldChoices(vocabulary: Vocabulary | undefined): { field: string; type: string }[] {
  const own = ['touchpoint', 'channel', 'source'].map((field) => ({ field, type: 'string' }));
  const stages = (vocabulary?.stage_models ?? []).map((model) => ({ field: `stage.${model.id}`, type: 'string' }));
  const properties = (vocabulary?.properties ?? []).map(({ field, type }) => ({ field, type }));
  const known = new Set<string>();
  return [...own, ...properties, ...stages].filter(({ field }) => !known.has(field) && known.add(field));
}

/** Fields a rule of touchpoint or channel can ask: what an event says of where it comes from. docs/events/ tells what each is. */
export const ruleFields: { field: string; type: string }[] = [
  'name', 'source', 'referrer_type', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'click_id', 'sales_channel', 'store', 'device', 'type', 'web',
].map((field) => ({ field, type: 'string' }));

/** Those of them that know only some values. */
const ruleValues: Record<string, string[]> = {
  referrer_type: ['search', 'social', 'ai', 'mail', 'shopping', 'video'],
  click_id: ['gclid', 'gbraid', 'wbraid', 'dclid', 'msclkid', 'fbclid', 'ttclid', 'twclid', 'li_fat_id', 'epik'],
  device: ['mobile', 'tablet', 'desktop'],
  type: ['track', 'page', 'screen'],
  web: ['true', 'false'],
};

/** Values to choose from for a field. */
export function valueChoices(field: string, vocabulary: Vocabulary | undefined): string[] {
  if (Object.hasOwn(ruleValues, field)) return ruleValues[field]!;
  if (!vocabulary) return [];
  if (field === 'name') return vocabulary.events.map((item) => item.name);
  if (field === 'touchpoint') return vocabulary.touchpoints.map((item) => item.id);
  if (field === 'channel') return vocabulary.channels.map((item) => item.id);
  if (field === 'source') return vocabulary.sources.map((item) => item.id);
  if (field.startsWith('stage.')) return vocabulary.stage_models.find((item) => `stage.${item.id}` === field)?.stages.map((item) => item.id) ?? [];
  return vocabulary.properties.find((item) => item.field === field)?.values.map(String) ?? [];
}

/** The events whose name a condition on a part of the name means. */
export function eventsLike(vocabulary: Vocabulary | undefined, op: FilterOp, part: string): string[] {
  const names = (vocabulary?.events ?? []).map((item) => item.name);
  if (op === 'starts_with') return names.filter((name) => name.startsWith(part));
  return op === 'contains' ? names.filter((name) => name.includes(part)) : [];
}

/** A condition on a part of an event's name, as the events it means: people choose events, not letters. */
export function asEventList(filter: Filter, vocabulary: Vocabulary | undefined): Filter {
  if (!isFieldFilter(filter) || filter.field !== 'name' || typeof filter.value !== 'string') return filter;
  const names = filter.op === 'eq' ? [filter.value].filter(Boolean) : eventsLike(vocabulary, filter.op, filter.value);
  return names.length > 0 ? { field: 'name', op: 'in', value: names } : filter;
}

/** "(?i)^(cpc|paid.?search)$" -> "cpc, paid search": a pattern as a person would say it. */
export function readPattern(pattern: string): string {
  return pattern.replace(/\(\?[a-z]+\)/g, '').replace(/\.\?|\[[^\]]*\]\??/g, ' ').replace(/[\^$()\\?]/g, '').split('|').map((word) => word.trim()).filter(Boolean).join(', ');
}
