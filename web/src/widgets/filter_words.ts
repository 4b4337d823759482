// Filters told as people say them: "Evento è uno fra Ordine concluso, Scontrino emesso".
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { defineTexts } from '@/base/i18n';
import type { Filter } from '@/model/contract';
import { eventsLike, isFieldFilter, needsValue, readPattern } from '@/model/filters';
import { useKnownVocabulary, useWords } from './use_words';

export const filterTexts = defineTexts(
  'filters',
  {
    add: 'Aggiungi un filtro', field: 'Campo', op: 'Confronto', value: 'Valore', choose: 'Scegli…', remove: 'Togli questo filtro',
    ops: {
      eq: 'è', neq: 'non è', in: 'è uno fra', not_in: 'non è fra', contains: 'contiene', not_contains: 'non contiene', starts_with: 'comincia con', regex: 'segue lo schema',
      gt: 'più di', gte: 'almeno', lt: 'meno di', lte: 'al massimo', exists: 'c’è', not_exists: 'manca',
    },
    or: 'oppure', and: 'e', like: 'somiglia a', anyOf: 'Ne basta una', addOr: 'oppure…', addAny: 'Più possibilità',
  },
  {
    add: 'Add a filter', field: 'Field', op: 'Comparison', value: 'Value', choose: 'Choose…', remove: 'Remove this filter',
    ops: {
      eq: 'is', neq: 'is not', in: 'is one of', not_in: 'is none of', contains: 'contains', not_contains: 'does not contain', starts_with: 'starts with', regex: 'matches the pattern',
      gt: 'more than', gte: 'at least', lt: 'less than', lte: 'at most', exists: 'is present', not_exists: 'is missing',
    },
    or: 'or', and: 'and', like: 'is like', anyOf: 'One of these is enough', addOr: 'or…', addAny: 'Several possibilities',
  },
);

/** One sentence for a list of filters, all of which must hold. */
export function useFilterWords(): (filters: Filter[]) => string {
  const { t } = useTranslation(filterTexts);
  const words = useWords();
  const vocabulary = useKnownVocabulary();
  return useCallback(
    (filters) => {
      const one = (filter: Filter): string => {
        if (!isFieldFilter(filter)) return filter.any.map(one).join(` ${t('or')} `);
        const { field, op, value } = filter;
        const values = (Array.isArray(value) ? value : [value]).map((item) => words.value(field, item));
        const named = field === 'name' && typeof value === 'string' ? eventsLike(vocabulary, op, value).map(words.event) : [];
        if (named.length > 0) return [words.field(field), t(named.length === 1 ? 'ops.eq' : 'ops.in'), named.join(', ')].join(' ');
        // One of one is that one.
        const said = values.length === 1 && op === 'in' ? 'eq' : values.length === 1 && op === 'not_in' ? 'neq' : op;
        const told = op === 'regex' ? values.map(readPattern) : values;
        return [words.field(field), t(op === 'regex' ? 'like' : `ops.${said}`), ...(needsValue(op) ? [told.join(', ')] : [])].join(' ');
      };
      return filters.map(one).join(` ${t('and')} `);
    },
    [t, words, vocabulary],
  );
}
