// Who has no session is told what to do; a spent link does not open a second one.
import { expect, test } from './support/server';

test.describe('without a session', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('the page says to open the link, and a spent link is no way in', async ({ page, server, state }) => {
    test.skip(server.link === undefined, 'the server at VIAGGIO_URL lets everybody in');
    expect(state.cookies.length).toBeGreaterThan(0);
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Apri il link di accesso' })).toBeVisible();
    await page.goto(server.link!);
    await expect(page.getByText('già stato usato')).toBeVisible();
    expect(page.url()).not.toContain('token');
  });
});

test('the demo says so', async ({ page }) => {
  await page.goto('/clienti');
  await expect(page.getByText('DEMO', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Inizia con i tuoi dati' })).toBeVisible();
});
