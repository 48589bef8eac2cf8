import { type Page } from '@playwright/test';
import { expect, expectAccessible, hydrates, newestMail, open, OWNER, ready, signIn, test } from '../fixtures';
import { PASSWORD, addEmployee, fillIn, invite, linkTo, typeNewPassword } from '../people';

const PATH = '/administration/settings';

/** What the demo begins with; other tests count on some of it. */
const DEMO = { 'Short name': 'alpine-rail', 'Validity in days': '14', Contact: '', Destination: '' };

async function save(page: Page): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Save' }).click()]);
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
  await ready(page);
}

async function expectValues(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await expect(page.getByLabel(label)).toHaveValue(value);
}

test('what was done is told once', async ({ page }) => {
  await signIn(page);
  await open(page, PATH);
  await save(page);
  await expect(page).toHaveURL(new RegExp(`${PATH}$`));
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
  await page.reload();
  await ready(page);
  await expect(page.getByText('Saved.', { exact: true })).toHaveCount(0);
});

test('mistakes are told beside their fields, and nothing is saved @plain', async ({ page }) => {
  await signIn(page);
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
  await ready(page);
  await expectAccessible(page);
  const typed = {
    'Short name': 'Alpine Rail',
    'Validity in days': '91',
    'Hold in seconds': '-1',
    'Messages per hour': 'many',
    'Sender address': 'rené@example.org',
    'Replies go to': 'nobody',
    Destination: 'javascript:alert(1)',
  };
  await fillIn(page, { ...typed, Contact: 'Never saved' });
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Save' }).click();
  expect((await answer).status()).toBe(hydrates() ? 200 : 422);
  await expect(page.getByText('Please correct 7 entries')).toBeVisible();
  for (const [label, problem] of [
    ['Short name', /Small letters without accents, digits and hyphens/],
    ['Validity in days', /A whole number from 1 to 90\./],
    ['Hold in seconds', /A whole number from 0 to 3,600\./],
    ['Messages per hour', /A whole number from 1 to 10,000,000\./],
    ['Sender address', /Before the @, only letters without accents/],
    ['Replies go to', /This is not an email address/],
    ['Destination', /A web address that begins with https/],
  ] as const) {
    const field = page.getByLabel(label);
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(problem);
  }
  await expectValues(page, typed);
  await open(page, PATH);
  await expectValues(page, { 'Short name': 'alpine-rail', 'Validity in days': '14', 'Messages per hour': '', Contact: '' });
});

test('what is saved stands on the page, and in the messages that leave from then on @plain', async ({ page }) => {
  await signIn(page);
  await open(page, PATH);
  const settings = { 'Short name': 'alpine', 'Validity in days': '3', Contact: 'Lift 2 <b>, 021 555 01 23', Destination: 'https://intranet.example.org/' };
  await fillIn(page, settings);
  await save(page);
  await open(page, PATH);
  await expectValues(page, settings);
  const { email } = await invite(page, 'Kai');
  expect((await newestMail(page, email)).text).toContain('Questions? Lift 2 <b>, 021 555 01 23');
  await open(page, PATH);
  await fillIn(page, DEMO);
  await save(page);
  await expectValues(page, DEMO);
});

test('what was saved meanwhile is told beside its field, and saving again works @plain', async ({ page }) => {
  await signIn(page);
  await open(page, PATH);
  const elsewhere = await page.context().newPage();
  await open(elsewhere, PATH);
  await fillIn(elsewhere, { Contact: 'Lift 2' });
  await save(elsewhere);
  await elsewhere.close();

  await fillIn(page, { Contact: 'Lift 3', 'Validity in days': '13' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('1 entry was changed meanwhile: please check')).toBeVisible();
  await expect(page.getByLabel('Contact')).toHaveAccessibleDescription(/This was changed meanwhile by Olivia Berger\. It now says “Lift 2”\. Look at it and save again\./);
  await expectValues(page, { Contact: 'Lift 3', 'Validity in days': '13' });
  await ready(page);
  await save(page);
  await expectValues(page, { Contact: 'Lift 3', 'Validity in days': '13' });
  await fillIn(page, DEMO);
  await save(page);
});

test('whoever may only look sees the settings and no form @plain', async ({ page, somebodyElse }) => {
  await signIn(page);
  const auditor = await invite(page, 'Uma', { Role: 'Auditor' });
  const guest = await somebodyElse();
  await open(guest, auditor.link);
  await typeNewPassword(guest, PASSWORD);
  await guest.getByRole('button', { name: 'Activate my account' }).click();
  await guest.waitForURL(/\/administration\/users$/);
  await open(guest, PATH);
  await expect(guest.getByText('Your role lets you look, not change.')).toBeVisible();
  await expect(guest.getByRole('term').filter({ hasText: 'Short name' }).locator('+ dd')).toHaveText('alpine-rail');
  await expect(guest.getByRole('button', { name: 'Save' })).toHaveCount(0);
  await expectAccessible(guest);
});

test('an administrator who reads French gets in, sends and changes the language in French @plain', async ({ page, somebodyElse }) => {
  await signIn(page);
  const { name, email } = await invite(page, 'Élodie', { Role: 'Administrator', Language: 'Français', Email: `elodie.${Date.now()}@example.org` });
  const colleague = await addEmployee(page, 'Owen');
  const french = await somebodyElse();
  const mail = await newestMail(page, email);
  expect(mail.subject).toBe('Activez votre compte chez Alpine Rail');

  await open(french, '/sign-in');
  await french.getByRole('link', { name: 'Français' }).click();
  await expect(french.getByRole('heading', { level: 1 })).toHaveText('Se connecter');
  await expect(french.locator('html')).toHaveAttribute('lang', 'fr');
  await open(french, await linkTo(page, email, '/activate/'));
  await expect(french.getByRole('heading', { level: 1 })).toHaveText('Activez votre compte');
  await typeNewPassword(french, PASSWORD);
  await french.getByRole('button', { name: 'Activer mon compte' }).click();
  await expect(french.getByRole('heading', { level: 1 })).toHaveText('Employés');
  await expect(french.locator('html')).toHaveAttribute('lang', 'fr');
  await ready(french);
  for (const filter of ['Tous', 'Non invités', 'En attente', 'Actifs', 'Expirés', 'Annulés', 'Problème d’envoi', 'Sans adresse électronique', 'Suspendus']) {
    await expect(french.getByRole('link', { name: new RegExp(`^${filter} \\d`) })).toBeVisible();
  }
  await expectAccessible(french);

  await open(french, colleague.profile);
  await expect(french.locator('.standing')).toHaveText('Non invité');
  await french.getByRole('button', { name: 'Envoyer les identifiants' }).click();
  await french.getByRole('button', { name: 'Envoyer maintenant' }).click();
  // The administrator's language is not the employee's.
  expect((await newestMail(page, colleague.email)).subject).toBe('Activate your account at Alpine Rail');
  await open(french, colleague.profile);
  const history = french.getByRole('region', { name: 'Historique' });
  await expect(history.getByRole('listitem').filter({ hasText: `Invitation créée, message à ${colleague.email} en file` })).toContainText(`par ${name}`);
  await french.getByRole('navigation').getByRole('link', { name: 'Paramètres' }).click();
  await expect(french.getByRole('heading', { level: 1 })).toHaveText('Paramètres');
  await ready(french);
  await french.getByLabel('Validité en jours').fill('0');
  await french.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(french.getByText('Un nombre entier de 1 à 90.')).toBeVisible();

  await open(french, '/account');
  await french.getByLabel('Langue des pages et des messages').selectOption({ label: 'English' });
  await french.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(french.getByRole('heading', { level: 1 })).toHaveText('My account');
  await expect(french.locator('html')).toHaveAttribute('lang', 'en');
  await ready(french);
  await french.getByRole('button', { name: 'Sign out' }).click();
  await expect(french).toHaveURL(/\/sign-in/);
});

test.describe('in a French browser', () => {
  test.use({ locale: 'fr-FR' });

  test('the sign-in page is French, and whoever chose English goes on in English @plain', async ({ page }) => {
    await open(page, '/sign-in');
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
    await page.getByLabel('Adresse électronique ou matricule').fill(OWNER.email);
    await page.getByLabel('Mot de passe', { exact: true }).fill('ce n’est pas lui');
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'Veuillez corriger' })).toBeVisible();
    await ready(page);
    await page.getByLabel('Mot de passe', { exact: true }).fill(OWNER.password);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Employees');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });
});
