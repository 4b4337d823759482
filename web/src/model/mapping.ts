// What each column of a file means. The server guesses and writes a mapping; the person corrects
// single columns; only those columns move inside the mapping, so that whatever else the server put
// in it survives. docs/formats/imports.md describes the mapping's members.
import { readObject } from './address';
import type { ImportColumn, ImportPreview, Mapping } from './contract';

export const identifierMeanings = ['user_id', 'crm_id', 'email', 'phone', 'loyalty_card', 'anonymous_id', 'device_id'] as const;

export const columnMeanings: readonly string[] = [
  'timestamp', 'event', ...identifierMeanings, 'trait:name', 'trait:first_name', 'trait:last_name', 'order_id', 'sku', 'product_name', 'quantity', 'price', 'total', 'currency', 'store_id',
  'trait:city', 'trait:postal_code', 'trait:country', 'trait:birthday', 'trait:gender', 'session', 'property', 'ignore',
];

export type ColumnChoice = Record<string, string>;

/** The meaning of each column as guessed. */
export const guessedColumns = (preview: ImportPreview): ColumnChoice => Object.fromEntries(preview.columns.map((column) => [column.name, column.guess || 'property']));

/** Formats of events need no mapping: they are read as they are. */
export const needsMapping = (preview: ImportPreview): boolean => preview.mapping !== null && preview.mapping !== undefined;

export interface MappingProblem {
  kind: 'no_time' | 'nobody' | 'twice';
  meaning?: string;
}

/** One meaning for two columns cannot be loaded; a missing date or person is only worth knowing. */
export function mappingProblems(choice: ColumnChoice): MappingProblem[] {
  const meanings = Object.values(choice);
  const problems: MappingProblem[] = [];
  if (!meanings.includes('timestamp')) problems.push({ kind: 'no_time' });
  if (!identifierMeanings.some((meaning) => meanings.includes(meaning))) problems.push({ kind: 'nobody' });
  for (const meaning of new Set(meanings)) {
    if (meaning !== 'property' && meaning !== 'ignore' && meanings.filter((item) => item === meaning).length > 1) problems.push({ kind: 'twice', meaning });
  }
  return problems;
}

export const isFatal = (problem: MappingProblem): boolean => problem.kind === 'twice';

/** What every row tells: an event's name, "identify" for a list of people, null when a column says it. */
export function eventOf(mapping: Mapping): string | null {
  if (typeof mapping.event === 'string') return mapping.event;
  return readObject(mapping.event).type === 'identify' ? 'identify' : null;
}

const tables = ['identifiers', 'properties', 'traits', 'context', 'line'] as const;

const columnOf = (value: unknown): unknown => (typeof value === 'string' ? value : readObject(value).column);

function without(mapping: Mapping, column: string): Mapping {
  const next: Mapping = { ...mapping };
  if (readObject(next.time).column === column) delete next.time;
  if (readObject(next.event).column === column) next.event = 'Record Added';
  for (const table of tables) {
    if (next[table] === undefined) continue;
    next[table] = Object.fromEntries(Object.entries(readObject(next[table])).filter(([, value]) => columnOf(value) !== column));
  }
  const by = readObject(next.group).by;
  if (Array.isArray(by)) {
    const left = by.filter((name) => name !== column);
    if (left.length > 0) next.group = { ...readObject(next.group), by: left };
    else delete next.group;
  }
  return next;
}

/** "Prezzo unitario (EUR)" -> prezzo_unitario_eur */
export function memberName(column: string): string {
  return column.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '') || 'value';
}

function valueOf(column: ImportColumn, meaning: string): unknown {
  if (column.type === 'boolean') return { column: column.name, type: 'boolean' };
  if (column.type !== 'number' || ['sku', 'order_id', 'store_id'].includes(meaning)) return column.name;
  const comma = column.samples.some((sample) => /,\d{1,2}$/.test(String(sample)));
  return { column: column.name, type: 'number', decimal: comma ? 'comma' : 'automatic' };
}

function put(mapping: Mapping, table: (typeof tables)[number], name: string, value: unknown): Mapping {
  const entries = readObject(mapping[table]);
  let free = name;
  while (free in entries) free += '_2';
  return { ...mapping, [table]: { ...entries, [free]: value } };
}

function placed(mapping: Mapping, column: ImportColumn, meaning: string): Mapping {
  const value = valueOf(column, meaning);
  if (meaning === 'ignore') return mapping;
  if (meaning === 'timestamp') return { ...mapping, time: { column: column.name, format: 'automatic' } };
  if (meaning === 'event') return { ...mapping, event: { column: column.name } };
  if (meaning === 'session') return put(mapping, 'context', 'sessionId', column.name);
  if ((identifierMeanings as readonly string[]).includes(meaning)) return put(mapping, 'identifiers', meaning, column.name);
  if (meaning.startsWith('trait:')) return put(mapping, 'traits', meaning.slice('trait:'.length), value);
  const item = mapping.line === undefined ? 'properties' : 'line';
  if (meaning === 'product_name') return put(mapping, item, 'name', value);
  if (meaning === 'sku' || meaning === 'price' || meaning === 'quantity') return put(mapping, item, meaning, value);
  if (meaning === 'total') return put(mapping, 'properties', mapping.line === undefined ? 'total' : 'amount', value);
  return put(mapping, 'properties', meaning === 'property' ? memberName(column.name) : meaning, value);
}

/** How the rows are read, beside what their columns mean. */
export interface Reading {
  /** Of times without an offset. */
  timezone: string;
  dates: (typeof dateFormats)[number];
  /** Rows with the same order number are one event, and each of them one of its line items. */
  together: boolean;
}

export const dateFormats = ['automatic', 'day_month_year', 'month_day_year', 'iso', 'epoch_seconds', 'epoch_milliseconds'] as const;

export function guessedReading(preview: ImportPreview): Reading {
  const { timezone, time, group } = readObject(preview.mapping);
  const by = readObject(group).by;
  const dates = dateFormats.find((format) => format === readObject(time).format) ?? 'automatic';
  return { timezone: typeof timezone === 'string' ? timezone : '', dates, together: Array.isArray(by) && by.length > 0 };
}

/** Whether rows could be line items: an order number says which belong together, a price what each is worth. */
export function canBeLines(choice: ColumnChoice, event: string | null): boolean {
  const meanings = Object.values(choice);
  return meanings.includes('order_id') && meanings.includes('price') && !meanings.includes('event') && event !== 'identify';
}

const lineMembers = ['sku', 'name', 'price', 'quantity'];

/** With line items: what is of a row stands in `line`, and the order's total is their sum. Without: all in `properties`. */
function arranged(mapping: Mapping, by: string | null): Mapping {
  const { group, line, ...rest } = mapping;
  const properties = Object.entries(readObject(rest.properties));
  const isLine = ([name]: [string, unknown]) => lineMembers.includes(name);
  if (by === null) {
    const back = properties.map(([name, value]) => [name === 'amount' ? 'total' : name, value] as const);
    return line === undefined && group === undefined ? mapping : { ...rest, properties: { ...readObject(line), ...Object.fromEntries(line === undefined ? properties : back) } };
  }
  return {
    ...rest,
    properties: Object.fromEntries(properties.filter((entry) => !isLine(entry)).map(([name, value]) => [name === 'total' ? 'amount' : name, value])),
    line: { ...readObject(line), ...Object.fromEntries(properties.filter(isLine)) },
    group: { ...readObject(group), by: [by] },
  };
}

/** The mapping to load with: the guess, with the columns that were corrected moved. */
export function chosenMapping(preview: ImportPreview, choice: ColumnChoice, event: string | null, reading: Reading = guessedReading(preview)): Mapping {
  const guessed = readObject(preview.mapping);
  const before = guessedColumns(preview);
  const read = guessedReading(preview);
  const changed = preview.columns.filter((column) => before[column.name] !== choice[column.name]);
  const together = reading.together && canBeLines(choice, event);
  const asRead = reading.timezone === read.timezone && reading.dates === read.dates && together === read.together;
  if (changed.length === 0 && event === eventOf(guessed) && asRead) return guessed;
  let mapping = changed.reduce((current, column) => without(current, column.name), guessed);
  mapping = changed.reduce((current, column) => placed(current, column, choice[column.name] ?? 'property'), mapping);
  if (event !== null && readObject(mapping.event).column === undefined) mapping = { ...mapping, event: event === 'identify' ? { type: 'identify' } : event };
  if (reading.timezone !== read.timezone) mapping = { ...mapping, timezone: reading.timezone };
  if (mapping.time !== undefined && reading.dates !== readObject(mapping.time).format) mapping = { ...mapping, time: { ...readObject(mapping.time), format: reading.dates } };
  const order = preview.columns.find((column) => choice[column.name] === 'order_id');
  return together !== read.together || changed.length > 0 ? arranged(mapping, together && order ? order.name : null) : mapping;
}

/** A name to keep a mapping under: the same for the same source and the same meanings, so that next month's file finds it again. */
export function mappingId(source: string, mapping: Mapping): string {
  let hash = 5381;
  for (const char of JSON.stringify(mapping)) hash = (Math.imul(hash, 33) ^ char.codePointAt(0)!) >>> 0;
  return `${memberName(source)}_${hash.toString(36)}`;
}

/** Workbooks are not read: their owner saves a sheet as CSV. */
export const isSpreadsheet = (fileName: string): boolean => /\.(xlsx?|xlsm|ods|numbers)$/i.test(fileName);

/** A name for the source out of the file's: "scontrini-ottobre-2026.csv" -> "scontrini". */
export function sourceFromName(fileName: string): string {
  const stem = fileName.replace(/\.(csv|tsv|jsonl|ndjson|json|parquet|xlsx|txt|gz)/gi, '').toLowerCase();
  const words = stem.split(/[^a-z0-9à-ù]+/i).filter((word) => word !== '' && !/^\d+$/.test(word));
  return words[0] ?? 'file';
}
