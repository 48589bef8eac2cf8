import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, type Page, test as base, expect } from '@playwright/test';

export { expect };

/** The owner that `latchkey serve --demo` prints. */
export const OWNER = { email: 'owner@example.org', password: 'correct horse battery staple' };

/** Where the frames of mails come from. */
const MAIL_FRAME = /\/(dev\/mailbox|administration\/messages)\//;

type Options = {
  /** Statuses that pages of this test, and what they fetch, may answer with: Chromium reports them in its console. A refused plain form is 422. */
  refusals: number[];
};

type Fixtures = {
  /** Opens a browser of somebody else: other cookies, watched alike. */
  somebodyElse: () => Promise<Page>;
};

/** A test that fails on every error of a page's scripts, every error in the console, and every warning of the scripts there. */
export const test = base.extend<Options & Fixtures>({
  refusals: [[422], { option: true }],

  context: async ({ context, refusals }, use) => {
    const check = watch(context, refusals);
    await use(context);
    check();
  },

  somebodyElse: async ({ browser, refusals }, use) => {
    const opened: { context: BrowserContext; check: () => void }[] = [];
    await use(async () => {
      const context = await browser.newContext();
      opened.push({ context, check: watch(context, refusals) });
      return context.newPage();
    });
    for (const { context, check } of opened) {
      await context.close();
      check();
    }
  },
});

/** Collects a context's errors; the function it returns fails on them. */
function watch(context: BrowserContext, refusals: number[]): () => void {
  const errors: string[] = [];
  const refused = new Set<string>();
  context.on('response', (response) => {
    if (['document', 'fetch', 'eventsource'].includes(response.request().resourceType()) && refusals.includes(response.status())) {
      refused.add(response.url());
    }
  });
  context.on('weberror', (error) => errors.push(error.error().stack ?? String(error.error())));
  context.on('console', (message) => {
    const expected = message.text().startsWith('Failed to load resource') && refused.has(message.location().url);
    // Only a test blocks requests, with `route.abort('blockedbyclient')`.
    const blocked = message.text().startsWith('Failed to load resource: net::ERR_BLOCKED_BY_CLIENT');
    // The frame of a mail runs no scripts, the ones of this tool included.
    const sandboxed = message.text().startsWith('Blocked script execution') && MAIL_FRAME.test(message.location().url);
    const warned = message.type() === 'warning' && /\/pkg\//.test(message.location().url);
    if ((message.type() === 'error' || warned) && !expected && !blocked && !sandboxed) errors.push(`${message.text()} (${message.location().url})`);
  });
  return () => expect(errors, 'errors of the pages').toEqual([]);
}

/** Whether this test's browser runs scripts. */
export function hydrates(): boolean {
  return test.info().project.use.javaScriptEnabled !== false;
}

/** Waits until the page answers to scripts, where there are any. */
export async function ready(page: Page): Promise<void> {
  if (hydrates()) await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
}

/** Opens a page and waits until it is ready. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await ready(page);
}

/** Waits for what a page comes to show by itself, and without scripts when it is loaded again. */
export async function soon(page: Page, look: (timeout: number) => Promise<void>): Promise<void> {
  if (hydrates()) return look(20_000);
  await expect(async () => {
    await page.reload();
    await look(250);
  }).toPass({ timeout: 20_000 });
}

/** Opens a page that comes alive only when the function it returns is called. */
export async function openAsleep(page: Page, path: string): Promise<() => Promise<void>> {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(path);
  return async () => {
    release();
    await ready(page);
  };
}

/** Signs in, as the owner unless told otherwise. */
export async function signIn(page: Page, identifier = OWNER.email, password = OWNER.password): Promise<void> {
  await open(page, '/sign-in');
  await page.getByLabel('Email or employee number').fill(identifier);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  await ready(page);
}

/** A message as the built-in mailbox shows it. */
export type Mail = { subject: string; text: string; links: string[] };

/** The newest message to an address, waited for; with `subject` the newest of those that it fits. */
export async function newestMail(page: Page, address: string, subject = /./): Promise<Mail> {
  const mailbox = await page.context().newPage();
  const message = mailbox.getByRole('row').filter({ has: mailbox.getByRole('cell', { name: address, exact: true }) });
  const link = message.getByRole('link', { name: subject }).first();
  await expect(async () => {
    await mailbox.goto('/dev/mailbox');
    await expect(link).toBeVisible({ timeout: 1 });
  }, `a message to ${address}`).toPass({ timeout: 30_000, intervals: [250] });
  await link.click();
  await mailbox.waitForURL(/\/dev\/mailbox\/./);
  const text = mailbox.locator('pre').first();
  const mail = {
    subject: await mailbox.getByRole('heading', { level: 1 }).innerText(),
    text: await text.innerText(),
    links: await text.getByRole('link').allInnerTexts(),
  };
  await mailbox.close();
  return mail;
}

/** Fails on what a screen reader or a keyboard would stumble over. */
export async function expectAccessible(page: Page): Promise<void> {
  // Without scripts axe cannot run either; the page is the same.
  if (!hydrates()) return;
  // Asked about a frame in which no scripts run, axe waits for an answer that never comes.
  const { violations } = await new AxeBuilder({ page }).exclude('iframe.mail').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}
