import { expect, hydrates, open, OWNER, signIn, test } from '../fixtures';

test('the owner signs in @plain', async ({ page }) => {
  await signIn(page);
  await expect(page.getByRole('link', { name: 'Employees' })).toBeVisible();
});

test('a wrong password is refused and the identifier kept @plain', async ({ page }) => {
  await open(page, '/sign-in');
  await page.getByLabel('Email or employee number').fill(OWNER.email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Email or employee number')).toHaveValue(OWNER.email);
  if (!hydrates()) await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
});
