// The one-time link lets in once; who has no session is told what to do.
import { startEmpty } from './support/empty_program';
import { expect, test } from './support/server';

test.describe('without a session', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('the one-time link opens the app once, and leaves no token in the address', async ({ browser }) => {
    const binary = process.env.VIAGGIO_BINARY;
    test.skip(!binary, 'Set VIAGGIO_BINARY to the program.');
    const program = await startEmpty(binary!);
    try {
      const first = await (await browser.newContext({ storageState: undefined })).newPage();
      await first.goto(program.link);
      await expect(first.getByRole('navigation', { name: 'Navigazione principale' })).toBeVisible();
      expect(first.url()).not.toContain('token');
      await first.reload();
      await expect(first.getByRole('navigation', { name: 'Navigazione principale' })).toBeVisible();
      const second = await (await browser.newContext({ storageState: undefined })).newPage();
      await second.goto(program.link);
      await expect(second.getByText('già stato usato')).toBeVisible();
      expect(second.url()).not.toContain('token');
      await Promise.all([first.context().close(), second.context().close()]);
    } finally {
      await program.stop();
    }
  });

  test('the page says to open the link', async ({ page, server }) => {
    test.skip(server.link === undefined, 'the server at VIAGGIO_URL lets everybody in');
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Apri il link di accesso' })).toBeVisible();
  });
});

test('the demo says so', async ({ page }) => {
  await page.goto('/clienti');
  await expect(page.getByText('DEMO', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Inizia con i tuoi dati' })).toBeVisible();
});
