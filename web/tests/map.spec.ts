// The journey map over the real program: what is painted equals what the program answered.
import type { Page } from '@playwright/test';
import type { MapAnswer, PeopleAnswer } from '../src/model/contract';
import { countNumbers, mostNumbers } from '../src/model/map/budget';
import { expectDrawn } from './support/map_check';
import { readMap } from './support/map_reader';
import { expect, sidewaysScroll, test } from './support/server';

async function open(page: Page, view: object = {}): Promise<MapAnswer> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/query/map') && response.ok());
  await page.goto(`/?q=${encodeURIComponent(JSON.stringify(view))}`);
  const answer = (await (await answered).json()) as MapAnswer;
  await page.locator('[data-band="heads"], article[data-stage]').first().waitFor();
  return answer;
}

for (const rows of ['touchpoint', 'channel'] as const) {
  for (const preset of ['last90', 'previousMonth', 'all'] as const) {
    const tag = rows === 'touchpoint' && preset === 'last90' ? [] : ['@long'];
    test(`${rows}, ${preset}: widths, areas and arcs equal the answer within a pixel`, { tag }, async ({ page }) => {
      const answer = await open(page, { rows, range: { preset } });
      expect(answer.stages.length).toBeGreaterThan(2);
      for (const stage of answer.stages) expect(stage.entered + stage.before).toBe(stage.forward + stage.back + stage.lost + stage.here_now);
      expectDrawn(await readMap(page), answer);
    });
  }
}

test('one screen, at most forty numbers, nothing sideways', async ({ page }) => {
  await open(page);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(900);
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
  expect(countNumbers(await page.locator('main').innerText())).toBeLessThanOrEqual(mostNumbers);
});

test('the first sentence names where most are lost and how many, and its proof opens', async ({ page }) => {
  const answer = await open(page, { range: { preset: 'last90' } });
  const headline = answer.headlines[0];
  expect(headline).toBeDefined();
  const sentence = await page.getByRole('heading', { level: 1 }).innerText();
  for (const stage of [headline!.from, headline!.to]) expect(sentence).toContain(answer.stages.find((item) => item.id === stage)!.label.it);
  expect(sentence).toContain(new Intl.NumberFormat('it-IT', { useGrouping: 'always' } as Intl.NumberFormatOptions).format(headline!.customers));
  const asked = page.waitForResponse((response) => response.url().endsWith('/api/query/people'));
  await page.locator('h1').getByRole('button').click();
  const people = (await (await asked).json()) as PeopleAnswer;
  expect(people.total).toBe(headline!.customers);
  const panel = page.locator('[data-panel]');
  await expect(panel.locator('[data-count]')).toHaveAttribute('data-count', String(headline!.customers));
  await expect(panel.getByRole('link')).toHaveCount(Math.min(5, people.customers.length));
});

test('a circle opens exactly the people it stands for', async ({ page }) => {
  const answer = await open(page, { range: { preset: 'all' } });
  const named = new Set(await page.locator('[data-kind="cell"]').evaluateAll((marks) => marks.map((mark) => mark.getAttribute('data-row'))));
  const cell = [...answer.cells].filter((item) => named.has(item.row)).sort((a, b) => b.customers - a.customers)[0]!;
  const asked = page.waitForResponse((response) => response.url().endsWith('/api/query/people'));
  await page.locator(`[data-mark="cell:${cell.stage}:${cell.row}"]`).focus();
  await page.keyboard.press('Enter');
  expect(((await (await asked).json()) as PeopleAnswer).total).toBe(cell.customers);
});

test('a drop-off says where they stopped, and its people can be kept as an audience', { tag: '@long' }, async ({ page }) => {
  const answer = await open(page, { range: { preset: 'all' } });
  const worst = answer.flows.filter((flow) => flow.kind === 'lost').sort((a, b) => b.customers - a.customers)[0]!;
  const asked = page.waitForResponse((response) => response.url().endsWith('/api/query/people'));
  await page.locator(`[data-mark="flow:lost:${worst.from}:"]`).focus();
  await page.keyboard.press('Enter');
  const people = (await (await asked).json()) as PeopleAnswer;
  expect(people.stopped_at!.reduce((total, place) => total + place.customers, 0)).toBeGreaterThanOrEqual(people.total);
  const panel = page.locator('[data-panel]');
  for (const place of people.stopped_at!.slice(0, 3)) await expect(panel.getByText(place.label.it, { exact: true }).first()).toBeVisible();
  await panel.getByRole('button', { name: 'Salva come pubblico' }).click();
  await panel.getByRole('textbox').fill('Chi si è fermato');
  const saved = page.waitForResponse((response) => response.url().endsWith('/api/audiences') && response.request().method() === 'POST');
  await panel.getByRole('button', { name: 'Salva', exact: true }).click();
  const audience = (await (await saved).json()) as { customers: number };
  expect(audience.customers).toBe(people.total);
  await expect(panel.getByRole('status')).toBeVisible();
});

test('an arriving event runs into the circle of the stage it leads to', async ({ page, server }) => {
  const answer = await open(page);
  await expect(page.locator('[data-live="open"]')).toBeVisible();
  const made = await page.request.post('/api/keys', { headers: { 'X-Viaggio': '1' }, data: { kind: 'write', source: 'prova' } });
  const { key } = (await made.json()) as { key: string };
  const circle = page.locator(`[data-dot][data-stage="${answer.stages[0]!.id}"]`).first();
  const seen = circle.waitFor({ state: 'attached', timeout: 15_000 });
  const send = (index: number) => fetch(`${server.url}/v1/page`, {
    method: 'POST', headers: { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messageId: `live-${Date.now()}-${index}`, anonymousId: `passer-by-${Date.now()}`, properties: { url: 'https://example.it/', path: '/' } }),
  });
  const sending = setInterval(() => void send(0), 900);
  await send(1);
  await seen.finally(() => clearInterval(sending));
});

test('on a phone nothing scrolls sideways', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const answer = await open(page);
  await expect(page.locator('article[data-stage]')).toHaveCount(answer.stages.length);
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
});
