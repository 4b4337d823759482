// Saved reports: a page and its question under a name. Opening one is following its address.
import { writeAddress } from './address';
import type { SavedReport } from './contract';

export type ReportPage = SavedReport['page'];

/** Where the page of a report lives. */
export const pathOf: Record<ReportPage, string> = {
  map: '/', funnel: '/funnel', trends: '/andamenti', stages: '/fasi', transitions: '/transizioni', paths: '/percorsi', value: '/valore', variants: '/varianti', retention: '/ritorni', attribution: '/attribuzione', sql: '/sql',
};

/** What the page is called in the shared texts. */
export const navOf: Record<ReportPage, string> = {
  map: 'nav.map', funnel: 'nav.funnel', trends: 'nav.trends', stages: 'nav.stages', transitions: 'nav.transitions', paths: 'nav.paths', value: 'nav.value', variants: 'nav.variants', retention: 'nav.retention', attribution: 'nav.attribution', sql: 'nav.sql',
};

/** What is kept of a page's question: whose list is open is nobody's report. */
export const keptQuestion = (form: object): Record<string, unknown> => Object.fromEntries(Object.entries(form).filter(([member]) => member !== 'people'));

/** The address that asks the question of a report. SQL stands in it as it was typed. */
export function addressOf({ page, question }: Pick<SavedReport, 'page' | 'question'>): string {
  const text = page === 'sql' ? String(question.query ?? '') : writeAddress(question);
  return `${pathOf[page]}?${new URLSearchParams({ q: text }).toString()}`;
}

/** The list with one member moved by a place; the same list when it cannot be. */
export function placed<T>(list: T[], at: number, by: -1 | 1): T[] {
  const to = at + by;
  if (at < 0 || at >= list.length || to < 0 || to >= list.length) return list;
  const copy = [...list];
  [copy[at], copy[to]] = [copy[to]!, copy[at]!];
  return copy;
}
