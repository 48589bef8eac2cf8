import { expect, expectAccessible, hydrates, open, openAsleep, ready, signIn, test } from '../fixtures';
import { latchkey } from '../latchkey';
import { PASSWORD, act, addEmployee, addressOf, expectStanding, fact, fillIn, history, invite, linkTo, newName } from '../people';

const PATH = '/administration/users';

test.beforeEach(async ({ page }) => signIn(page));

test('what is wrong is told beside its field, what was typed stays, and then somebody is added @plain', async ({ page }) => {
  const lastName = newName("O'Brien-王");
  await open(page, PATH);
  await page.getByRole('link', { name: 'Add employee' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Add an employee');
  await ready(page);
  await fillIn(page, { 'First name': 'x'.repeat(201), 'Last name': lastName, Email: 'nobody', Department: 'Achats <b>', Role: 'Auditor' });
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  expect((await answer).status()).toBe(hydrates() ? 200 : 422);
  await expect(page.getByText('Please correct 2 entries')).toBeVisible();
  await expect(page.getByLabel('First name')).toHaveAccessibleDescription(/At most 200 characters/);
  await expect(page.getByLabel('Email')).toHaveAccessibleDescription(/This is not an email address/);
  await expect(page.getByLabel('Email')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Email')).toHaveValue('nobody');
  await expect(page.getByLabel('Last name')).toHaveValue(lastName);
  await expect(page.getByLabel('Department')).toHaveValue('Achats <b>');
  await expect(page.getByLabel('Role').locator('option:checked')).toHaveText('Auditor');
  if (hydrates()) await expect(page.getByLabel('First name')).toBeFocused();
  await ready(page);
  await expectAccessible(page);

  const email = addressOf('Sean', lastName.replace(/[^\w-]/g, ''));
  await fillIn(page, { 'First name': 'Seán', Email: email });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByText('Added.', { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Seán ${lastName}`);
  await expect(page.locator('.standing')).toHaveText('Not invited');
  await expect(fact(page, 'Email')).toHaveText(email);
  await expect(fact(page, 'Department')).toHaveText('Achats <b>');
  await expect(fact(page, 'Role')).toHaveText('Auditor');
  await expect(fact(page, 'Last sign-in')).toHaveText('Never');
  await expect(history(page).getByRole('listitem')).toHaveCount(1);
  await expect(history(page).getByRole('listitem')).toContainText(/Added by Olivia Berger/);
  await ready(page);
  await expectAccessible(page);
});

test('a refused form leads to the first field that needs a look, else to what is said above', async ({ page }) => {
  await open(page, `${PATH}/new`);
  await fillIn(page, { 'First name': 'Ada', Email: 'nobody', 'Employee number': 'with@sign' });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByLabel('Email')).toBeFocused();
  await fillIn(page, { Email: addressOf('ada', newName()) });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByLabel('Employee number')).toBeFocused();

  await open(page, `${PATH}?search=Berger`);
  const owner = await page.getByRole('main').getByRole('link', { name: 'Olivia Berger' }).getAttribute('href');
  await open(page, `${owner}/suspend`);
  await expect(page.getByText('This is the last owner')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Suspend', exact: true })).toHaveCount(0);
  // Somebody else's page, as of one who was no last owner when it was opened.
  const { profile } = await addEmployee(page, 'Ada');
  await open(page, `${profile}/suspend`);
  await page.locator('main input[name=id]').evaluate((id: HTMLInputElement, last) => (id.value = last), owner!.split('/').pop()!);
  await page.getByRole('button', { name: 'Suspend', exact: true }).click();
  await expect(page.getByText('This is the last owner')).toBeVisible();
  await expect(page.getByText('Please correct 1 entry')).toBeFocused();
});

test('pressing twice adds one @plain', async ({ page }) => {
  const lastName = newName('Once');
  await open(page, `${PATH}/new`);
  await fillIn(page, { 'First name': 'Ines', 'Last name': lastName, 'Employee number': lastName });
  await page.getByRole('button', { name: 'Add', exact: true }).dblclick();
  await page.waitForURL(/\/users\/\d+(\?done=added)?$/);
  await open(page, `${PATH}?search=${lastName}`);
  await expect(page.getByRole('rowheader')).toHaveCount(1);
});

test('what was typed and chosen before the page came alive stays', async ({ page }) => {
  const lastName = newName();
  const wake = await openAsleep(page, `${PATH}/new`);
  await fillIn(page, { 'First name': 'Early', 'Last name': lastName, 'Employee number': lastName, Role: 'Auditor' });
  await wake();
  await fillIn(page, { Department: 'Ventes' });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Early ${lastName}`);
  await expect(fact(page, 'Role')).toHaveText('Auditor');
});

test('somebody without an address needs a number, and keeps one of the two @plain', async ({ page }) => {
  const lastName = newName();
  const refused = /An email address or an employee number is needed/;
  await open(page, `${PATH}/new`);
  await fillIn(page, { 'First name': 'Noor', 'Last name': lastName });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByText(refused)).toBeVisible();
  await expect(page.getByLabel('Email')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Last name')).toHaveValue(lastName);
  await ready(page);
  await fillIn(page, { 'Employee number': lastName });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(fact(page, 'Employee number')).toHaveText(lastName);

  await ready(page);
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await ready(page);
  await fillIn(page, { 'Employee number': '' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Email')).toHaveAccessibleDescription(refused);
});

test('an edit stands on the profile and in the history @plain', async ({ page }) => {
  const person = await addEmployee(page, 'Emma', { Department: 'Ventes' });
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Edit ${person.name}`);
  await ready(page);
  await expectAccessible(page);
  await expect(page.getByLabel('Department')).toHaveValue('Ventes');
  await fillIn(page, { Department: 'Achats', 'Employee number': 'with@sign', Language: 'Français' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Employee number')).toHaveAccessibleDescription(/A number holds no @\.$/);
  await ready(page);
  await fillIn(page, { 'Employee number': '' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
  await expect(fact(page, 'Department')).toHaveText('Achats');
  await expect(fact(page, 'Language')).toHaveText('Français');
  await expect(history(page).getByText('Edited: Department, Language')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Resend invitation' })).toHaveCount(0);
});

test('what another administrator changed meanwhile is told, and saving again works @plain', async ({ page }) => {
  const person = await addEmployee(page, 'Alma', { Department: 'Ventes' });
  const other = await page.context().newPage();
  for (const each of [page, other]) await open(each, `${person.profile}/edit`);
  await fillIn(other, { Department: 'Achats', Role: 'Auditor' });
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(other.getByText('Saved.', { exact: true })).toBeVisible();
  await other.close();

  await fillIn(page, { Site: 'Lyon', 'First name': 'x'.repeat(201) });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('First name')).toHaveAccessibleDescription(/At most 200 characters/);
  await ready(page);
  await fillIn(page, { 'First name': 'Alba' });
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Save' }).click();
  expect((await answer).status()).toBe(hydrates() ? 200 : 422);
  await expect(page.getByText('2 entries were changed meanwhile: please check')).toBeVisible();
  await expect(page.getByLabel('Department')).toHaveAccessibleDescription(
    'This was changed meanwhile by Olivia Berger. It now says “Achats”. Look at it and save again.',
  );
  await expect(page.getByLabel('Role')).toHaveAccessibleDescription(/changed meanwhile by Olivia Berger\. It now says “Auditor”\./);
  await expect(page.getByLabel('Department')).toHaveValue('Ventes');
  await expect(page.getByLabel('Site')).toHaveValue('Lyon');
  await ready(page);
  await expectAccessible(page);

  await fillIn(page, { Department: 'Achats' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Alba ${person.lastName}`);
  await expect(fact(page, 'Department')).toHaveText('Achats');
  await expect(fact(page, 'Site')).toHaveText('Lyon');
  await expect(fact(page, 'Role')).toHaveText('Member');
});

test('whoever was invited and gets another address is offered a new link, and the old one says why @plain', async ({ page, somebodyElse }) => {
  const person = await invite(page, 'Mila');
  const email = `new.${person.email}`;
  await open(page, `${person.profile}/edit`);
  await fillIn(page, { Email: email });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').getByText('Send the invitation again with “Resend invitation”')).toBeVisible();
  await expect(page.locator('.standing')).toHaveText('Pending, not sent yet');
  await expect(history(page).getByText(`Address changed from ${person.email} to ${email}`)).toBeVisible();
  const guest = await somebodyElse();
  await open(guest, person.link);
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('This link was sent to an earlier address');

  await ready(page);
  await act(page, 'Resend invitation', 'Resend now');
  await open(guest, await linkTo(page, email, '/activate/'));
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('Activate your account');
  await expectStanding(page, person, 'Pending, expires');
});

test.describe('leaving', () => {
  // The page of somebody who was removed is not found.
  test.use({ refusals: [422, 404] });

  test('an account is suspended, restored and removed, each after asking @plain', async ({ page }) => {
    const person = await invite(page, 'Timo');
    const change = async (action: string) => {
      await page.getByRole('link', { name: action, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${action} ${person.name}?`);
      await ready(page);
      await expectAccessible(page);
      await page.getByRole('button', { name: action, exact: true }).click();
    };
    await open(page, person.profile);
    await change('Suspend');
    await expect(page.getByText('Suspended.', { exact: true })).toBeVisible();
    await expect(page.locator('.standing')).toContainText(/^Cancelled on .* Suspended since/);
    await expect(page.getByText('Nothing is sent to a suspended account; restore it first.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Send credentials' })).toHaveCount(0);
    await ready(page);
    await change('Restore');
    await expect(page.getByText('Restored.', { exact: true })).toBeVisible();
    await expect(page.locator('.standing')).not.toContainText('Suspended');
    await expect(page.getByRole('button', { name: 'Send credentials' })).toBeVisible();
    for (const line of ['Suspended', 'Invitation cancelled', 'Restored']) await expect(history(page).getByText(line, { exact: true })).toBeVisible();
    await ready(page);
    await change('Remove');
    await expect(page.getByText('Removed.', { exact: true })).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Employees');
    expect((await page.goto(person.profile))?.status()).toBe(404);
    await open(page, `${PATH}?search=${person.lastName}`);
    await expect(page.getByText(`Nobody matches “${person.lastName}”`)).toBeVisible();
  });

  test('leaving a question changes nothing @plain', async ({ page }) => {
    const person = await addEmployee(page, 'Nele');
    await page.getByRole('link', { name: 'Remove', exact: true }).click();
    await page.getByRole('link', { name: 'Go back' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(person.name);
    await expect(history(page).getByRole('listitem')).toHaveCount(1);
  });

  test('an unknown number, and one of another organisation, is not found @plain', async ({ page, somebodyElse }) => {
    const person = await addEmployee(page, 'Lars');
    const name = newName('elsewhere');
    const owner = addressOf('owner', name);
    latchkey(['owner', 'add', '--organisation', name, '--email', owner, '--first-name', 'Else', '--last-name', 'Where', '--password-stdin'], PASSWORD);
    const stranger = await somebodyElse();
    await signIn(stranger, owner, PASSWORD);
    for (const [somebody, path] of [
      [page, `${PATH}/999999999`],
      [page, `${PATH}/nobody`],
      [stranger, person.profile],
      [stranger, `${person.profile}/edit`],
      [stranger, `${person.profile}/suspend`],
      [stranger, `${person.profile}/restore`],
      [stranger, `${person.profile}/remove`],
    ] as const) {
      expect((await somebody.goto(path))?.status(), path).toBe(404);
      await expect(somebody.getByRole('heading', { level: 1 })).toHaveText('Page not found');
    }
    await open(stranger, PATH);
    await expect(stranger.getByRole('rowheader')).toHaveCount(1);
  });
});
