import { type Page } from '@playwright/test';
import { expect, hydrates, open, OWNER, ready, signIn, test } from '../fixtures';

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

test.describe('when the session has ended', () => {
  test.use({ refusals: [401, 422] });

  const signInHere = async (page: Page) => {
    await ready(page);
    await page.getByLabel('Email or employee number').fill(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };

  test('going on elsewhere leads to sign in and there @plain', async ({ page }) => {
    await signIn(page);
    await open(page, '/administration/users?status=pending');
    await page.context().clearCookies();
    await page.getByRole('navigation').getByRole('link', { name: 'Batches' }).click();
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await signInHere(page);
    await expect(page).toHaveURL(/\/administration\/batches$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Batches');
  });

  test('saving leads to sign in and back @plain', async ({ page }) => {
    await signIn(page);
    await open(page, '/administration/settings');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await signInHere(page);
    await expect(page).toHaveURL(/\/administration\/settings$/);
  });
});
