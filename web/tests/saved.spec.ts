// Reports are saved under a name, reopened with their question, put on a dashboard, and deleted; a note on a day is
// kept by the server and stands on the trend.
import { settled } from './support/layout';
import { expect, test } from './support/server';

const ours = { headers: { 'X-Viaggio': '1' } };

test('a report is saved, stands alive on a dashboard, opens with its question, and leaves both when deleted', async ({ page }) => {
  test.setTimeout(60_000);
  await page.goto('/attribuzione?q=%7B%22lookback%22%3A%2290d%22%7D');
  await page.locator('[data-report]').getByRole('button', { name: 'Salva', exact: true }).click();
  await page.getByLabel('Nome del report').fill('Da novanta giorni');
  const made = page.waitForResponse((response) => response.url().endsWith('/api/reports') && response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Salva il report' }).click();
  const { id } = (await (await made).json()) as { id: string };
  await expect(page.getByLabel('Nome del report')).toBeHidden();

  await page.goto('/cruscotti');
  await page.getByLabel('Nome del cruscotto').fill('Del lunedì');
  await page.getByRole('button', { name: 'Crea', exact: true }).click();
  await page.getByRole('combobox', { name: 'Aggiungi un report' }).click();
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/query/attribution') && response.ok());
  await page.getByRole('option', { name: 'Da novanta giorni' }).click();
  expect(((await answered).request().postDataJSON() as { lookback: string }).lookback).toBe('90d');
  const tile = page.locator(`[data-tile="${id}"]`);
  await expect(tile.locator('[data-headline]')).not.toBeEmpty();
  await expect(tile.locator('svg[role=img]')).toBeVisible();

  await tile.getByRole('link', { name: 'Da novanta giorni' }).click();
  await expect(page).toHaveURL(/\/attribuzione\?q=.*90d/);
  await page.goto('/report');
  const row = page.locator(`[data-saved="${id}"]`);
  await row.getByRole('button', { name: 'Rinomina «Da novanta giorni»' }).click();
  await row.getByLabel('Nome nuovo').fill('Novanta');
  await row.getByRole('button', { name: 'Salva', exact: true }).click();
  await expect(row.getByRole('link', { name: 'Novanta' })).toBeVisible();
  await row.getByRole('button', { name: 'Elimina «Novanta»' }).click();
  await row.getByRole('button', { name: 'Elimina', exact: true }).click();
  await expect(row).toHaveCount(0);
  const { dashboards } = (await (await page.request.get('/api/dashboards')).json()) as { dashboards: { id: string; reports: string[] }[] };
  expect(dashboards.flatMap(({ reports }) => reports)).not.toContain(id);
  for (const one of dashboards) await page.request.delete(`/api/dashboards/${one.id}`, ours);
});

test('a note on a day is kept, stands in the table of the trend, and goes', { tag: '@long' }, async ({ page }) => {
  await page.goto('/andamenti');
  await settled(page);
  const notes = page.getByRole('list', { name: 'Note' });
  await page.getByLabel('Che cosa è successo').fill('Spot in radio');
  await page.getByRole('button', { name: 'Aggiungi la nota' }).click();
  await expect(notes.getByText('Spot in radio')).toBeVisible();
  await page.reload();
  await expect(notes.getByText('Spot in radio')).toBeVisible();
  await expect(page.getByRole('table', { name: 'Tutti i numeri' })).toContainText('Spot in radio');
  await notes.getByRole('button', { name: 'Togli la nota «Spot in radio»' }).click();
  await expect(notes.getByText('Spot in radio')).toHaveCount(0);
  await expect.poll(async () => ((await (await page.request.get('/api/annotations')).json()) as { annotations: unknown[] }).annotations).toEqual([]);
});
