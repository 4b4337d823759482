// Search finds a person by any part of the name; the profile tells the story and why it is one person.
import { expect, test } from './support/server';

test('search finds a person, and the profile opens', async ({ page }) => {
  await page.goto('/clienti');
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows.nth(1)).toBeVisible();
  const answer = (await (await page.request.get('/api/customers?limit=50')).json()) as { customers: { name: string | null; customer_id: string }[] };
  const person = answer.customers.find((customer) => customer.name && customer.name.includes(' '))!;
  expect(person, 'the demo names its people').toBeTruthy();
  const surname = person.name!.split(' ').pop()!;
  await page.getByRole('searchbox', { name: 'Cerca un cliente' }).fill(surname.slice(0, Math.max(3, surname.length - 1)));
  await expect(page).toHaveURL(/search=/);
  await expect(page.getByRole('link', { name: new RegExp(surname) }).first()).toBeVisible();
  await page.getByRole('searchbox').fill('qwertyuiop-nessuno');
  await expect(page.getByText('Nessuno corrisponde')).toBeVisible();

  await page.goto(`/clienti/${person.customer_id}`);
  await expect(page.getByRole('heading', { level: 1, name: person.name! })).toBeVisible();
  await expect(page.locator('time').first()).toBeVisible();
  await page.getByRole('tab', { name: 'Perché sono la stessa persona' }).click();
  await expect(page).toHaveURL(/vista=identita/);
  await expect(page.getByRole('img', { name: /Disegno dei legami/ })).toBeVisible();
});

test('undo asks before it takes a link apart', async ({ page }) => {
  await page.goto('/clienti');
  const answer = (await (await page.request.get('/api/customers?limit=50')).json()) as { customers: { identifiers: unknown[]; customer_id: string }[] };
  const joined = answer.customers.find((customer) => customer.identifiers.length > 2)!;
  expect(joined, 'the demo joins identifiers').toBeTruthy();
  await page.goto(`/clienti/${joined.customer_id}?vista=identita`);
  await page.getByRole('button', { name: 'Sciogli il legame' }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('due persone');
  await dialog.getByRole('button', { name: 'Annulla' }).click();
  await expect(dialog).toBeHidden();
});
