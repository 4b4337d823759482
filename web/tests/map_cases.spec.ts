// The journey map with invented answers that go to the extremes (nobody, one person, eight stages, sixty
// touchpoints, long names): what is painted equals what was answered, and a person can use it with eyes,
// hands or keyboard alone. map.spec.ts asks the same of the real program.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page, type TestInfo } from '@playwright/test';
import type { MapAnswer } from '../src/model/contract';
import { countNumbers, mostNumbers } from '../src/model/map/budget';
import { mapCases, type MapCase } from './support/map_answers.js';
import { expectDrawn } from './support/map_check';
import { faultsOf } from './support/map_geometry';
import { readMap } from './support/map_reader';
import { isBuilt, startMapSite, type MapSite } from './support/map_site';
import { expectPicture, pictureDay } from './support/snapshot';

test.skip(!isBuilt(), 'the app is not built: npm run build');

/** The richest case stands for all where time is short. */
const tagOf = (name: MapCase) => (name === 'rich' ? [] : ['@long']);

let site: MapSite;
test.beforeAll(async ({}, info) => {
  site = await startMapSite(9300 + info.workerIndex * 20);
});
test.afterAll(() => site?.stop());

/** Both themes: kept whole among the results of the run, and compared in small. */
async function keepPictures(page: Page, info: TestInfo, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: info.outputPath(`${name}-${colorScheme}.png`) });
    await expectPicture(page, `map-${name}-${colorScheme}`);
  }
}

/** Opens a case and waits until the numbers that the server sent are drawn. */
async function open(page: Page, name: MapCase, query = ''): Promise<MapAnswer> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/query/map'));
  await page.goto(`${site.url(name)}/${query}`);
  const answer = (await (await answered).json()) as MapAnswer;
  await page.locator('[data-band="heads"], article[data-stage]').first().waitFor();
  return answer;
}

test.describe('on a wide window', () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  for (const name of mapCases) {
    test(`"${name}": drawn to the answer within a pixel, on one screen, at most forty numbers, nothing on anything`, { tag: tagOf(name) }, async ({ page }, info) => {
      await page.clock.setFixedTime(pictureDay);
      const answer = await open(page, name);
      expectDrawn(await readMap(page), answer);
      const size = await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]);
      expect(size).toEqual([900, 1440]);
      expect(countNumbers(await page.locator('main').innerText())).toBeLessThanOrEqual(mostNumbers);
      const silent = await page.locator('[data-mark]').evaluateAll((marks) => marks.filter((mark) => (mark.getAttribute('aria-label') ?? '').length < 12).length);
      expect(silent).toBe(0);
      expect(await faultsOf(page)).toEqual([]);
      await keepPictures(page, info, name);
    });
  }

  test('while it waits it says so, and when it fails it says why and tries again', { tag: '@long' }, async ({ page }, info) => {
    await page.clock.setFixedTime(pictureDay);
    let answering = false;
    const held: (() => void)[] = [];
    await page.route('**/api/query/map', async (route) => {
      if (answering) return route.continue();
      await new Promise<void>((resolve) => held.push(resolve));
      return route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'Busy', status: 503, code: 'busy', detail: 'try again' }) });
    });
    await page.goto(`${site.url('rich')}/`);
    await expect(page.locator('[aria-busy="true"]')).toBeVisible();
    await keepPictures(page, info, 'waiting');
    await expect.poll(() => held.length).toBeGreaterThan(0);
    const release = setInterval(() => held.splice(0).forEach((let_go) => let_go()), 50);
    const again = page.getByRole('button', { name: /riprova/i });
    await expect(again).toBeVisible({ timeout: 20_000 });
    clearInterval(release);
    held.splice(0).forEach((let_go) => let_go());
    expect(await faultsOf(page)).toEqual([]);
    await keepPictures(page, info, 'failed');
    answering = true;
    await again.click();
    await expect(page.locator('[data-band="heads"]')).toBeVisible();
  });

  test('a head shows whose stage it is and how it does against its goal', { tag: '@long' }, async ({ page }) => {
    const answer = await open(page, 'rich');
    for (const stage of answer.stages) {
      const head = page.locator(`[data-mark="head:${stage.id}"]`);
      const words = stage.owner!.split(' ');
      await expect(head.locator('[data-owner]')).toHaveAttribute('data-owner', words.map((word) => word[0]).join(''));
      await expect(head).toHaveAttribute('aria-label', new RegExp(stage.owner!));
      const { actual = null, goal = null } = stage.kpi ?? {};
      const light = actual === null || goal === null ? null : actual >= goal ? 'reached' : actual >= goal * 0.9 ? 'near' : 'missed';
      await expect(head.locator('[data-light]')).toHaveCount(light ? 1 : 0);
      if (light) await expect(head.locator('[data-light]')).toHaveAttribute('data-light', light);
    }
  });

  test('the first sentence answers where most are lost, how many, and what it costs', { tag: '@long' }, async ({ page }) => {
    const answer = await open(page, 'rich');
    const headline = answer.headlines[0]!;
    const sentence = await page.getByRole('heading', { level: 1 }).innerText();
    for (const stage of [headline.from, headline.to]) expect(sentence).toContain(answer.stages.find((item) => item.id === stage)!.label.it);
    expect(sentence).toContain(new Intl.NumberFormat('it-IT', { useGrouping: true }).format(headline.customers));
    expect(sentence).toContain('18.400');
    await page.locator('h1').getByRole('button').click();
    await expect(page.locator('[data-panel="flow:lost:considerazione:"]')).toBeVisible();
  });

  test('arrows walk, Enter opens, Escape returns to the mark; all of it is in the address', async ({ page }) => {
    await open(page, 'rich');
    await page.locator('[data-mark="head:consapevolezza"]').focus();
    await page.keyboard.press('ArrowRight');
    await expect(page.locator('[data-mark="head:considerazione"]')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-panel="stage:considerazione"]')).toBeVisible();
    await page.reload();
    await expect(page.locator('[data-panel="stage:considerazione"]')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.locator('[data-panel]')).toHaveCount(0);
    await expect(page.locator('[data-mark="stage:considerazione"]')).toBeFocused();
  });

  test('a circle opens its panel, lights itself and dims the rest', async ({ page }) => {
    const answer = await open(page, 'rich');
    const circle = page.locator('[data-mark="cell:decisione:checkout"]');
    await circle.focus();
    await expect(page.locator('[data-card] p')).toHaveCount(3);
    await page.keyboard.press('Enter');
    const panel = page.locator('[data-panel]');
    const cell = answer.cells.find((item) => item.stage === 'decisione' && item.row === 'checkout')!;
    await expect(panel.locator('[data-count]')).toHaveAttribute('data-count', String(cell.customers));
    expect((await panel.boundingBox())!.width).toBe(420);
    await expect(circle).toHaveAttribute('aria-pressed', 'true');
    const opacity = (id: string) => page.locator(`[data-mark="${id}"]`).evaluate((mark) => Number(getComputedStyle(mark).opacity));
    await expect.poll(() => opacity('cell:advocacy:store')).toBeLessThan(0.5);
    expect(await opacity('cell:decisione:checkout')).toBe(1);
    await expect(panel.getByRole('listitem').first()).toBeVisible();
    await panel.getByRole('button', { name: 'Salva come pubblico' }).click();
    await panel.getByRole('textbox').fill('Fermi alla cassa');
    const saved = page.waitForRequest((request) => request.url().endsWith('/api/audiences'));
    await panel.getByRole('button', { name: 'Salva', exact: true }).click();
    expect((await saved).postDataJSON()).toMatchObject({ name: 'Fermi alla cassa', question: { kind: 'people', question: { kind: 'map' }, select: { stage: 'decisione', row: 'checkout' } } });
    await expect(panel.getByRole('status')).toBeVisible();
  });

  test('the table shows the same numbers', async ({ page }) => {
    const answer = await open(page, 'rich');
    await page.getByText('Tabella', { exact: true }).click();
    const table = page.getByRole('table').first();
    const format = new Intl.NumberFormat('it-IT', { useGrouping: true });
    for (const stage of answer.stages) {
      const row = table.getByRole('row', { name: stage.label.it });
      for (const number of [stage.entered, stage.forward, stage.here_now]) await expect(row).toContainText(format.format(number));
    }
  });

  test('an empty map shows the stages, what would fill them, and the doors', { tag: '@long' }, async ({ page }) => {
    const answer = await open(page, 'empty');
    await expect(page.locator('[data-ghost]')).toHaveCount(answer.stages.length);
    await expect(page.locator('[data-ghost] a')).toHaveCount(answer.stages.length);
    await expect(page.locator('[data-kind="ghost"]')).toHaveCount(answer.stages.length);
    await page.locator('[data-ghost="decisione"] a').click();
    await expect(page).toHaveURL(/importa/);
  });

  test('events run as dots, and stay still when motion is unwanted', { tag: '@long' }, async ({ page, browser }) => {
    await open(page, 'rich');
    await expect(page.locator('[data-dot]').first()).toBeAttached({ timeout: 5000 });
    expect(await page.locator('[data-dot]').count()).toBeLessThanOrEqual(5);
    const still = await (await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } })).newPage();
    await open(still, 'rich');
    const before = await still.locator('[data-live]').innerText();
    await expect(still.locator('[data-live]')).not.toHaveText(before, { timeout: 5000 });
    expect(await still.locator('[data-dot]').count()).toBe(0);
    await still.context().close();
  });

  test('the months choose the period', { tag: '@long' }, async ({ page }) => {
    await open(page, 'rich');
    const asked = page.waitForRequest((request) => request.url().endsWith('/api/query/map'));
    await page.getByRole('slider', { name: 'Fine del periodo' }).focus();
    await page.keyboard.press('ArrowLeft');
    const { range } = (await asked).postDataJSON() as { range: { from: string; to: string } };
    expect(Date.parse(range.to) - Date.parse(range.from)).toBeGreaterThan(20 * 86_400_000);
    await expect(page).toHaveURL(/from/);
  });

  for (const scheme of ['light', 'dark'] as const) {
    test(`axe finds nothing serious, ${scheme}`, { tag: '@long' }, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await open(page, 'rich');
      const { violations } = await new AxeBuilder({ page }).include('main').analyze();
      expect(violations.filter((item) => item.impact === 'serious' || item.impact === 'critical').map((item) => `${item.id}: ${item.nodes.map((node) => node.target).slice(0, 3).join(' | ')}`)).toEqual([]);
    });
  }
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  for (const name of mapCases) {
    test(`"${name}": nothing scrolls sideways, the band keeps one scale`, { tag: tagOf(name) }, async ({ page }, info) => {
      await page.clock.setFixedTime(pictureDay);
      const answer = await open(page, name);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      await expect(page.locator('article[data-stage]')).toHaveCount(answer.stages.length);
      const basins = await page.locator('svg[data-scale] [data-kind="basin"]').evaluateAll((nodes) => nodes.map((node) => [node.getAttribute('data-stage')!, node.getBoundingClientRect().width] as const));
      const most = Math.max(1, ...answer.stages.map((stage) => stage.entered));
      const scale = Math.max(...basins.map(([, width]) => width)) / most;
      for (const [stage, width] of basins) expect(Math.abs(width - answer.stages.find((item) => item.id === stage)!.entered * scale)).toBeLessThan(1);
      expect(await faultsOf(page)).toEqual([]);
      await keepPictures(page, info, `${name}-phone`);
    });
  }

  test('axe finds nothing serious in the dark', { tag: '@long' }, async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await open(page, 'rich');
    const { violations } = await new AxeBuilder({ page }).include('main').analyze();
    expect(violations.filter((item) => item.impact === 'serious' || item.impact === 'critical').map((item) => `${item.id}: ${item.nodes.map((node) => node.target).slice(0, 3).join(' | ')}`)).toEqual([]);
  });

  test('a card opens a sheet from below', { tag: '@long' }, async ({ page }) => {
    await open(page, 'rich');
    await page.locator('article[data-stage="decisione"] button').first().click();
    const sheet = page.getByRole('dialog');
    await expect(sheet.locator('[data-count]')).toBeVisible();
    await expect(sheet.getByRole('button', { name: 'Vedi le persone' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(sheet).toHaveCount(0);
  });
});
