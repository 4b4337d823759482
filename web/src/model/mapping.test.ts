import { describe, expect, it } from 'vitest';
import type { ImportPreview } from './contract';
import { canBeLines, chosenMapping, eventOf, guessedColumns, guessedReading, isFatal, isSpreadsheet, mappingId, mappingProblems, memberName, needsMapping, sourceFromName } from './mapping';

const column = (name: string, guess: string, type = 'text', samples: string[] = []) => ({ name, type, samples, guess });
const preview: ImportPreview = {
  format: 'csv',
  rows: [],
  columns: [column('data', 'timestamp', 'timestamp'), column('tel', 'phone'), column('scontrino', 'order_id'), column('importo', 'total', 'number', ['24,90']), column('note', 'property')],
  mapping: {
    source: 'cassa', format: 'csv', table: { separator: ';' }, time: { column: 'data', format: 'day_month_year' }, event: 'Receipt Issued', identifiers: { phone: 'tel' },
    properties: { order_id: 'scontrino', total: { column: 'importo', type: 'number', decimal: 'comma' }, note: 'note' },
  },
};
const guessed = guessedColumns(preview);

describe('a corrected column moves, and nothing else does', () => {
  it('no change leaves the guess', () => expect(chosenMapping(preview, guessed, 'Receipt Issued')).toEqual(preview.mapping));
  it('from property to identifier', () => {
    expect(chosenMapping(preview, { ...guessed, note: 'loyalty_card' }, 'Receipt Issued')).toEqual({
      ...preview.mapping, identifiers: { phone: 'tel', loyalty_card: 'note' }, properties: { order_id: 'scontrino', total: { column: 'importo', type: 'number', decimal: 'comma' } },
    });
  });
  it('to nothing at all', () => {
    const mapping = chosenMapping(preview, { ...guessed, tel: 'ignore', data: 'ignore' }, 'Receipt Issued');
    expect(mapping.identifiers).toEqual({});
    expect(mapping.time).toBeUndefined();
  });
  it('a number keeps its comma, a code stays text', () => {
    const mapping = chosenMapping(preview, { ...guessed, importo: 'price', note: 'sku' }, 'Receipt Issued');
    expect(mapping.properties).toEqual({ order_id: 'scontrino', price: { column: 'importo', type: 'number', decimal: 'comma' }, sku: 'note' });
  });
  it('two columns swap their meanings', () => {
    const mapping = chosenMapping(preview, { ...guessed, tel: 'order_id', scontrino: 'phone' }, 'Receipt Issued');
    expect(mapping.identifiers).toEqual({ phone: 'scontrino' });
    expect(mapping.properties).toMatchObject({ order_id: 'tel' });
  });
  it('what a row tells can be chosen, unless a column says it', () => {
    expect(chosenMapping(preview, guessed, 'Order Completed').event).toBe('Order Completed');
    expect(chosenMapping(preview, guessed, 'identify').event).toEqual({ type: 'identify' });
    expect(chosenMapping(preview, { ...guessed, note: 'event' }, 'Order Completed').event).toEqual({ column: 'note' });
    expect(eventOf({ event: { type: 'identify' } })).toBe('identify');
  });
});

it('problems: twice is fatal, a missing date or person is not', () => {
  expect(mappingProblems(guessed)).toEqual([]);
  expect(mappingProblems({ a: 'property' }).map((problem) => [problem.kind, isFatal(problem)])).toEqual([['no_time', false], ['nobody', false]]);
  expect(mappingProblems({ a: 'timestamp', b: 'timestamp', c: 'phone', d: 'property', e: 'property' })).toEqual([{ kind: 'twice', meaning: 'timestamp' }]);
  expect(isFatal({ kind: 'twice' })).toBe(true);
});

it('names', () => {
  expect(memberName('Prezzo unitario (€)')).toBe('prezzo_unitario');
  expect(sourceFromName('Scontrini-ottobre-2026.csv.gz')).toBe('scontrini');
  expect(sourceFromName('2026.csv')).toBe('file');
  expect(needsMapping({ ...preview, mapping: null as unknown as Record<string, never> })).toBe(false);
});

it('the same meanings of the same source keep one name', () => {
  expect(mappingId('Cassa Bologna', { a: 1 })).toMatch(/^cassa_bologna_[0-9a-z]+$/);
  expect(mappingId('cassa', { a: 1 })).toBe(mappingId('cassa', { a: 1 }));
  expect(mappingId('cassa', { a: 2 })).not.toBe(mappingId('cassa', { a: 1 }));
});

describe('rows that belong together', () => {
  const columns = [column('quando', 'timestamp', 'timestamp'), column('doc', 'property'), column('art', 'property'), column('pz', 'property', 'number', ['2']), column('eur', 'property', 'number', ['9,90']), column('tot', 'total', 'number', ['19,80'])];
  const till: ImportPreview = { format: 'csv', rows: [], columns, mapping: { source: 'cassa', timezone: 'Europe/Rome', time: { column: 'quando', format: 'day_month_year' }, event: 'Receipt Issued', properties: { doc: 'doc', art: 'art', pz: 'pz', eur: 'eur', total: 'tot' } } };
  const choice = { quando: 'timestamp', doc: 'order_id', art: 'sku', pz: 'quantity', eur: 'price', tot: 'total' };
  const read = guessedReading(till);
  it('are line items of one event, whose total is their sum', () => {
    expect(read).toEqual({ timezone: 'Europe/Rome', dates: 'day_month_year', together: false });
    const mapping = chosenMapping(till, choice, 'Receipt Issued', { ...read, together: true });
    expect(mapping.group).toEqual({ by: ['doc'] });
    expect(mapping.line).toEqual({ sku: 'art', quantity: { column: 'pz', type: 'number', decimal: 'automatic' }, price: { column: 'eur', type: 'number', decimal: 'comma' } });
    expect(mapping.properties).toEqual({ order_id: 'doc', amount: 'tot' });
  });
  it('stand alone again when the switch is off', () => {
    const together = { ...till, mapping: chosenMapping(till, choice, 'Receipt Issued', { ...read, together: true }) as never, columns: columns.map((item) => ({ ...item, guess: choice[item.name as keyof typeof choice] })) };
    const mapping = chosenMapping(together, choice, 'Receipt Issued', { ...guessedReading(together), together: false });
    expect(mapping.group).toBeUndefined();
    expect(mapping.line).toBeUndefined();
    expect(mapping.properties).toMatchObject({ order_id: 'doc', sku: 'art', total: 'tot' });
  });
  it('only where an order number and a price say so', () => {
    expect(canBeLines(choice, 'Receipt Issued')).toBe(true);
    expect(canBeLines({ ...choice, eur: 'ignore' }, 'Receipt Issued')).toBe(false);
    expect(canBeLines(choice, 'identify')).toBe(false);
    expect(chosenMapping(till, { ...choice, eur: 'ignore' }, 'Receipt Issued', { ...read, together: true }).group).toBeUndefined();
  });
  it('the clock and the order of day and month are the chosen ones', () => {
    const mapping = chosenMapping(till, guessedColumns(till), 'Receipt Issued', { ...read, timezone: 'America/New_York', dates: 'month_day_year' });
    expect(mapping).toEqual({ ...till.mapping, timezone: 'America/New_York', time: { column: 'quando', format: 'month_day_year' } });
  });
});

it('workbooks are told from tables', () => {
  expect(['a.xlsx', 'B.XLS', 'c.ods'].every(isSpreadsheet)).toBe(true);
  expect(['a.csv', 'xls.csv.gz', 'c.parquet'].some(isSpreadsheet)).toBe(false);
});
