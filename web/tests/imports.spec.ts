// A small real file: dropped, understood, loaded; the second time it adds nothing.
import { expect, test } from './support/server';

const file = {
  name: 'scontrini-prova.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(
    'data;email;scontrino;totale;negozio\n' +
      '2026-10-01 10:15:00;prova.uno@example.it;P-1001;24,90;bologna\n' +
      '2026-10-02 17:40:00;prova.due@example.it;P-1002;119,00;parma\n' +
      '2026-10-03 12:05:00;prova.uno@example.it;P-1003;8,50;bologna\n',
  ),
};

test('a file is looked at before it is loaded, and progress ends in a result', async ({ page }) => {
  await page.goto('/importa');
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(page.getByRole('heading', { name: 'Che cosa c’è nel file' })).toBeVisible();
  await expect(page.getByText('totale', { exact: true })).toBeVisible();
  await expect(page.getByText('prova.uno@example.it').first()).toBeVisible();
  await page.getByRole('button', { name: 'Carica il file' }).click();
  await expect(page.getByRole('heading', { name: 'I file caricati' })).toBeVisible();
  const job = page.getByRole('listitem').filter({ hasText: 'scontrini-prova.csv' }).first();
  await expect(job).toContainText('Fatto', { timeout: 30_000 });
  await expect(job).toContainText('righe');
});
