// The running program a browser test talks to, and a signed-in page. One program per worker.
import { test as base, type BrowserContext, type Page } from '@playwright/test';
import { serversVariable, type Server } from './demo_servers';

type State = Awaited<ReturnType<BrowserContext['cookies']>> extends (infer C)[] ? { cookies: C[]; origins: [] } : never;

interface WorkerFixtures {
  server: Server;
  state: State;
}

function serverOf(worker: number): Server {
  const { VIAGGIO_URL: url, VIAGGIO_LINK: link, [serversVariable]: started } = process.env;
  if (url) return { url, link, session: undefined };
  if (!started) throw new Error('Set VIAGGIO_BINARY to the program, or VIAGGIO_URL (and VIAGGIO_LINK) to one that runs.');
  const servers = JSON.parse(started) as Server[];
  return servers[worker % servers.length]!;
}

export const test = base.extend<object, WorkerFixtures>({
  server: [
    async ({ browserName: _ }, use, info) => {
      await use(serverOf(info.parallelIndex));
    },
    { scope: 'worker' },
  ],
  // The link works once, so it was opened for all: every page gets the session's cookie.
  state: [
    async ({ browser, server }, use) => {
      if (server.session) {
        await use({ cookies: [{ ...server.session, domain: new URL(server.url).hostname, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Strict' }], origins: [] });
        return;
      }
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
