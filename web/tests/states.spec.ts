// A page that waits, and a page whose question fails, still say what they are and what to do next.
import { layoutProblems, picture, settled } from './support/layout';
import { expect, test } from './support/server';

const pages = ['/clienti', '/funnel', '/andamenti', '/fasi', '/transizioni', '/percorsi', '/varianti', '/ritorni', '/attribuzione', '/dal-vivo', '/importa', '/impostazioni/chiavi', '/impostazioni/fasi', '/impostazioni/contatti'];
const asked = /\/api\/(query|customers|imports|stage-models|touchpoints|keys|live\/recent)/;
const problem = { type: 'about:blank', title: 'Internal Server Error', status: 500, code: 'internal', detail: 'the disk is full' };

for (const path of pages) {
  test(`${path} waits and fails with grace`, { tag: path === '/clienti' ? [] : ['@long'] }, async ({ page }) => {
    let fail = (): void => undefined;
    const held = new Promise<void>((resolve) => (fail = resolve));
    await page.route(asked, async (route) => {
      await held;
      await route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) });
    });
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await layoutProblems(page)).toEqual([]);
    fail();
    if (path === '/dal-vivo') return; // It listens: what cannot be read again is simply not shown.
    const alert = page.getByRole('alert').filter({ hasText: 'Qualcosa non ha funzionato' }).first();
    await expect(alert).toBeVisible({ timeout: 15_000 });
    await expect(alert).not.toContainText('the disk is full');
    expect(await layoutProblems(page)).toEqual([]);
    await picture(page, `${path}-failed`);
    // The way on works: the same page, answered.
    await page.unroute(asked);
    await alert.getByRole('button', { name: 'Riprova' }).click();
    await expect(alert).toBeHidden();
    await settled(page);
  });
}
