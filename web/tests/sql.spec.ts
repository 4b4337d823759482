// The SQL page asks the program: every example answers, an error stands with its text, the address brings the question back.
import { settled } from './support/layout';
import { expect, sidewaysScroll, test } from './support/server';

interface Answer {
  columns: { name: string }[];
  rows: (string | number | null)[][];
}

const isSql = (response: { url(): string; request(): { method(): string } }) => response.url().endsWith('/api/sql') && response.request().method() === 'POST';

test('examples answer with the rows of the API, also by keyboard and by address', async ({ page }) => {
  await page.goto('/sql');
  await expect(page.getByText('customer_id').first()).toBeVisible();
  const answered = page.waitForResponse(isSql);
  await page.getByRole('button', { name: 'Fatturato per canale' }).click();
  const answer = (await (await answered).json()) as Answer;
  expect(answer.rows.length).toBeGreaterThan(3);
  await settled(page);
  const table = page.getByRole('table', { name: 'Risultato' });
  await expect(table.getByRole('row')).toHaveCount(answer.rows.length + 1);
  await expect(table.getByRole('row').nth(1)).toContainText(String(answer.rows[0]![1]));

  const counted = page.waitForResponse(isSql);
  await page.getByRole('textbox', { name: 'Domanda in SQL' }).fill('SELECT count(*) AS quanti FROM events');
  await page.keyboard.press('Control+Enter');
  const count = (await (await counted).json()) as Answer;
  await expect(table.getByRole('columnheader')).toHaveText(/quanti/);
  await expect(table.getByRole('cell')).toHaveText(String(count.rows[0]![0]));

  const again = page.waitForResponse(isSql);
  await page.reload();
  expect(((await (await again).json()) as Answer).columns[0]!.name).toBe('quanti');
});

test('what cannot be asked says why, and nothing overflows a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/sql?q=SELEKT');
  await expect(page.getByRole('alert')).toContainText('SELEKT');
  await page.getByRole('textbox', { name: 'Domanda in SQL' }).fill('DROP VIEW events');
  const refused = page.waitForResponse(isSql);
  await page.getByRole('button', { name: 'Esegui' }).click();
  expect((await refused).status()).toBe(400);
  await expect(page.getByRole('alert')).not.toContainText('SELEKT');
  expect(await sidewaysScroll(page)).toBe(0);
});

test('every example is sound', { tag: '@long' }, async ({ page }) => {
  await page.goto('/sql');
  for (const name of ['Fatturato per canale', 'Clienti attivi per mese', 'Ordini per ora del giorno', 'Che cosa guarda chi poi compra']) {
    const answered = page.waitForResponse(isSql);
    await page.getByRole('button', { name }).click();
    const response = await answered;
    expect(response.status(), name).toBe(200);
    expect(((await response.json()) as Answer).rows.length, name).toBeGreaterThan(0);
  }
});

test('a report hands its question over as SQL, which gives its numbers; where there is none it says so', async ({ page }) => {
  const edges = page.waitForResponse((response) => response.url().endsWith('/api/query/transitions') && response.ok());
  await page.goto('/transizioni');
  const { edges: told } = (await (await edges).json()) as { edges: { transitions: number }[] };
  await settled(page);
  await page.getByRole('button', { name: 'SQL equivalente' }).click();
  await expect(page).toHaveURL(/\/sql$/);
  await expect(page.getByRole('textbox', { name: 'Domanda in SQL' })).toHaveValue(/SELECT/);
  const answered = page.waitForResponse(isSql);
  await page.getByRole('button', { name: 'Esegui' }).click();
  const { columns, rows } = (await (await answered).json()) as Answer;
  const place = columns.findIndex(({ name }) => name === 'transitions');
  const most = Math.max(...rows.map((row) => Number(row[place])));
  expect(most).toBe(Math.max(...told.map(({ transitions }) => transitions)));

  await page.goto('/percorsi');
  await settled(page);
  await page.getByRole('button', { name: 'SQL equivalente' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'SQL' })).toBeVisible();
  await expect(page).toHaveURL(/percorsi/);
});
