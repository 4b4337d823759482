// The journey map in a real browser: what is painted equals what was answered, and a person can use it
// with eyes, hands or keyboard alone.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { MapAnswer, MapCell } from '../src/model/contract';
import { countNumbers, mostNumbers } from '../src/model/map/budget';
import { mapCases, type MapCase } from './support/map_answers.js';
import { readMap } from './support/map_reader';
import { isBuilt, startMapSite, type MapSite } from './support/map_site';

test.skip(!isBuilt(), 'the app is not built: npm run build');

let site: MapSite;
test.beforeAll(async ({}, info) => {
  site = await startMapSite(9300 + info.workerIndex * 20);
});
test.afterAll(() => site?.stop());

/** Opens a case and waits until the numbers that the server sent are drawn. */
async function open(page: Page, name: MapCase, query = ''): Promise<MapAnswer> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/query/map'));
  await page.goto(`${site.url(name)}/${query}`);
  const answer = (await (await answered).json()) as MapAnswer;
  await page.locator('[data-band="heads"], article[data-stage]').first().waitFor();
  return answer;
}

const sum = <T>(list: T[], value: (item: T) => number) => list.reduce((total, item) => total + value(item), 0);

test.describe('on a wide window', () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  for (const name of mapCases) {
    test(`"${name}": widths, areas and arcs equal the answer within a pixel`, async ({ page }) => {
      const answer = await open(page, name);
      const painted = await readMap(page);

      // One scale for all ribbons: the widest one gives it.
      const flows = answer.flows.filter((flow) => flow.kind !== 'loop' && flow.transitions > 0);
      expect(painted.ribbons).toHaveLength(flows.length);
      const widest = Math.max(0, ...painted.ribbons.map((ribbon) => ribbon.width));
      const scale = widest / Math.max(1, ...flows.map((flow) => flow.transitions));
      for (const ribbon of painted.ribbons) {
        const flow = flows.find((item) => item.kind === ribbon.kind && item.from === ribbon.from && item.to === ribbon.to)!;
        expect(Math.abs(ribbon.width - flow.transitions * scale), `${ribbon.kind} ${ribbon.from} ${ribbon.to}`).toBeLessThan(1);
      }

      // Basins: as high as those who entered; in = out.
      for (const basin of painted.basins) {
        const stage = answer.stages.find((item) => item.id === basin.stage)!;
        expect(Math.abs(basin.height - Math.max(stage.entered * scale, 1)), basin.stage).toBeLessThan(1);
        const into = sum(painted.ribbons.filter((ribbon) => ribbon.to === basin.stage), (ribbon) => ribbon.width);
        const out = sum(painted.ribbons.filter((ribbon) => ribbon.from === basin.stage), (ribbon) => ribbon.width);
        const many = painted.ribbons.length;
        expect(Math.abs(into - basin.height)).toBeLessThan(1 + many * 0.4);
        expect(Math.abs(out + basin.level - basin.height - basin.extension)).toBeLessThan(2 + many * 0.4);
      }

      // Circles: one area scale; "altri" is the sum of its members; nothing is left out.
      const named = new Set(painted.circles.map((circle) => circle.row));
      const cellsAt = (stage: string, row: string): MapCell[] =>
        answer.cells.filter((cell) => cell.stage === stage && cell.customers > 0 && (row === '*' ? !named.has(cell.row) : cell.row === row));
      const expected = (stage: string, row: string) => sum(cellsAt(stage, row), (cell) => cell.customers);
      const biggest = [...painted.circles].sort((a, b) => b.radius - a.radius)[0];
      const area = biggest && biggest.radius > 0 ? biggest.radius ** 2 / expected(biggest.stage, biggest.row) : 0;
      for (const circle of painted.circles) {
        const customers = expected(circle.stage, circle.row);
        expect(circle.empty, `${circle.stage} ${circle.row}`).toBe(customers === 0);
        if (customers === 0) continue;
        expect(Math.abs(circle.radius - Math.sqrt(customers * area)), `${circle.stage} ${circle.row}`).toBeLessThan(1);
        const measured = cellsAt(circle.stage, circle.row).filter((cell) => cell.to_next !== null && cell.to_next_n > 0);
        expect(circle.arc === null).toBe(measured.length === 0);
        if (circle.arc) {
          const share = sum(measured, (cell) => cell.to_next! * cell.to_next_n) / sum(measured, (cell) => cell.to_next_n);
          expect(Math.abs(circle.arc.length - share * circle.arc.whole)).toBeLessThan(1);
        }
      }
      expect(sum(painted.circles, (circle) => expected(circle.stage, circle.row))).toBe(sum(answer.cells, (cell) => cell.customers));
    });

    test(`"${name}": one screen, at most forty numbers, every mark says its sentence`, async ({ page }) => {
      await open(page, name);
      const size = await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]);
      expect(size).toEqual([900, 1440]);
      expect(countNumbers(await page.locator('main').innerText())).toBeLessThanOrEqual(mostNumbers);
      const silent = await page.locator('[data-mark]').evaluateAll((marks) => marks.filter((mark) => (mark.getAttribute('aria-label') ?? '').length < 12).length);
      expect(silent).toBe(0);
    });
  }

  test('the first sentence answers where most are lost, how many, and what it costs', async ({ page }) => {
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
    await expect(panel.getByRole('button', { name: 'Salva come pubblico' })).toHaveAttribute('aria-disabled', 'true');
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

  test('an empty map shows the stages, what would fill them, and the doors', async ({ page }) => {
    const answer = await open(page, 'empty');
    await expect(page.locator('[data-ghost]')).toHaveCount(answer.stages.length);
    await expect(page.locator('[data-ghost] a')).toHaveCount(answer.stages.length);
    await page.locator('[data-ghost="decisione"] a').click();
    await expect(page).toHaveURL(/importa/);
  });

  test('events run as dots, and stay still when motion is unwanted', async ({ page, browser }) => {
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

  for (const scheme of ['light', 'dark'] as const) {
    test(`axe finds nothing serious, ${scheme}`, async ({ page }) => {
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
    test(`"${name}": nothing scrolls sideways, the band keeps one scale`, async ({ page }) => {
      const answer = await open(page, name);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      await expect(page.locator('article[data-stage]')).toHaveCount(answer.stages.length);
      const basins = await page.locator('svg[data-scale] [data-kind="basin"]').evaluateAll((nodes) => nodes.map((node) => [node.getAttribute('data-stage')!, node.getBoundingClientRect().width] as const));
      const most = Math.max(1, ...answer.stages.map((stage) => stage.entered));
      const scale = Math.max(...basins.map(([, width]) => width)) / most;
      for (const [stage, width] of basins) expect(Math.abs(width - answer.stages.find((item) => item.id === stage)!.entered * scale)).toBeLessThan(1);
    });
  }

  test('a card opens a sheet from below', async ({ page }) => {
    await open(page, 'rich');
    await page.locator('article[data-stage="decisione"] button').first().click();
    const sheet = page.getByRole('dialog');
    await expect(sheet.locator('[data-count]')).toBeVisible();
    await expect(sheet.getByRole('button', { name: 'Vedi le persone' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(sheet).toHaveCount(0);
  });
});
