import { expect, expectAccessible, hydrates, newestMail, open, ready, signIn, test } from '../fixtures';
import { OTHER_PASSWORD, PASSWORD, activate, invite, linkTo, typeNewPassword } from '../people';

test('a person activates from the mail and is in @plain', async ({ page, somebodyElse }) => {
  await signIn(page);
  const { name, email, link } = await invite(page, 'Nora');
  const guest = await somebodyElse();
  await open(guest, link);
  expect(guest.url()).not.toContain(link.split('/').pop());
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('Activate your account');
  await expect(guest.getByLabel('You sign in with')).toHaveValue(email);
  await expect(guest.locator('input[autocomplete=username]')).toHaveAttribute('readonly');
  await expectAccessible(guest);

  await activate(guest, 'short');
  await expect(guest.getByText('At least 12 characters. A few words')).toBeVisible();
  if (hydrates()) {
    await guest.getByLabel('New password').fill('aaaa');
    await expect(guest.getByText('Too short: 12 characters or more.')).toBeVisible();
    for (const [password, words] of [
      ['qwertyuiopasdfghjklzxcvbnm', 'Weak: repeated characters, alphabets and rows of keys'],
      [`it is ${name} again`, 'It holds your name, your address or your organisation’s name.'],
      ['password passport', 'Long enough. It is refused all the same if it is a common one'],
      ['ｃｏｒｒｅｃｔ horse bâttery staple', 'Good.'],
    ] as const) {
      await guest.getByLabel('New password').fill(password);
      await expect(guest.locator('.strength')).toContainText(words);
    }
    await guest.getByRole('button', { name: 'Show the password' }).click();
    await expect(guest.getByLabel('New password')).toHaveAttribute('type', 'text');
  } else {
    for (const again of ['something else', '']) {
      await activate(guest, PASSWORD, again);
      await expect(guest.getByText('The two passwords differ.')).toBeVisible();
    }
  }
  await activate(guest);
  await guest.waitForURL((url) => url.pathname === '/');
  await expect(guest.getByRole('heading', { level: 1 })).toContainText(name);

  await open(guest, link);
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('This account is already active');
  await guest.getByRole('link', { name: 'Go to your page' }).click();
  await guest.waitForURL((url) => url.pathname === '/');
});

test('two links in one browser do not mix @plain', async ({ page, somebodyElse }) => {
  await signIn(page);
  const [first, second] = [await invite(page, 'Anna'), await invite(page, 'Bruno')];
  const guest = await somebodyElse();
  const other = await guest.context().newPage();
  await open(guest, first.link);
  await open(other, second.link);
  await guest.reload();
  await ready(guest);
  await activate(guest);
  await guest.waitForURL((url) => url.pathname === '/');
  await expect(guest.getByRole('heading', { level: 1 })).toContainText(first.name);

  // Meanwhile Anna is signed in: the second form asks before it ends that session.
  await activate(other);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Somebody else is signed in');
  await other.getByRole('button', { name: `Sign ${first.name} out and go on` }).click();
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Activate your account');
  await ready(other);
  await activate(other);
  await other.waitForURL((url) => url.pathname === '/');
  await expect(other.getByRole('heading', { level: 1 })).toContainText(second.name);
});

test('a cut link says so in the language of the browser @plain', async ({ page }) => {
  await open(page, '/activate/AbCdEf');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link cannot be read');
  await page.getByRole('link', { name: 'Français' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ce lien est illisible');
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
});

test('a forgotten password is replaced, and every session ends @plain', async ({ page, somebodyElse }) => {
  await signIn(page);
  const { name, email, link } = await invite(page, 'Rosa');
  const guest = await somebodyElse();
  await open(guest, link);
  await activate(guest);
  await guest.waitForURL((url) => url.pathname === '/');

  const phone = await somebodyElse();
  const forget = async (identifier: string): Promise<string> => {
    await open(phone, '/forgot-password');
    await phone.getByLabel('Email or employee number').fill(identifier);
    await phone.getByRole('button', { name: 'Send me a link' }).click();
    return phone.getByRole('status').filter({ hasText: 'on its way' }).innerText();
  };
  expect(await forget(email)).toEqual(await forget(`nobody.${email}`));
  await open(phone, await linkTo(page, email, '/reset-password/'));
  await expectAccessible(phone);
  await typeNewPassword(phone, OTHER_PASSWORD);
  await phone.getByRole('button', { name: 'Set the new password' }).click();
  await expect(phone).toHaveURL(/\/sign-in(\?done=password-set)?$/);
  await expect(phone.getByText('Your new password is set.')).toBeVisible();

  await guest.goto('/account');
  await expect(guest).toHaveURL(/\/sign-in/);
  await signIn(guest, email, OTHER_PASSWORD);
  await expect(guest.getByRole('heading', { level: 1 })).toContainText(name);
});

test('an account page changes language and password @plain', async ({ page, somebodyElse }) => {
  await signIn(page);
  const { email, link } = await invite(page, 'Lena');
  const guest = await somebodyElse();
  await open(guest, link);
  await activate(guest);
  await guest.waitForURL((url) => url.pathname === '/');
  await open(guest, '/account');
  await expectAccessible(guest);
  await guest.getByLabel('Current password').fill('this is not it');
  await typeNewPassword(guest, OTHER_PASSWORD);
  await guest.getByRole('button', { name: 'Change the password' }).click();
  await expect(guest.getByText('This is not your present password.')).toBeVisible();
  await guest.getByLabel('Current password').fill(PASSWORD);
  await typeNewPassword(guest, OTHER_PASSWORD);
  await guest.getByRole('button', { name: 'Change the password' }).click();
  await expect(guest.getByText('Your password is changed.')).toBeVisible();
  await ready(guest);
  await guest.getByLabel('Language of pages and messages').selectOption({ label: 'Français' });
  await guest.getByRole('button', { name: 'Save' }).click();
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('Mon compte');
  const mail = await newestMail(page, email);
  expect(mail.subject).not.toContain('reset');
});
