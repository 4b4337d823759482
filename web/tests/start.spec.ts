// From the demo to one's own data: one click, an empty workspace whose pages invite, and the way back.
import { layoutProblems, picture, settled } from './support/layout';
import { expect, test } from './support/server';

const inviting = ['/clienti', '/funnel', '/andamenti', '/fasi', '/transizioni'];

test('"Inizia con i tuoi dati" opens an empty workspace that invites, and the switch leads back', async ({ page }) => {
  test.setTimeout(60_000);
  const session = (await (await page.request.get('/api/session')).json()) as { workspace: { id: string; name: string; demo: boolean } };
  test.skip(!session.workspace.demo, 'no demo is open');
  await page.goto('/clienti');
  try {
    await page.getByRole('button', { name: 'Inizia con i tuoi dati' }).click();
    await expect(page.getByText('DEMO', { exact: true })).toBeHidden();
    await expect(page).toHaveURL(/\/$/);
    for (const path of inviting) {
      await page.goto(path);
      await settled(page);
      await expect(page.getByText('DEMO', { exact: true })).toBeHidden();
      await expect(page.locator('main').getByRole('link', { name: 'Carica un file' })).toBeVisible();
      expect(await layoutProblems(page)).toEqual([]);
      await picture(page, `${path}-empty`);
    }
    await page.getByRole('link', { name: 'Carica un file' }).click();
    await expect(page).toHaveURL(/\/importa/);
    await expect(page.getByRole('heading', { name: 'Ancora nessun file' })).toBeVisible();
    await page.getByRole('button', { name: /Cambia spazio di lavoro/ }).click();
    await page.getByRole('menuitem', { name: new RegExp(session.workspace.name) }).click();
    await expect(page.getByText('DEMO', { exact: true })).toBeVisible();
  } finally {
    await page.request.post(`/api/workspaces/${session.workspace.id}/open`, { data: {}, headers: { 'X-Viaggio': '1' } });
  }
});
