import type { Page } from '@playwright/test';
import { expect, expectAccessible, hydrates, newestMail, open, ready, signIn, soon, test } from '../fixtures';
import { type Person, OTHER_PASSWORD, act, activate, addEmployee, addressOf, expectStanding, fillIn, history, invite, linkTo, newName, row, typeNewPassword } from '../people';

const PATH = '/administration/users';

test.beforeEach(async ({ page }) => signIn(page));

/** Where the split is shown: in a dialog, without scripts on a page of its own. */
function split(page: Page) {
  return hydrates() ? page.getByRole('dialog') : page.getByRole('main');
}

/** How many messages went to an address. */
async function countMails(page: Page, email: string): Promise<number> {
  const mailbox = await page.context().newPage();
  await mailbox.goto('/dev/mailbox');
  const count = await mailbox.getByRole('cell', { name: email, exact: true }).count();
  await mailbox.close();
  return count;
}

/** Fails unless somebody's history holds each of these once. */
async function expectHistory(page: Page, person: Person, lines: (string | RegExp)[]): Promise<void> {
  await open(page, person.profile);
  for (const line of lines) await expect(history(page).getByRole('listitem').filter({ hasText: line })).toHaveCount(1);
}

test('credentials leave once however often one presses, and the row turns active by itself @plain', async ({ page, somebodyElse }) => {
  const person = await addEmployee(page, 'Jana');
  await page.getByRole('button', { name: 'Send credentials' }).click();
  await expect(split(page)).toContainText(`${person.name} receives a message`);
  await page.getByRole('button', { name: 'Send now' }).dblclick();
  const link = await linkTo(page, person.email, '/activate/');
  await expectStanding(page, person, 'Pending, expires');

  await open(page, `${PATH}?search=${person.lastName}`);
  const shown = await page.evaluate(() => performance.timeOrigin);
  await expect(row(page, person)).toContainText('Pending, expires');
  const guest = await somebodyElse();
  await open(guest, link);
  await activate(guest);
  await guest.waitForURL((url) => url.pathname === '/');
  await soon(page, (timeout) => expect(row(page, person).getByText('Active', { exact: true })).toBeVisible({ timeout }));
  if (hydrates()) expect(await page.evaluate(() => performance.timeOrigin), 'when the page was loaded').toBe(shown);

  await expectHistory(page, person, [
    /Added by Olivia Berger/,
    `Invitation created, message to ${person.email} queued`,
    `Invitation to ${person.email} kept in the built-in mailbox`,
    'Link opened, perhaps by a mail scanner',
    'Account activated',
  ]);
  await expect(page.getByRole('button', { name: 'Send credentials' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Send password reset' })).toBeVisible();
  expect(await countMails(page, person.email)).toBe(1);
});

test('a selection is shown its split, taken back, sent again, and has one outcome each @plain', async ({ page }) => {
  const team = newName('Team');
  const ana = await addEmployee(page, 'Ana', { Department: team });
  const ben = await addEmployee(page, 'Ben', { Department: team, Language: 'Français' });
  const cem = await addEmployee(page, 'Cem', { Department: team, Email: '', 'Employee number': newName() });
  const list = `${PATH}?search=${team}`;
  const choose = async () => {
    await open(page, list);
    for (const person of [ana, ben, cem]) await page.getByRole('checkbox', { name: `Select ${person.name}` }).click();
    await page.getByRole('button', { name: 'Send credentials' }).filter({ visible: true }).first().click();
    await expect(split(page).getByRole('heading', { name: 'Send credentials' })).toBeVisible();
    await ready(page);
  };

  await choose();
  await expect(split(page)).toContainText('2 people receive a message (1 in English, 1 in French)');
  await expect(split(page)).toContainText('It leaves after 10 seconds; until then you can undo it.');
  await expect(split(page)).toContainText(/It comes from .+ <.+@.+>\./);
  await split(page).getByText('1 person has no email address').click();
  await expect(split(page).getByRole('link', { name: cem.name })).toHaveAttribute('href', cem.profile);
  await expectAccessible(page);
  await split(page).getByText('Go back').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Employees');

  await choose();
  await page.getByRole('button', { name: 'Send now' }).click();
  if (hydrates()) {
    await expect(page.getByRole('status').filter({ hasText: '2 messages were accepted.' })).toBeVisible();
    await expect(row(page, ana)).toContainText('Pending, not sent yet A message is on its way');
    await expectAccessible(page);
  }
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Undone: no message has left.' })).toBeVisible();
  if (!hydrates()) await open(page, list);
  for (const person of [ana, ben, cem]) await expect(row(page, person)).toContainText('Not invited');
  await expectHistory(page, ana, ['Invitation taken back before it left', 'Invitation not sent: undone before it left']);

  await choose();
  await page.getByRole('button', { name: 'Send now' }).click();
  if (hydrates()) await page.getByRole('link', { name: 'See the batch' }).click();
  await page.waitForURL(/\/administration\/batches\/\d+/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Send credentials');
  await expect(page.getByText('2 of 3 take part')).toBeVisible();
  await expect(page.getByText(/^Held for \d+ seconds?$/)).toBeVisible();
  await expectAccessible(page);
  await soon(page, (timeout) => expect(page.getByText('Ended', { exact: true })).toBeVisible({ timeout }));
  for (const [person, outcome] of [
    [ana, /^Kept \d+ \w+ \d{4}, \d\d:\d\d \w+\s*$/],
    [ben, /^Kept \d+ \w+ \d{4}, \d\d:\d\d \w+\s*$/],
    [cem, /^Skipped: no email address\s*$/],
  ] as const) {
    const line = page.getByRole('row').filter({ has: page.getByRole('link', { name: person.name }) });
    await expect(line.getByRole('cell').last()).toHaveText(outcome);
  }
  await expect(page.locator('.batch-state')).toHaveText(/^Ended on \d+ \w+ \d{4}, \d\d:\d\d \w+$/);
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Skipped 1' }).click();
  const reasons = page.getByRole('navigation', { name: 'Reasons' });
  await reasons.getByRole('link', { name: 'Skipped: no email address 1' }).click();
  await expect(reasons.getByRole('link', { name: 'Skipped: no email address 1' })).toHaveAttribute('aria-current', 'true');
  await expect(page.getByRole('row')).toHaveCount(2);
  await expectAccessible(page);
  expect((await newestMail(page, ben.email)).subject).toMatch(/^Activez votre compte/);
  expect(await countMails(page, ana.email)).toBe(1);

  await page.getByRole('navigation').getByRole('link', { name: 'Batches' }).click();
  await expect(page.getByRole('row').nth(1)).toContainText(/Send credentials – Batch \d+Ended \(2 kept\)2 of 3 take partOlivia Berger/);
  await expect(page.getByRole('row').nth(2)).toContainText('Undone');
});

test('where more people would receive it meanwhile, the split is shown once more before it leaves @plain', async ({ page }) => {
  const ana = await addEmployee(page, 'Ana');
  const cem = await addEmployee(page, 'Cem', { Email: '', 'Employee number': newName() });
  const chosen = [ana, cem].map(({ profile }) => `employee=${profile.split('/').pop()}`).join('&');
  await open(page, `/administration/batches/new?action=send_credentials&${chosen}`);
  await expect(page.getByText('1 person receives a message')).toBeVisible();

  const form = await page.context().newPage();
  await open(form, `${cem.profile}/edit`);
  await fillIn(form, { Email: addressOf('Cem', cem.lastName) });
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitForURL(/\/users\/\d+(\?done=[\w-]+)?$/);
  await form.close();

  await page.getByRole('button', { name: 'Send now' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Meanwhile more people would receive it than were shown.' })).toBeVisible();
  await expect(page.getByText('2 people receive a message')).toBeVisible();
  await ready(page);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.waitForURL(/\/administration\/batches\/\d+/);
  await expect(page.getByText('2 of 2 take part')).toBeVisible();
});

test('a message is not sent again within two minutes @plain', async ({ page }) => {
  const person = await invite(page, 'Pia');
  await expectStanding(page, person, 'Pending, expires');
  await page.getByRole('button', { name: 'Resend invitation' }).click();
  await expect(split(page)).toContainText(`${person.name} does not take part`);
  await expect(split(page)).toContainText('Skipped: a message was sent a minute ago');
  await expect(page.getByRole('button', { name: 'Resend now' })).toHaveCount(0);
  await split(page).getByText('Go back').click();
  await expect(page.getByText('does not take part')).toBeHidden();
});

test('an older link tells of the newer message, and offers a fresh one @plain', async ({ page, somebodyElse }) => {
  const person = await invite(page, 'Vera');
  const moveTo = async (email: string) => {
    await open(page, `${person.profile}/edit`);
    await fillIn(page, { Email: email });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/\/users\/\d+(\?done=address-changed)?$/);
    await ready(page);
  };
  // By way of another address, since the same one gets nothing twice within two minutes.
  const elsewhere = `elsewhere.${person.email}`;
  await moveTo(elsewhere);
  await act(page, 'Resend invitation', 'Resend now');
  await linkTo(page, elsewhere, '/activate/', /^A new link/);
  await moveTo(person.email);

  const guest = await somebodyElse();
  await open(guest, person.link);
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('There is a newer message');
  await expect(guest.getByText(/^On .* a newer message was sent to e\S*@example\.org\. Only the link in that message works\./)).toBeVisible();
  await expect(guest.getByRole('main')).not.toContainText(elsewhere);
  await expectAccessible(guest);
  await guest.getByRole('button', { name: 'Send me a fresh link' }).click();
  // The first message left for this address less than two minutes ago.
  await expect(guest.getByRole('status').filter({ hasText: /^Nothing was sent now: a message left for v•••@example\.org a moment ago\./ })).toBeVisible();
  await expect(guest.getByText('A fresh link is on its way')).toHaveCount(0);
  await expectHistory(page, person, [
    `Invitation resent, message to ${elsewhere} queued`,
    `Resent invitation to ${elsewhere} kept in the built-in mailbox`,
    `Address changed from ${elsewhere} to ${person.email}`,
  ]);
});

test('a cancelled invitation takes its link along @plain', async ({ page, somebodyElse }) => {
  const person = await invite(page, 'Hugo');
  const guest = await somebodyElse();
  await open(guest, person.link);
  await open(page, person.profile);
  await act(page, 'Cancel invitation', 'Cancel invitations');
  // A page that was open before does not activate either.
  await activate(guest);
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('This link was withdrawn');
  await open(guest, person.link);
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('This link was withdrawn');
  await expect(guest.getByRole('button', { name: 'Send me a fresh link' })).toHaveCount(0);
  await expectAccessible(guest);
  await expectStanding(page, person, 'Cancelled on');
  await expectHistory(page, person, [/Invitation cancelled by Olivia Berger/]);

  await act(page, 'Send credentials', 'Send now');
  await expect.poll(() => countMails(page, person.email)).toBe(2);
  await open(guest, await linkTo(page, person.email, '/activate/'));
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('Activate your account');
});

test('the history shows a message as it was sent, without its link @plain', async ({ page }) => {
  const person = await invite(page, 'Iris');
  await expectStanding(page, person, 'Pending, expires');
  await history(page).getByRole('link', { name: 'Show the message' }).click();
  await expect(page.getByRole('heading', { name: 'The message as it was sent' })).toBeVisible();
  const frame = page.getByTitle('The message as it was sent');
  await expect(frame).toHaveAttribute('sandbox', '');
  // Asked for apart: nothing can be looked at inside a frame in which no scripts run.
  const answer = await page.request.get((await frame.getAttribute('src')) ?? '');
  expect(answer.headers()['content-security-policy']).toContain("default-src 'none'");
  const message = await answer.text();
  expect(message).toContain(person.name);
  expect(message).toContain('Activate my account');
  expect(message).not.toContain('/activate/');
  expect(message).not.toContain('href');
  for (const [label, value] of [
    ['From', /^Alpine Rail &lt;\S+@\S+&gt;$/],
    ['To', new RegExp(`^${person.name} &lt;${person.email}&gt;$`)],
    ['Subject', /^Activate your account at Alpine Rail$/],
    ['Date', /^\d+ \w+ \d{4}, \d\d:\d\d \w+$/],
  ] as const) {
    const line = new RegExp(`>${label}</th><td[^>]*>([^<]*)</td>`).exec(message);
    expect(line?.[1], label).toMatch(value);
  }
  await expectAccessible(page);

  if (hydrates()) {
    // What happens to others is read, and draws nothing anew here.
    await frame.evaluate((element) => element.setAttribute('data-same', ''));
    const read = page.waitForResponse(/\/api\/profile/);
    const other = await page.context().newPage();
    await addEmployee(other, 'Otto');
    await other.close();
    await page.bringToFront();
    await read;
    await page.evaluate(() => new Promise(requestAnimationFrame));
    await expect(frame).toHaveAttribute('data-same', '');
  }
  await page.getByRole('link', { name: 'Close the message' }).click();
  await expect(frame).toHaveCount(0);
});

test('a password reset is sent from the profile, and opens with the new password only @plain', async ({ page, somebodyElse }) => {
  const person = await invite(page, 'Noam');
  const guest = await somebodyElse();
  await open(guest, person.link);
  await activate(guest);
  await guest.waitForURL((url) => url.pathname === '/');

  await expectStanding(page, person, 'Active since');
  await act(page, 'Send password reset', 'Send now');
  const phone = await somebodyElse();
  await open(phone, await linkTo(page, person.email, '/reset-password/', /^Set a new password/));
  await expect(phone.getByText(`For the account of ${person.name} at Alpine Rail.`)).toBeVisible();
  await typeNewPassword(phone, OTHER_PASSWORD);
  await phone.getByRole('button', { name: 'Set the new password' }).click();
  await expect(phone.getByText('Your new password is set.')).toBeVisible();
  await ready(phone);
  await signIn(phone, person.email, OTHER_PASSWORD);
  await expect(phone.getByRole('heading', { level: 1 })).toContainText(person.name);
  await guest.goto('/account');
  await expect(guest).toHaveURL(/\/sign-in/);
  expect((await newestMail(page, person.email, /password .* was changed/)).links).toEqual([]);
  await expectHistory(page, person, [`Password reset to ${person.email} queued`, 'New password set']);
});
