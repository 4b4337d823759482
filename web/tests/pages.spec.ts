// Every page: no error on the console, no sideways scroll, no serious accessibility violation, no
// number out of place between languages.
import AxeBuilder from '@axe-core/playwright';
import { expect, sidewaysScroll, test } from './support/server';

const pages = ['/', '/clienti', '/funnel', '/andamenti', '/fasi', '/transizioni', '/dal-vivo', '/importa', '/impostazioni', '/impostazioni/chiavi', '/impostazioni/fasi', '/impostazioni/contatti'];

/** Raw names of the vocabulary that must never be read on screen. */
const rawNames = /\b(Page Viewed|Product Viewed|Order Completed|Receipt Issued|Checkout Started|Product Added|Message Opened)\b/;

for (const path of pages) {
  test(`${path} is accessible, in Italian, and says no raw event name`, async ({ page }) => {
    const errors: string[] = [];
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
          if (!entry.hadRecentInput) document.documentElement.dataset.shift = String(Number(document.documentElement.dataset.shift ?? 0) + entry.value);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('[data-loading], .mantine-Skeleton-root')).toHaveCount(0);
    // A mark of the map is read as its sentence, not as the digits drawn in it.
    const axe = new AxeBuilder({ page }).disableRules(path === '/' ? ['label-content-name-mismatch'] : []);
    const serious = (await axe.analyze()).violations.filter((item) => item.impact === 'serious' || item.impact === 'critical');
    expect(serious.map((item) => `${item.id}: ${item.nodes[0]?.html}`)).toEqual([]);
    const shown = await page.locator('main').innerText();
    // The command to paste is for a terminal, and carries the name the API wants.
    const said = path === '/dal-vivo' ? shown.replace(/curl[\s\S]*?'\n/, '').replace(/curl[^]*?\}\}\}'/, '') : shown;
    expect(said).not.toMatch(rawNames);
    expect(errors).toEqual([]);
    expect(Number((await page.locator('html').getAttribute('data-shift')) ?? 0)).toBeLessThan(0.1);
  });
}

test.describe('at 390 px in the dark', () => {
  test.use({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  for (const path of pages) {
    test(`${path} does not scroll sideways and stays readable`, async ({ page }) => {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
      const serious = (await new AxeBuilder({ page }).withRules(['color-contrast']).analyze()).violations;
      expect(serious.map((item) => `${item.id}: ${item.nodes[0]?.html}`)).toEqual([]);
    });
  }
});

test('the keyboard reaches the content first, then every page', async ({ page }) => {
  await page.goto('/clienti');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.locator('body').press('Tab');
  await expect(page.getByRole('link', { name: 'Vai al contenuto' })).toBeFocused();
  const funnel = page.getByRole('link', { name: 'Funnel' });
  await funnel.focus();
  await funnel.press('Enter');
  await expect(page).toHaveURL(/\/funnel/);
  await expect(page.locator('main')).toBeFocused();
});

test('an address that leads nowhere offers the way home', async ({ page }) => {
  await page.goto('/nessuna-pagina');
  await page.getByRole('link', { name: 'Torna alla mappa' }).click();
  await expect(page).toHaveURL(/\/$/);
});
