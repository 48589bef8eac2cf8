import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, hydrates, open, openAsleep, ready, signIn, test } from '../fixtures';
import { latchkey } from '../latchkey';
import { PASSWORD, addressOf, newName } from '../people';

const PATH = '/administration/users';

function rows(page: Page) {
  return page.getByRole('table').locator('tbody tr');
}

/** The box of a row, by its place on the page. */
function box(page: Page, place: number) {
  return rows(page).nth(place).getByRole('checkbox');
}

async function nameOf(page: Page, place: number): Promise<string> {
  return rows(page).nth(place).getByRole('rowheader').innerText();
}

/** The count beside a filter. */
async function count(page: Page, filter: string): Promise<number> {
  const words = await page.getByRole('link', { name: new RegExp(`^${filter}`) }).innerText();
  return Number(words.replace(/\D/g, ''));
}

test.beforeEach(async ({ page }) => {
  await signIn(page);
  await open(page, PATH);
});

test('the page shows fifty people, filters and their counts @plain', async ({ page }) => {
  await expect(page.getByRole('heading', { level: 1, name: 'Employees' })).toBeVisible();
  await expect(rows(page)).toHaveCount(50);
  for (const filter of ['All', 'Not invited', 'Pending', 'Active', 'Expired', 'Cancelled', 'Delivery problem', 'No email address', 'Suspended']) {
    await expect(page.getByRole('link', { name: new RegExp(`^${filter} \\d`) })).toBeVisible();
  }
  await page.getByRole('link', { name: /^Expired/ }).click();
  await expect(page).toHaveURL(/status=expired/);
  await expect(rows(page).first()).toContainText('Expired since');
  await expect(rows(page)).toHaveCount(Math.min(50, await count(page, 'Expired')));
  await expectAccessible(page);
});

test('pages go forth and back, and the address bar holds them @plain', async ({ page }) => {
  const first = await nameOf(page, 0);
  await page.getByRole('link', { name: 'Next', exact: true }).click();
  await expect(page).toHaveURL(/after=/);
  await expect(rows(page).first()).not.toContainText(first);
  const second = await nameOf(page, 0);
  await page.reload();
  await expect(rows(page).first()).toContainText(second);
  await page.getByRole('link', { name: 'Previous', exact: true }).click();
  await expect(rows(page).first()).toContainText(first);
  await page.getByRole('link', { name: 'Last', exact: true }).click();
  await expect(page.getByText('Next', { exact: true })).toHaveAttribute('aria-disabled', 'true');
  await page.goBack();
  await expect(rows(page).first()).toContainText(first);
});

test('columns sort, and say so @plain', async ({ page }) => {
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await page.getByRole('link', { name: 'Sent', exact: true }).click();
  await expect(page.getByRole('columnheader', { name: 'Sent' })).toHaveAttribute('aria-sort', 'descending');
  await expect(page).toHaveURL(/sort=sent/);
  await expect(rows(page).first().locator('td.sent')).not.toBeEmpty();
});

test('a search finds without accents, and keeps the filter @plain', async ({ page }) => {
  await page.getByRole('link', { name: /^Not invited/ }).click();
  await expect(page).toHaveURL(/status=not_invited/);
  const name = (await nameOf(page, 5)).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  await page.getByLabel('Search employees').fill(name);
  if (!hydrates()) await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(page).toHaveURL(/status=not_invited&search=/);
  await expect.poll(() => rows(page).count()).toBeLessThan(10);
  await expect(rows(page).first()).toContainText('Not invited');
});

test('nobody found says so, and leads back to everybody @plain', async ({ page }) => {
  await open(page, `${PATH}?search=nobody-is-called-so`);
  await expect(page.getByText('Nobody matches “nobody-is-called-so”')).toBeVisible();
  await page.getByRole('link', { name: 'Show everybody' }).click();
  await expect(rows(page)).toHaveCount(50);
});

test('an address that asks for what does not exist is corrected @plain', async ({ page }) => {
  await open(page, `${PATH}?status=bogus&search=mar`);
  await expect(page).toHaveURL(`${PATH}?search=mar`);
  await expect(page.getByRole('link', { name: /^All/ })).toHaveAttribute('aria-current', 'page');
  expect(await rows(page).count()).toBeLessThan(50);
});

test('a new organisation is told how to begin @plain', async ({ somebodyElse }) => {
  const name = newName('beginning');
  const owner = addressOf('owner', name);
  latchkey(['owner', 'add', '--organisation', name, '--email', owner, '--first-name', 'Be', '--last-name', 'Ginner', '--password-stdin'], PASSWORD);
  const page = await somebodyElse();
  await signIn(page, owner, PASSWORD);
  for (const status of ['', '?status=pending', '?status=not_invited']) {
    await open(page, PATH + status);
    await expect(page.getByText('There is nobody here but you yet')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Import a file' })).toHaveAttribute('href', `${PATH}/import`);
    await expect(page.getByRole('link', { name: 'Add the first person' })).toHaveAttribute('href', `${PATH}/new`);
    await expectAccessible(page);
  }
});

test('everybody who is skipped can be reached @plain', async ({ page }) => {
  await page.getByRole('link', { name: /^Active/ }).click();
  await expect(page).toHaveURL(/status=active/);
  const all = await count(page, 'Active');
  if (hydrates()) {
    await page.getByLabel('Select all on this page').click();
    await page.getByRole('button', { name: /^Select all \d+ matching$/ }).click();
  } else {
    await page.getByLabel(/matching, on all pages/).check();
  }
  await page.getByRole('button', { name: 'Send credentials' }).filter({ visible: true }).first().click();
  await ready(page);
  await page.getByText(`${all} people are already active`).click();
  const names = page.getByRole('group').getByRole('listitem');
  await expect(names).toHaveCount(10);
  if (hydrates()) {
    await page.getByRole('button', { name: 'Show 100 more' }).click();
    await expect(names).toHaveCount(110);
    await page.getByRole('button', { name: `Show ${all - 110} more` }).click();
    await expect(names).toHaveCount(all);
    await expect(page.getByRole('button', { name: /^Show/ })).toHaveCount(0);
    await expectAccessible(page);
  } else {
    await page.getByRole('link', { name: `Show ${all - 10} more` }).click();
    const further = page.getByRole('main').getByRole('listitem');
    await expect(further).toHaveCount(100);
    await page.getByRole('link', { name: 'Next' }).click();
    await expect(further).toHaveCount(all - 110);
    await page.getByRole('link', { name: 'Back to the whole action' }).click();
    await expect(page.getByText(`${all} people are already active`)).toBeVisible();
  }
});

test('a name leads to the profile, the menu to the history @plain', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 500 });
  const name = await nameOf(page, 2);
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('link', { name: 'View history' }).filter({ visible: true }).click();
  await expect(page).toHaveURL(/\/administration\/users\/\d+#history/);
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'History' })).toBeInViewport();
  if (hydrates()) await expect(page.getByRole('region', { name: 'History' })).toBeFocused();
});

test('without scripts a selection goes to the split as a form @plain', async ({ page }) => {
  test.skip(hydrates(), 'for pages without scripts');
  await page.getByRole('link', { name: /^Not invited/ }).click();
  await box(page, 0).check();
  await box(page, 1).check();
  await page.getByRole('button', { name: 'Send credentials' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Send credentials' })).toBeVisible();
  await expect(page).toHaveURL(/employee=\d+&employee=\d+/);
});

test.describe('alive', () => {
  test('ranges, pages and everybody are selected; the selection survives paging and sorting', async ({ page }) => {
    await box(page, 1).click();
    await box(page, 4).click({ modifiers: ['Shift'] });
    await expect(page.getByRole('status').filter({ hasText: '4 selected' })).toBeAttached();
    const all = page.getByLabel('Select all on this page');
    await expect(all).toHaveJSProperty('indeterminate', true);
    await page.getByRole('link', { name: 'Next', exact: true }).click();
    await expect(page).toHaveURL(/after=/);
    await expect(page.getByRole('button', { name: 'Clear selection' })).toBeVisible();
    await expect(all).toHaveJSProperty('indeterminate', false);
    await box(page, 0).click();
    await page.getByRole('link', { name: 'First', exact: true }).click();
    await expect(box(page, 1)).toBeChecked();
    await page.getByRole('link', { name: 'Department', exact: true }).click();
    await expect(page).toHaveURL(/sort=department/);
    await expect(page.getByRole('status').filter({ hasText: '5 selected' })).toBeAttached();
    await all.click();
    await page.getByRole('button', { name: /^Select all \d+ matching$/ }).click();
    await expect(page.getByRole('status').filter({ hasText: /All \d+ matching are selected/ })).toBeAttached();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Clear selection' }).click();
    await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Export CSV' })).toBeHidden();
  });

  test('ticks from before the page came alive count', async ({ page }) => {
    const wake = await openAsleep(page, PATH);
    await box(page, 0).check();
    await box(page, 2).check();
    await expect(page.getByRole('button', { name: 'Send credentials' }).first()).toBeVisible();
    await wake();
    await expect(page.getByRole('status').filter({ hasText: '2 selected' })).toBeAttached();
    await expect(box(page, 2)).toBeChecked();
  });

  test('typing narrows the table, and Back follows', async ({ page }) => {
    const search = page.getByLabel('Search employees');
    await search.pressSequentially('mar');
    await expect(page).toHaveURL(/search=mar/);
    await expect.poll(() => rows(page).count()).toBeLessThan(50);
    await expect(search).toBeFocused();
    await page.getByRole('link', { name: /^Active/ }).click();
    await expect(page).toHaveURL(/status=active&search=mar/);
    await page.goBack();
    await expect(page).not.toHaveURL(/status=/);
    await expect(search).toHaveValue('mar');
  });

  for (const [how, blocked] of [['', false], [', also where no stream gets through', true]] as const) {
    test(`rows change by themselves when somebody else acts${how}`, async ({ page, somebodyElse }) => {
      const filter = `${PATH}?status=pending`;
      if (blocked) await page.route('**/administration/events*', (route) => route.abort('blockedbyclient'));
      await open(page, filter);
      const name = await nameOf(page, 0);
      await box(page, 3).click();
      const other = await somebodyElse();
      await signIn(other);
      await open(other, filter);
      await other.getByRole('button', { name: `Actions for ${name}` }).click();
      await other.getByRole('button', { name: 'Cancel invitation' }).filter({ visible: true }).last().click();
      await other.getByRole('button', { name: 'Cancel invitations' }).click();
      await expect(other.getByRole('rowheader', { name, exact: true })).toHaveCount(0);
      await expect(page.getByRole('rowheader', { name, exact: true })).toHaveCount(0, { timeout: 15_000 });
      await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(1);
    });
  }

  test('a selection is exported as a file that spreadsheets read', async ({ page }) => {
    await box(page, 0).click();
    await box(page, 1).click();
    const name = await nameOf(page, 0);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('employees.csv');
    const text = readFileSync(await download.path(), 'utf8');
    expect(text.startsWith('\ufeffFirst name,Last name,Email,')).toBe(true);
    expect(text.trimEnd().split('\r\n')).toHaveLength(3);
    expect(text).toContain(name.split(' ').at(-1) ?? '');
  });

  test('what can be done with a selection stays in sight, moves nothing and hides nothing', async ({ page }) => {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      await open(page, PATH);
      const place = () => rows(page).nth(1).evaluate((row) => row.getBoundingClientRect().top + scrollY);
      const before = await place();
      await box(page, 40).click();
      await expect(page.getByRole('button', { name: 'Clear selection' })).toBeInViewport();
      await expect(page.getByRole('button', { name: 'Send credentials' }).filter({ visible: true }).first()).toBeInViewport({ ratio: 1 });
      expect(await place()).toBe(before);
      for (let step = 0; step < 40; step += 1) {
        await page.keyboard.press('Shift+Tab');
        const hidden = await page.evaluate(() => {
          const [focused, bar] = [document.activeElement?.getBoundingClientRect(), document.querySelector('.bulk-frame')?.getBoundingClientRect()];
          return focused && bar && document.activeElement?.closest('tbody') && focused.top < bar.bottom;
        });
        expect(hidden, `the bar over what has the focus, ${width} px wide`).toBeFalsy();
      }
    }
  });

  test('a status stands in one line in both languages', async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    for (const [language, words] of [
      ['fr', /^En attente, expire le/],
      ['en', /^Pending, expires/],
    ] as const) {
      await page.evaluate((word) => fetch('/api/set-language', { method: 'POST', body: new URLSearchParams({ language: word }) }), language);
      await open(page, `${PATH}?status=pending`);
      const badge = await page.getByText(words).first().boundingBox();
      expect(badge?.height).toBeLessThan(30);
      const suspended = page.getByRole('navigation').getByRole('link', { name: /^Suspend/ });
      expect((await suspended.boundingBox())?.y).toBe((await page.getByRole('navigation').getByRole('link', { name: /^(All|Tous)/ }).boundingBox())?.y);
    }
  });

  test('it fits a phone', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await expect(rows(page).first().getByRole('button', { name: /^Actions for/ })).toBeInViewport();
    await expectAccessible(page);
  });
});

test.describe('while the server does not answer', () => {
  test.use({ refusals: [422, 503] });

  const silence = (page: Page, name: string) =>
    page.route(`**/api/${name}`, (route) => route.fulfill({ status: 503, contentType: 'application/json', body: '"Unavailable"' }));

  test('what was asked for is asked again by itself', async ({ page }) => {
    await silence(page, 'employees');
    await page.getByLabel('Search employees').pressSequentially('mar');
    await expect(page.getByRole('alert')).toContainText('does not answer right now');
    await page.unroute('**/api/employees');
    await expect(page.getByRole('alert')).toHaveCount(0);
    await expect(page).toHaveURL(/search=mar/);
    expect(await rows(page).count()).toBeLessThan(50);
  });

  test('a split that failed can be tried again', async ({ page }) => {
    await silence(page, 'batch-propose');
    await box(page, 0).click();
    await page.getByRole('button', { name: 'Send credentials' }).filter({ visible: true }).first().click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('alert')).toContainText('does not answer right now');
    await page.unroute('**/api/batch-propose');
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await expect(dialog.locator('.split')).toBeVisible();
    await expect(dialog.getByRole('alert')).toHaveCount(0);
  });
});
