// From the demo to one's own data: one click, an empty and inviting home, and the way back.
import { expect, test } from './support/server';

test('"Inizia con i tuoi dati" opens an empty workspace, and the switch leads back', async ({ page }) => {
  const session = (await (await page.request.get('/api/session')).json()) as { workspace: { id: string; name: string; demo: boolean } };
  test.skip(!session.workspace.demo, 'no demo is open');
  await page.goto('/clienti');
  try {
    await page.getByRole('button', { name: 'Inizia con i tuoi dati' }).click();
    await expect(page.getByText('DEMO', { exact: true })).toBeHidden();
    await expect(page).toHaveURL(/\/$/);
    await page.goto('/clienti');
    await expect(page.getByRole('heading', { name: 'Qui troverai i tuoi clienti' })).toBeVisible();
    await page.getByRole('link', { name: 'Carica un file' }).click();
    await expect(page).toHaveURL(/\/importa/);
    await page.getByRole('button', { name: /Cambia spazio di lavoro/ }).click();
    await page.getByRole('menuitem', { name: new RegExp(session.workspace.name) }).click();
    await expect(page.getByText('DEMO', { exact: true })).toBeVisible();
  } finally {
    await page.request.post(`/api/workspaces/${session.workspace.id}/open`, { data: {}, headers: { 'X-Viaggio': '1' } });
  }
});
