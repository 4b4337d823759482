// Language and theme change at once and stay; rules show what they would change before they are saved;
// stage models and keys.
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

test('dark on demand, and it stays', async ({ page }) => {
  await page.goto('/clienti');
  await page.getByRole('button', { name: 'Cambia tema' }).first().click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('a rule shows what it would change in the last events before it is saved, and saving keeps it', async ({ page }) => {
  await page.goto('/impostazioni/contatti');
  await expect(page.getByText('Nessuno degli ultimi eventi cambia.')).toBeVisible();
  await page.getByRole('button', { name: 'Aggiungi una regola' }).click();
  await page.getByRole('combobox', { name: 'Valore', exact: true }).click();
  await page.getByRole('option', { name: 'Pagina vista' }).click();
  await page.keyboard.press('Escape');
  const previewed = page.waitForResponse((response) => response.url().endsWith('/api/touchpoints/preview') && response.ok());
  await page.getByRole('combobox', { name: 'allora è' }).click();
  await page.getByRole('option', { name: 'QR e cartoline' }).click();
  await previewed;
  const verdict = page.getByRole('status').filter({ hasText: 'su 1.000' });
  await expect(verdict).toBeVisible();
  const said = Number(/\d[\d.]*/.exec(await verdict.innerText())![0].replaceAll('.', ''));
  expect(said).toBeGreaterThan(0);
  await expect(page.locator('[data-changed="true"]')).toHaveCount(Math.min(200, said));
  await expect(page.locator('[data-changed="true"]').first()).toContainText('QR e cartoline');

  await page.getByRole('button', { name: 'Salva' }).click();
  await expect(page.getByText('Tutta la storia è stata riletta')).toBeVisible();
  await page.reload();
  await expect(page.locator('[data-rule="1"]')).toContainText('Pagina vista');
  await page.getByRole('button', { name: 'Togli la regola 1', exact: true }).click();
  await page.getByRole('button', { name: 'Salva' }).click();
  await expect(page.getByText('Nessuno degli ultimi eventi cambia.')).toBeVisible();
});

test('a stage nobody could enter is not saved; a renamed one is, and is called so everywhere', async ({ page }) => {
  await page.goto('/impostazioni/fasi');
  await page.getByRole('button', { name: 'Aggiungi una fase' }).click();
  await expect(page.getByText('Nessuno potrà entrare')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Salva' })).toBeDisabled();
  await page.getByRole('button', { name: 'Togli la fase Nuova fase' }).click();

  await page.getByRole('button', { name: /^Advocacy/ }).click();
  await page.getByRole('textbox', { name: 'Nome in italiano' }).fill('Passaparola felice');
  await page.getByRole('button', { name: 'Salva' }).click();
  await expect(page.getByText('Tutta la storia è stata riletta')).toBeVisible();
  await page.goto('/fasi');
  await expect(page.getByText('Passaparola felice').first()).toBeVisible();
  await page.goto('/impostazioni/fasi');
  await page.getByRole('button', { name: /^Passaparola felice/ }).click();
  await page.getByRole('textbox', { name: 'Nome in italiano' }).fill('Advocacy');
  await page.getByRole('button', { name: 'Salva' }).click();
  await expect(page.getByRole('button', { name: 'Salva' })).toBeDisabled();
});

test('a key is shown once', async ({ page }) => {
  await page.goto('/impostazioni/chiavi');
  await page.getByRole('textbox', { name: 'A che cosa serve' }).fill('cassa di prova');
  const made = page.waitForResponse((response) => response.url().endsWith('/api/keys') && response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Crea', exact: true }).click();
  const { key } = (await (await made).json()) as { key: string };
  expect(key).toMatch(/^c[a-z0-9]{24}$/);
  await expect(page.getByText(key).first()).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'cassa di prova' })).toBeVisible();
});
