import { expect, open, ready, signIn, test } from '../fixtures';
import { addEmployee, expectStanding, newName, row } from '../people';

const PATH = '/administration/users';

test.beforeEach(async ({ page }) => signIn(page));

test('after sending by keyboard one stands on what was done, which outlives a reload and tells how it ended', async ({ page }) => {
  const team = newName('Team');
  for (const name of ['Fay', 'Gus']) await addEmployee(page, name, { Department: team });
  await open(page, `${PATH}?search=${team}`);
  await page.getByLabel('Select all on this page').click();
  await page.getByRole('button', { name: 'Send credentials' }).filter({ visible: true }).first().press('Enter');
  await page.getByRole('button', { name: 'Send now' }).press('Enter');
  const note = page.getByRole('status').filter({ hasText: 'See the batch' });
  await expect(note.locator('> div')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(note.getByRole('button', { name: 'Undo' })).toBeFocused();

  await page.reload();
  await ready(page);
  await expect(note).toContainText('2 messages were accepted.');
  await note.getByRole('button', { name: 'Undo' }).press('Enter');
  await expect(note).toContainText('Undone: no message has left.');
  await expect(note.locator('> div')).toBeFocused();
  await note.getByRole('button', { name: 'Close' }).press('Enter');
  await expect(note).toHaveCount(0);
  await expect(page.getByRole('main')).toBeFocused();

  await page.getByLabel('Select all on this page').click();
  await page.getByRole('button', { name: 'Send credentials' }).filter({ visible: true }).first().click();
  await page.getByRole('button', { name: 'Send now' }).click();
  await expect(note).toContainText('2 messages were accepted.');
  await note.getByRole('button', { name: 'Undo' }).focus();
  await expect(note).toContainText('Ended (2 kept)', { timeout: 20_000 });
  await expect(note.getByRole('button', { name: 'Undo' })).toHaveCount(0);
  await expect(note.locator('> div')).toBeFocused();
});

test('what could not be undone for want of a network can be undone again', async ({ page }) => {
  const team = newName('Team');
  for (const name of ['Fay', 'Gus']) await addEmployee(page, name, { Department: team });
  await open(page, `${PATH}?search=${team}`);
  await page.getByLabel('Select all on this page').click();
  await page.getByRole('button', { name: 'Send credentials' }).filter({ visible: true }).first().click();
  await page.getByRole('button', { name: 'Send now' }).click();
  const note = page.getByRole('status').filter({ hasText: 'See the batch' });
  const undo = note.getByRole('button', { name: 'Undo' });
  await page.route('**/api/**', (route) => route.abort('blockedbyclient'));
  await undo.click();
  await expect(note.getByRole('alert')).toContainText('This did not work');
  await page.unroute('**/api/**');
  await undo.click();
  await expect(note).toContainText('Undone: no message has left.');
});

test('while the answer is awaited the dialog stays open and says so', async ({ page }) => {
  const person = await addEmployee(page, 'Ida');
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/batch-accept', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Send credentials' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Send now' }).click();
  await expect(dialog.getByRole('status')).toHaveText('One moment…');
  await expect(dialog.getByRole('button', { name: 'Go back' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  release();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('status').filter({ hasText: 'See the batch' })).toBeVisible();
  await expectStanding(page, person, 'Pending, expires');
});

test('a choice in the dialog shows another split, and keeps the focus', async ({ page }) => {
  await open(page, `${PATH}?status=expired`);
  await page.getByLabel('Select all on this page').click();
  await page.getByRole('button', { name: 'Send credentials' }).filter({ visible: true }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Nobody among them takes part');
  const choice = dialog.getByRole('checkbox', { name: /^Also resend/ });
  await choice.press('Space');
  await expect(dialog).toContainText('people receive a message');
  await expect(choice).toBeChecked();
  await expect(choice).toBeFocused();
  await dialog.getByRole('button', { name: 'Go back' }).click();
  await expect(dialog).toBeHidden();
});

test('an action of a row’s menu leaves the selection of others', async ({ page }) => {
  const team = newName('Team');
  const eve = await addEmployee(page, 'Eve', { Department: team });
  const flo = await addEmployee(page, 'Flo', { Department: team });
  await open(page, `${PATH}?search=${team}`);
  const box = page.getByRole('checkbox', { name: `Select ${flo.name}` });
  await box.click();
  await row(page, eve).getByRole('button', { name: `Actions for ${eve.name}` }).click();
  await row(page, eve).getByRole('button', { name: 'Send credentials' }).click();
  await page.getByRole('button', { name: 'Send now' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'See the batch' })).toBeVisible();
  await expect(box).toBeChecked();
  await expect(page.getByRole('status').filter({ hasText: '1 selected' })).toBeAttached();
});

test.describe('an answer that comes after the dialog was closed', () => {
  test.use({ refusals: [422, 503] });

  test('is told in the dialog where nothing left', async ({ page }) => {
    const person = await addEmployee(page, 'Noa');
    let refuse = () => {};
    const held = new Promise<void>((resolve) => (refuse = resolve));
    await page.route('**/api/batch-accept', async (route) => {
      await held;
      await route.fulfill({ status: 503, contentType: 'application/json', body: '"Unavailable"' });
    });
    await page.getByRole('button', { name: 'Send credentials' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Send now' }).click();
    await expect(dialog.getByRole('status')).toHaveText('One moment…');
    // The browser keeps nobody in a dialog for ever.
    await dialog.evaluate((dialog: HTMLDialogElement) => dialog.close());
    await expect(dialog).toBeHidden();
    refuse();
    await expect(dialog.getByRole('alert')).toContainText('does not answer right now');
    await page.unroute('**/api/batch-accept');
    await dialog.getByRole('button', { name: 'Send now' }).click();
    await expect(dialog).toBeHidden();
    await expectStanding(page, person, 'Pending, expires');
  });
});
