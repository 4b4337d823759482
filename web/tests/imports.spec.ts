// A real file through the page: its mapping built from the first rows, progress, refused rows, and a
// second time that adds nothing.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/server';

const rows = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => `${String((i % 28) + 1).padStart(2, '0')}/10/2026 10:15;prova.${first + i}@example.it;ZZ-${first + i};${24 + (i % 70)},90;Bologna`).join('\n');

/** A till's own heads, of which the page can guess little. */
const file = (body: string) => ({
  name: 'cassa-bologna.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(`quando;chi;scontrino;importo;dove\n${body}\n`),
});

async function meaning(page: Page, column: string, value: string) {
  await page.getByRole('combobox', { name: `Significa: ${column}` }).click();
  await page.getByRole('option', { name: value, exact: true }).click();
}

async function load(page: Page, body: string): Promise<Locator> {
  await page.locator('input[type=file]').setInputFiles(file(body));
  await expect(page.getByRole('heading', { name: 'Che cosa c’è nel file' })).toBeVisible();
  await meaning(page, 'quando', 'Data e ora');
  await meaning(page, 'chi', 'E-mail');
  await meaning(page, 'scontrino', 'Numero d’ordine o scontrino');
  await meaning(page, 'importo', 'Totale');
  await meaning(page, 'dove', 'Negozio');
  await page.getByRole('combobox', { name: 'Ogni riga racconta' }).click();
  await page.getByRole('option', { name: 'Scontrino emesso' }).click();
  const started = page.waitForResponse((response) => response.url().includes('/api/imports?') && response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Carica il file' }).click();
  const { id } = (await (await started).json()) as { id: string };
  const job = page.locator(`[data-import="${id}"]`);
  await expect(job).toContainText('Fatto', { timeout: 30_000 });
  return job;
}

const countOf = async (page: Page): Promise<number> => ((await (await page.request.get('/api/health')).json()) as { events: number }).events;

test('a file is mapped by hand, loaded, its bad rows handed back; again, it adds nothing', async ({ page }) => {
  const body = `${rows(1, 300)}\nnon è una data;prova.1@example.it;ZZ-9001;10,00;Bologna`;
  await page.goto('/importa');
  const before = await countOf(page);
  const job = await load(page, body);
  await expect(job).toContainText('301 righe');
  await expect(job).toContainText('300 nuovi');
  await expect(job).toContainText('1 rifiutati');
  expect(await countOf(page)).toBe(before + 300);

  const download = page.waitForEvent('download');
  await job.getByRole('link', { name: 'Scarica i rifiutati' }).click();
  const refused = await (await download).createReadStream();
  let text = '';
  for await (const chunk of refused) text += String(chunk);
  expect(text).toContain('non è una data');

  const again = await load(page, body);
  await expect(again).toContainText('0 nuovi');
  await expect(again).toContainText('300 già presenti');
  expect(await countOf(page)).toBe(before + 300);

  // The people of the file are customers now.
  await page.goto('/clienti?search=prova.7@example.it');
  await page.getByRole('link', { name: 'prova.7', exact: true }).click();
  await expect(page.getByText('Scontrino emesso').first()).toBeVisible();
  await expect(page.getByText('30,90 EUR').first()).toBeVisible();
});

test('a file that is none is refused in words, and another can be chosen', { tag: '@long' }, async ({ page }) => {
  await page.goto('/importa');
  await page.locator('input[type=file]').setInputFiles({ name: 'vuoto.csv', mimeType: 'text/csv', buffer: Buffer.from('') });
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Scegli un file' })).toBeVisible();
});

test('one meaning for two columns cannot be loaded', { tag: '@long' }, async ({ page }) => {
  await page.goto('/importa');
  await page.locator('input[type=file]').setInputFiles(file(rows(1, 3)));
  await meaning(page, 'chi', 'E-mail');
  await meaning(page, 'dove', 'E-mail');
  await expect(page.getByText('«E-mail» è indicato per più colonne')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Carica il file' })).toBeDisabled();
});

test('rows of one receipt become one purchase with its articles, by the clock of the shop', { tag: '@long' }, async ({ page }) => {
  test.setTimeout(60_000);
  const receipts = Array.from({ length: 20 }, (_, i) => [0, 1, 2].map((line) => `01/${String((i % 9) + 1).padStart(2, '0')}/2026 23:30;riga.${i}@example.it;RIGHE-${i};ART-${line};${line + 1};10,50`)).flat();
  await page.goto('/importa');
  const before = await countOf(page);
  await page.locator('input[type=file]').setInputFiles({ name: 'righe.csv', mimeType: 'text/csv', buffer: Buffer.from(`quando;chi;doc;art;pz;eur\n${receipts.join('\n')}\n`) });
  for (const [column, value] of Object.entries({ quando: 'Data e ora', chi: 'E-mail', doc: 'Numero d’ordine o scontrino', art: 'Codice articolo', pz: 'Quantità', eur: 'Prezzo' })) await meaning(page, column, value);
  await page.getByRole('combobox', { name: 'Ogni riga racconta' }).click();
  await page.getByRole('option', { name: 'Scontrino emesso' }).click();
  await page.getByRole('combobox', { name: 'Le date sono scritte' }).click();
  await page.getByRole('option', { name: 'Mese, giorno, anno' }).click();
  await page.getByRole('combobox', { name: 'Con l’ora di' }).fill('New York');
  await page.getByRole('option', { name: 'America/New York' }).click();
  await page.getByRole('switch', { name: 'Le righe con lo stesso numero d’ordine sono un acquisto solo' }).click({ force: true });
  const started = page.waitForResponse((response) => response.url().includes('/api/imports?') && response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Carica il file' }).click();
  const { id } = (await (await started).json()) as { id: string };
  const job = page.locator(`[data-import="${id}"]`);
  await expect(job).toContainText('Fatto', { timeout: 30_000 });
  await expect(job).toContainText('60 righe');
  expect(await countOf(page)).toBe(before + 20);
  const { events } = (await (await page.request.get('/api/customers/email:riga.4@example.it/timeline')).json()) as { events: { timestamp: string; value: number; properties: { products: unknown[] } }[] };
  expect(events).toHaveLength(1);
  expect(events[0]!.value).toBeCloseTo(63, 6);
  expect(events[0]!.properties.products).toHaveLength(3);
  expect(events[0]!.timestamp.slice(0, 16)).toBe('2026-01-06T04:30');
});

test('a large Parquet table is looked at whole; a spreadsheet is told from a table', { tag: '@long' }, async ({ page }) => {
  // Larger than what is looked at of other files: nothing reads what lies between the columns and the table of contents at the end.
  const table = await (await page.request.get('/api/export/events?format=parquet')).body();
  const contents = table.length - 8 - table.readUInt32LE(table.length - 8);
  const large = Buffer.concat([table.subarray(0, contents), Buffer.alloc(2_000_000), table.subarray(contents)]);
  await page.goto('/importa');
  await page.locator('input[type=file]').setInputFiles({ name: 'eventi.parquet', mimeType: 'application/octet-stream', buffer: large });
  await expect(page.getByRole('heading', { name: 'Che cosa c’è nel file' })).toBeVisible();
  await page.getByRole('button', { name: 'Scegli un altro file' }).click();
  await page.locator('input[type=file]').setInputFiles({ name: 'clienti.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('PK') });
  await expect(page.getByRole('alert')).toContainText('foglio di calcolo');
  await expect(page.getByRole('button', { name: 'Scegli un file' })).toBeVisible();
});

/** A log as its standard writes it: two cases, of two events and of one. */
const log = `<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
${[['Pratica 1', 'Ricevuta', 'Chiusa'], ['Pratica 2', 'Ricevuta']].map(([name, ...steps]) => `<trace><string key="concept:name" value="${name}"/>${steps.map((step, i) => `<event><string key="concept:name" value="${step}"/><date key="time:timestamp" value="2026-10-0${i + 1}T08:00:00+02:00"/></event>`).join('')}</trace>`).join('\n')}
</log>`;

test('an event log of a process (XES) loads as it is', { tag: '@long' }, async ({ page }) => {
  await page.goto('/importa');
  const before = await countOf(page);
  await page.locator('input[type=file]').setInputFiles({ name: 'pratiche.xes', mimeType: 'application/xml', buffer: Buffer.from(log) });
  await expect(page.getByRole('combobox', { name: 'Che tipo di file è' })).toHaveValue('Registro di eventi (XES)');
  const started = page.waitForResponse((response) => response.url().includes('/api/imports?') && response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Carica il file' }).click();
  const { id } = (await (await started).json()) as { id: string };
  await expect(page.locator(`[data-import="${id}"]`)).toContainText('3 nuovi', { timeout: 30_000 });
  expect(await countOf(page)).toBe(before + 3);
});
