// Language and theme change at once and stay.
import { expect, test } from './support/server';

test('English on demand, in words and numbers, and it stays', async ({ page }) => {
  await page.goto('/impostazioni');
  await page.getByRole('combobox', { name: 'Lingua' }).click();
  await page.getByRole('option', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.goto('/clienti');
  await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
});

test('dark on demand', async ({ page }) => {
  await page.goto('/clienti');
  await page.getByRole('button', { name: 'Cambia tema' }).first().click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('a stage nobody could enter is not saved', async ({ page }) => {
  await page.goto('/impostazioni/fasi');
  await page.getByRole('button', { name: 'Aggiungi una fase' }).click();
  await expect(page.getByText('Nessuno potrà entrare')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Salva' })).toBeDisabled();
});
