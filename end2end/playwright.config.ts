import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { binary } from './latchkey';

// Every worker reads this file again: what is chosen here once is handed on in the environment.
process.env.E2E_PORT ??= String(20_000 + (process.pid % 10_000));
process.env.E2E_DATA ??= newFolder();

const address = `127.0.0.1:${process.env.E2E_PORT}`;

/** A data folder that PostgreSQL's account may pass when root runs the tests. */
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-end2end-'));
  chmodSync(folder, 0o711);
  return folder;
}

export default defineConfig({
  testDir: 'tests',
  forbidOnly: true,
  // One organisation, one server: what one test does, another sees.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    baseURL: `http://${address}`,
    locale: 'en-GB',
    timezoneId: 'Europe/Paris',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    video: 'off',
    launchOptions: {
      executablePath: process.env.E2E_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'hydrated' },
    // What must work before the WASM has arrived, and without it.
    { name: 'plain', grep: /@plain/, use: { javaScriptEnabled: false } },
  ],
  webServer: {
    // Whatever the developer has set, the tests run on the embedded PostgreSQL and the mailbox.
    command: `exec env -u DATABASE_URL -u SMTP_URL -u LATCHKEY_BASE_URL ${binary} serve --demo`,
    env: { LATCHKEY_DATA: process.env.E2E_DATA, LEPTOS_SITE_ADDR: address },
    url: `http://${address}/sign-in`,
    timeout: 120_000,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
  },
});
