import type { Page } from '@playwright/test';
import { expect, expectAccessible, open, openAsleep, ready, signIn, test } from '../fixtures';
import { addEmployee } from '../people';

const PATH = '/administration/users';

/** Pages that everybody at the desk sees. */
const PAGES = [PATH, `${PATH}/new`, `${PATH}/import`, '/administration/batches', '/administration/settings', '/account', '/dev/mailbox'];

/** How far the page has moved by itself since it was loaded: the sum that browsers call cumulative layout shift. */
function shift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(sum), 500);
      }),
  );
}

/** Fails unless the page fits a width and can be read. */
async function expectFit(page: Page, width: number): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth), page.url()).toBeLessThanOrEqual(width);
  await expectAccessible(page);
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [390, 1280]) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 850 } });

      test('every page fits and can be read', async ({ page }) => {
        await open(page, '/sign-in');
        await expectAccessible(page);
        await signIn(page);
        for (const path of PAGES) {
          await (path.startsWith('/dev') ? page.goto(path) : open(page, path));
          await expectFit(page, width);
        }
      });

      test('a batch fits and can be read, before it leaves and after', async ({ page }) => {
        await signIn(page);
        const ids = [];
        for (const firstName of ['Nora', 'Otto']) ids.push((await addEmployee(page, firstName)).profile.split('/').pop());
        await open(page, `/administration/batches/new?action=send_credentials&employee=${ids.join(',')}`);
        await expectFit(page, width);
        await page.getByRole('button', { name: 'Send now' }).click();
        await page.waitForURL(/\/administration\/batches\/\d+/);
        await ready(page);
        await expectFit(page, width);
      });
    });
  }
}

test('nothing moves when a page comes alive', async ({ page }) => {
  await signIn(page);
  for (const path of PAGES.filter((path) => !path.startsWith('/dev'))) {
    const comeAlive = await openAsleep(page, path);
    await comeAlive();
    expect(await shift(page), path).toBeLessThan(0.01);
    await page.unrouteAll();
  }
});
