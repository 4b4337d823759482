// The map as a firm's first days see it, over the real program: nothing yet, one event, only the till.
import { expect, test, type Page, type TestInfo } from '@playwright/test';
import type { MapAnswer } from '../src/model/contract';
import { startEmpty, type EmptyProgram } from './support/empty_program';
import { expectDrawn } from './support/map_check';
import { faultsOf } from './support/map_geometry';
import { readMap } from './support/map_reader';

test.describe.configure({ mode: 'serial' });

const binary = process.env.VIAGGIO_BINARY;
test.skip(!binary, 'Set VIAGGIO_BINARY to the program.');

let program: EmptyProgram;
let page: Page;
test.beforeAll(async ({ browser }) => {
  program = await startEmpty(binary!);
  page = await (await browser.newContext()).newPage();
  await page.goto(program.link);
  // Its answer is not mistaken for that of the next opening.
  await page.locator('[data-band="heads"]').waitFor();
});
test.afterAll(async () => {
  await page?.context().close();
  await program?.stop();
});

async function open(): Promise<MapAnswer> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/query/map') && response.ok());
  await page.goto(`${program.url}/`);
  const answer = (await (await answered).json()) as MapAnswer;
  await page.locator('[data-band="heads"]').waitFor();
  return answer;
}

async function expectSound(info: TestInfo, name: string, answer: MapAnswer): Promise<void> {
  expectDrawn(await readMap(page), answer);
  expect(await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth])).toEqual([900, 1440]);
  expect(await faultsOf(page)).toEqual([]);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: info.outputPath(`${name}-${colorScheme}.png`) });
  }
}

test('nothing yet: every stage says what fills it, and its door leads there', { tag: '@long' }, async ({}, info) => {
  const answer = await open();
  await expect(page.locator('[data-ghost]')).toHaveCount(answer.stages.length);
  await expectSound(info, 'nothing', answer);
  const doors = page.locator('[data-ghost] a');
  await expect(doors).toHaveCount(answer.stages.length);
  await doors.nth(2).click();
  await expect(page).toHaveURL(/importa/);
});

test('one event: one person in one stage', { tag: '@long' }, async ({}, info) => {
  await program.load([{ type: 'page', messageId: 'p1', anonymousId: 'a1', timestamp: new Date(Date.now() - 3600e3).toISOString(), properties: { url: 'https://example.it/', path: '/' } }]);
  const answer = await open();
  expect(answer.stages.map((stage) => stage.here_now)).toEqual([1, ...answer.stages.slice(1).map(() => 0)]);
  await expect(page.locator('[data-ghost]')).toHaveCount(answer.stages.length - 1);
  await expectSound(info, 'one', answer);
});

test('only the till: decision and what follows are full, the left does not see yet', { tag: '@long' }, async ({}, info) => {
  const day = 86_400e3;
  const receipts = Array.from({ length: 240 }, (_, index) => {
    const person = index % 90;
    const visit = Math.floor(index / 90);
    return {
      type: 'track', event: 'Receipt Issued', messageId: `r${index}`, userId: `card-${person}`, timestamp: new Date(Date.now() - (85 - visit * 25 - (person % 20)) * day).toISOString(),
      properties: { receipt_id: `R${index}`, total: 20 + (index % 37), currency: 'EUR', store_id: 'bologna' },
    };
  });
  await program.load(receipts);
  const answer = await open();
  const [first, second, decision, loyalty] = answer.stages;
  // The visit of before stays: it is all that the left has seen.
  expect([first!.entered, second!.entered]).toEqual([1, 0]);
  expect(decision!.entered).toBe(90);
  expect(loyalty!.entered).toBe(90);
  await expect(page.locator(`[data-ghost="${second!.id}"]`)).toBeVisible();
  await expectSound(info, 'till', answer);
});
