// What the pages look like with invented answers on a fixed day: full, and with nothing in them yet.
import { expect, test, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { settled } from './support/layout';
import { dist, isBuilt } from './support/map_site';
import { expectPicture, pictureDay } from './support/snapshot';

test.skip(!isBuilt(), 'the app is not built: npm run build');

// Not the keys: their columns are as wide as the machine's own fixed-width font (pages.spec.ts looks at their layout).
const pages: Record<string, string> = {
  customers: '/clienti', funnel: '/funnel', trends: '/andamenti', stages: '/fasi', transitions: '/transizioni', imports: '/importa',
  settings: '/impostazioni', models: '/impostazioni/fasi', touchpoints: '/impostazioni/contatti?parte=elenco',
};
const inviting = ['customers', 'funnel', 'trends', 'stages', 'transitions', 'imports'];

let program: ChildProcess;
let url: string;
test.beforeAll(async ({}, info) => {
  const script = fileURLToPath(new URL('./support/mock_server.js', import.meta.url));
  program = spawn(process.execPath, [script, String(9700 + info.workerIndex)], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, DIST: dist, VIAGGIO_MOCK_NOW: String(pictureDay.getTime()) } });
  url = await new Promise<string>((resolve, reject) => {
    program.once('exit', (code) => reject(new Error(`the stand-in server ended with ${code}`)));
    program.stdout!.on('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
});
test.afterAll(() => {
  program?.kill();
});

async function open(page: Page, path: string): Promise<void> {
  await page.clock.setFixedTime(pictureDay);
  await page.goto(url + path);
  await settled(page);
  await page.evaluate(() => document.fonts.ready);
}

for (const [name, path] of Object.entries(pages)) {
  test(`${path} looks as it should, wide and light, narrow and dark`, { tag: '@long' }, async ({ page }) => {
    await open(page, path);
    await expectPicture(page, `${name}-wide-light`);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await open(page, path);
    await expectPicture(page, `${name}-narrow-dark`);
  });
}

test('a profile looks as it should', { tag: '@long' }, async ({ page }) => {
  await open(page, '/clienti');
  const href = (await page.locator('main a[href^="/clienti/"]').first().getAttribute('href'))!;
  await open(page, href);
  await expectPicture(page, 'profile-wide-light');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page, href);
  await expectPicture(page, 'profile-narrow-dark');
});

test('pages with nothing in them yet look as they should', { tag: '@long' }, async ({ page }) => {
  await open(page, '/clienti');
  await page.getByRole('button', { name: 'Inizia con i tuoi dati' }).click();
  await expect(page.getByText('DEMO', { exact: true })).toBeHidden();
  for (const name of inviting) {
    await open(page, pages[name]!);
    await expectPicture(page, `${name}-empty`);
  }
});
