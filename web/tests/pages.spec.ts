// Every page, wide and light, then narrow and dark: nothing cut off or overlapping, no sideways scroll,
// no serious accessibility violation, no error, and never a raw name of an event or of a field.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { layoutProblems, picture, settled } from './support/layout';
import { expect, test } from './support/server';

const pages = ['/', '/clienti', '/funnel', '/andamenti', '/fasi', '/transizioni', '/percorsi', '/varianti', '/ritorni', '/attribuzione', '/valore', '/report', '/cruscotti', '/sql', '/dal-vivo', '/importa', '/impostazioni', '/impostazioni/chiavi', '/impostazioni/fasi', '/impostazioni/contatti', '/impostazioni/contatti?parte=elenco'];

interface Names {
  events: { name: string }[];
  touchpoints: { id: string }[];
  channels: { id: string }[];
  stage_models: { id: string; stages: { id: string }[] }[];
  properties: { field: string }[];
}

/** Names as the data writes them, none of which is a word of Italian or English prose. */
async function rawNames(page: Page): Promise<string[]> {
  const words = (await (await page.request.get('/api/vocabulary')).json()) as Names;
  const ids = [...words.touchpoints, ...words.channels, ...words.stage_models, ...words.stage_models.flatMap((model) => model.stages)].map(({ id }) => id);
  return [...words.events.map(({ name }) => name).filter((name) => name.includes(' ')), ...[...ids, ...words.properties.map(({ field }) => field)].filter((id) => /[_.]|-.*-/.test(id))];
}

/** What is said on the page, without addresses of people, keys, and the command to paste into a terminal. */
async function said(page: Page): Promise<string> {
  return page.locator('main').evaluate((main) => {
    const copy = main.cloneNode(true) as HTMLElement;
    copy.querySelectorAll('[data-verbatim]').forEach((node) => node.remove());
    const inputs = [...main.querySelectorAll<HTMLInputElement>('input:not([type=hidden])')].filter((input) => !input.closest('[data-verbatim]')).map((input) => `${input.value} ${input.placeholder}`);
    return [copy.textContent ?? '', ...inputs].join('\n');
  });
}

async function expectPlainWords(page: Page): Promise<void> {
  const text = await said(page);
  expect((await rawNames(page)).filter((name) => text.includes(name))).toEqual([]);
  expect(text.match(/\b[a-z]{2,}(?:_[a-z]+)+\b/g) ?? []).toEqual([]);
  expect(text).not.toMatch(/\b(undefined|null|NaN|\[object Object\])\b/);
}

const serious = async (page: Page, rules?: string[]): Promise<string[]> => {
  const axe = rules ? new AxeBuilder({ page }).withRules(rules) : new AxeBuilder({ page });
  // A mark of a drawing is read as its sentence, not as what is drawn at it.
  const { violations } = await axe.disableRules(rules || !['/', '/percorsi'].includes(new URL(page.url()).pathname) ? [] : ['label-content-name-mismatch']).analyze();
  return violations.filter((item) => item.impact === 'serious' || item.impact === 'critical').map((item) => `${item.id}: ${item.nodes[0]?.html}`);
};

for (const path of pages) {
  test(`${path}: light, dark, narrow, in both languages`, { tag: '@long' }, async ({ page }) => {
    test.setTimeout(60_000);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(path);
    await settled(page);
    expect(await serious(page)).toEqual([]);
    await expectPlainWords(page);
    if (path !== '/') expect(await layoutProblems(page)).toEqual([]);
    await picture(page, `${path.replace('?', '-')}-wide-light`);

    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => localStorage.setItem('viaggio.language', 'en'));
    await page.reload();
    await settled(page);
    await expectPlainWords(page);
    expect(await serious(page, ['color-contrast'])).toEqual([]);
    if (path !== '/') expect(await layoutProblems(page)).toEqual([]);
    await picture(page, `${path.replace('?', '-')}-narrow-dark`);
    expect(errors).toEqual([]);
  });
}

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
