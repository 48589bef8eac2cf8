import { type Page } from '@playwright/test';
import { expect, expectAccessible, hydrates, open, ready, signIn, soon, test } from '../fixtures';
import { type Person, addEmployee, newName } from '../people';

test.beforeEach(async ({ page }) => signIn(page));

/** Sends credentials to two new people, and opens the page of the batch while it is held. */
async function hold(page: Page): Promise<[Person, Person]> {
  const team = newName('Team');
  const people: [Person, Person] = [
    await addEmployee(page, 'Dora', { Department: team }),
    await addEmployee(page, 'Emil', { Department: team }),
  ];
  await open(page, `/administration/users?search=${team}`);
  for (const person of people) await page.getByRole('checkbox', { name: `Select ${person.name}` }).click();
  await page.getByRole('button', { name: 'Send credentials' }).filter({ visible: true }).first().click();
  await page.getByRole('button', { name: 'Send now' }).click();
  if (hydrates()) await page.getByRole('link', { name: 'See the batch' }).click();
  await page.waitForURL(/\/administration\/batches\/\d+/);
  await ready(page);
  return people;
}

/** Presses a button of the batch's page, and waits for what it says then. */
async function press(page: Page, button: string, said: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: said })).toBeVisible();
  await ready(page);
}

/** Fails unless the batch can be steered by these buttons, in these places. */
async function expectSteering(page: Page, buttons: string[]): Promise<void> {
  await expect(page.getByRole('main').locator('.buttons').first().getByRole('button')).toHaveText(buttons);
}

async function expectState(page: Page, state: string): Promise<void> {
  await soon(page, (timeout) => expect(page.getByRole('strong').getByText(state, { exact: true })).toBeVisible({ timeout }));
}

test('a paused batch waits for a person, and goes on when it is resumed @plain', async ({ page }) => {
  await hold(page);
  await expectSteering(page, ['Pause', 'Undo']);
  await press(page, 'Pause', 'Paused: what has not left is held back.');
  await expectState(page, 'Paused');
  await expect(page.locator('#batch-state')).toContainText(/^Paused since .+, by Olivia Berger$/);
  // Nothing can have left, so that it can still be undone.
  await expectSteering(page, ['Resume', 'Stop', 'Undo']);
  await expectAccessible(page);
  // Longer than it would have been held.
  await page.waitForTimeout(12_000);
  await page.reload();
  await expectState(page, 'Paused');
  await expectSteering(page, ['Resume', 'Stop']);
  await expect(page.getByText('0 of 2 done.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'On the way 2' })).toBeVisible();
  if (hydrates()) {
    const outOfDate = page.getByText('What stands here may be out of date.');
    await page.route('**/api/**', (route) => route.abort('blockedbyclient'));
    await expect(outOfDate).toBeVisible();
    await page.unroute('**/api/**');
    await expect(outOfDate).toHaveCount(0);
  }
  await press(page, 'Resume', 'Resumed.');
  await expectState(page, 'Ended');
  await expect(page.getByRole('link', { name: 'Kept 2' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pause' })).toHaveCount(0);
});

test('a stopped batch leaves those it had not reached as they were, and says so @plain', async ({ page }) => {
  const [dora] = await hold(page);
  const batch = new URL(page.url()).pathname;
  await press(page, 'Pause', 'Paused: what has not left is held back.');
  await press(page, 'Stop', 'Stopped: what had not left was dropped.');
  await expectState(page, 'Stopped');
  await page.getByRole('link', { name: 'Dropped 2' }).click();
  await expect(page.getByRole('row').filter({ hasText: dora.name })).toContainText('the batch was stopped');
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Skipped 0' }).click();
  await expect(page.getByText('Nobody.')).toBeVisible();

  const report = await page.request.get(`${batch}/report`);
  expect(report.headers()['content-type']).toContain('text/csv');
  expect(await report.text()).toContain(`${dora.name},${dora.email},`);

  await open(page, dora.profile);
  await expect(page.locator('.standing')).toContainText('Not invited');

  await open(page, batch);
  await page.getByRole('link', { name: 'Send the rest' }).click();
  await expect(page.getByText('had not left when it was stopped')).toBeVisible();
  await expect(page.getByText('2 people receive a message')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.waitForURL((url) => /\/administration\/batches\/\d+/.test(url.pathname) && url.pathname !== batch);
  const rest = new URL(page.url()).pathname;
  await page.getByRole('link', { name: /^Rest of batch \d+, which was stopped$/ }).click();
  await page.waitForURL((url) => url.pathname === batch);
  await expect(page.getByRole('link', { name: 'Send the rest' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: `The rest: batch ${rest.split('/').pop()}` })).toHaveAttribute('href', rest);
});

test('the list of batches follows how they stand @plain', async ({ page }) => {
  await hold(page);
  const path = new URL(page.url()).pathname;
  await press(page, 'Pause', 'Paused: what has not left is held back.');
  await open(page, '/administration/batches');
  const row = page.getByRole('row').filter({ has: page.locator(`a[href="${path}"]`) });
  await expect(row).toContainText('Paused');
  const link = row.getByRole('link');
  await link.focus();
  const form = await page.context().newPage();
  await open(form, path);
  await press(form, 'Resume', 'Resumed.');
  await form.close();
  await soon(page, (timeout) => expect(row).toContainText('Ended', { timeout }));
  if (hydrates()) await expect(link).toBeFocused();

  const other = await page.context().newPage();
  await hold(other);
  const newer = new URL(other.url()).pathname;
  await other.close();
  await soon(page, (timeout) => expect(page.locator(`a[href="${newer}"]`)).toBeVisible({ timeout }));

  await open(page, '/administration/batches?before=1');
  await expect(page.getByText('There are no older batches.')).toBeVisible();
  await page.getByRole('link', { name: 'To the newest' }).click();
  await expect(page.locator(`a[href="${newer}"]`)).toBeVisible();
});

test('cancelled invitations have outcomes of their own @plain', async ({ page }) => {
  const people = await hold(page);
  const ids = people.map(({ profile }) => profile.split('/').pop());
  await open(page, `/administration/batches/new?action=cancel_invitation&employee=${ids.join(',')}`);
  await page.getByRole('button', { name: 'Cancel invitations' }).click();
  await page.waitForURL(/\/administration\/batches\/\d+/);
  await ready(page);
  await expect(page.getByRole('navigation', { name: 'Outcomes' }).getByRole('link')).toHaveText([/^All 2$/, /^Skipped 0$/]);
  for (const person of people) await expect(page.getByRole('row').filter({ hasText: person.name })).toContainText('Invitation cancelled');
});
