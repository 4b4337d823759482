// Browser tests against the real program: VIAGGIO_BINARY starts it on a small demo folder; or VIAGGIO_URL
// and VIAGGIO_LINK name one that runs. The browser is the system's Chromium. Tests tagged @long are left out
// where time is short (--grep-invert @long).
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  testMatch: '**/*.spec.ts',
  globalSetup: './tests/support/demo_servers.ts',
  timeout: 30_000,
  expect: { timeout: 10_000 },
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  reporter: process.env.CI ? [['line']] : [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'it-IT',
    colorScheme: 'light',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});
