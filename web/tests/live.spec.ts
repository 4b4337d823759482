// What arrives is seen arriving; what is refused is seen with its reason.
import { layoutProblems } from './support/layout';
import { expect, test } from './support/server';

test('an event sent now appears, with the way to its person; a refused one says why', async ({ page }) => {
  await page.goto('/dal-vivo');
  await expect(page.getByText('Collegato')).toBeVisible();
  const { keys } = (await (await page.request.get('/api/keys')).json()) as { keys: { kind: string; key: string }[] };
  const key = keys.find((item) => item.kind === 'write')!.key;
  const headers = { Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` };
  const email = `dal.vivo.${Date.now()}@example.it`;
  const sent = await page.request.post('/v1/track', { headers, data: { userId: `live-${Date.now()}`, event: 'Wishlist Product Added to Cart', context: { traits: { email } } } });
  expect(sent.ok()).toBe(true);
  const row = page.getByRole('listitem').filter({ hasText: 'Dai desideri al carrello' }).first();
  await expect(row).toBeVisible();
  await page.request.post('/v1/track', { headers, data: { userId: 'live-2' }, failOnStatusCode: false });
  const refused = page.getByRole('listitem').filter({ hasText: /event/ }).last();
  await expect(refused).toBeVisible();
  await expect(page.getByText('Nessun evento rifiutato')).toBeHidden();
  expect(await layoutProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Ferma' }).click();
  await page.getByRole('button', { name: 'Riprendi' }).click();
  await expect(page.getByRole('button', { name: 'Ferma' })).toBeVisible();
  await row.getByRole('link', { name: 'Vedi la persona' }).click();
  await expect(page.getByText(email).first()).toBeVisible();
});
