// The running program a browser test talks to, and a signed-in page. One program per worker.
import { test as base, type BrowserContext, type Page } from '@playwright/test';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Server {
  url: string;
  /** The one-time link; absent when the server at VIAGGIO_URL lets everybody in. */
  link: string | undefined;
}

type State = Awaited<ReturnType<BrowserContext['cookies']>> extends (infer C)[] ? { cookies: C[]; origins: [] } : never;

interface WorkerFixtures {
  server: Server;
  state: State;
}

const linkPattern = /https?:\/\/\S+[?&]token=[\w-]+/;
const startSeconds = 60;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** Resolves with the link once it is printed; rejects when the program ends before. */
function linkOf(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const link = linkPattern.exec(said);
      if (link) resolve(link[0]);
    };
    program.stdout!.on('data', listen);
    program.stderr!.on('data', listen);
    program.once('exit', (code) => reject(new Error(`the program ended with ${code} before printing its link:\n${said}`)));
    setTimeout(() => reject(new Error(`no link within ${startSeconds} s:\n${said}`)), startSeconds * 1000).unref();
  });
}

async function start(binary: string): Promise<{ server: Server; stop: () => Promise<void> }> {
  const data = mkdtempSync(join(tmpdir(), 'viaggio-e2e-'));
  execFileSync(binary, ['demo', '--data', data, '--customers', '400', '--days', '120', '--seed', '7'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const address = `127.0.0.1:${await freePort()}`;
  // While the app is being written: the program serves a fresh build instead of the one inside it.
  const web = process.env.VIAGGIO_DIST ? ['--web', process.env.VIAGGIO_DIST] : [];
  const program = spawn(binary, ['serve', '--data', data, '--listen', address, ...web], { stdio: ['ignore', 'pipe', 'pipe'] });
  const link = await linkOf(program);
  return {
    server: { url: `http://${address}`, link },
    stop: async () => {
      const ended = new Promise((resolve) => program.once('exit', resolve));
      program.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export const test = base.extend<object, WorkerFixtures>({
  server: [
    async ({ browserName: _ }, use) => {
      if (process.env.VIAGGIO_URL) {
        await use({ url: process.env.VIAGGIO_URL, link: process.env.VIAGGIO_LINK });
        return;
      }
      const binary = process.env.VIAGGIO_BINARY;
      if (!binary) throw new Error('Set VIAGGIO_BINARY to the program, or VIAGGIO_URL (and VIAGGIO_LINK) to one that runs.');
      const { server, stop } = await start(binary);
      await use(server);
      await stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  // The link works once, so one page opens it and every other page gets its cookie.
  state: [
    async ({ browser, server }, use) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(server.link ?? server.url);
      await page.getByRole('navigation', { name: /principale|main/i }).first().waitFor();
      const state: State = { cookies: await context.cookies(), origins: [] };
      await context.close();
      await use(state);
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  storageState: async ({ state }, use) => use(state),
  baseURL: async ({ server }, use) => use(server.url),
});

export { expect } from '@playwright/test';

/** Fails when the page can be scrolled sideways. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
