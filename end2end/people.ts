import { type Locator, type Page, expect } from '@playwright/test';
import { hydrates, newestMail, open, ready, soon } from './fixtures';

/** Passwords that the policy takes, from administrators too. */
export const PASSWORD = 'parapluie violet tonnerre biscuit';
export const OTHER_PASSWORD = 'quatre girafes dans le brouillard';

/** An employee of the demo's organisation. */
export type Person = { name: string; lastName: string; email: string; profile: string };

let people = 0;

/** A last name that no other test and no earlier run has used. */
export function newName(word = 'Tester'): string {
  people += 1;
  return `${word}-${hydrates() ? 'h' : 'p'}${Date.now().toString(36)}${people}`;
}

/** The address that goes with a name. */
export function addressOf(firstName: string, lastName: string): string {
  return `${firstName}.${lastName}@example.org`.toLowerCase();
}

/** Fills in fields by their labels, choices by their words. */
export async function fillIn(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) {
    const field = page.getByRole('main').getByLabel(label);
    const isChoice = (await field.getAttribute('type')) === null;
    if (isChoice) await field.selectOption({ label: value });
    else await field.fill(value);
  }
}

/** Adds somebody, as the administrator who is signed in, and stays on the new profile; `more` holds further fields. */
export async function addEmployee(page: Page, firstName: string, more: Record<string, string> = {}): Promise<Person> {
  const lastName = newName();
  const email = more.Email ?? addressOf(firstName, lastName);
  await open(page, '/administration/users/new');
  await fillIn(page, { 'First name': firstName, 'Last name': lastName, Email: email, ...more });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.waitForURL(/\/administration\/users\/\d+(\?done=added)?$/);
  await ready(page);
  return { name: `${firstName} ${lastName}`, lastName, email, profile: new URL(page.url()).pathname };
}

/** Presses the button of an action and confirms what is then shown: in a dialog, or without scripts on a page. */
export async function act(page: Page, action: string, confirm: string): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: action, exact: true }).filter({ visible: true }).first().click();
  await page.getByRole('button', { name: confirm, exact: true }).click();
  if (hydrates()) await expect(page.getByRole('dialog')).toBeHidden();
  else await page.waitForURL(/\/administration\/batches\/\d+/);
}

/** Waits until a profile says so beside its name. */
export async function expectStanding(page: Page, person: Person, words: string): Promise<void> {
  if (new URL(page.url()).pathname !== person.profile) await open(page, person.profile);
  await soon(page, (timeout) => expect(page.locator('.standing')).toContainText(words, { timeout }));
}

/** What a profile says of somebody. */
export function fact(page: Page, label: string): Locator {
  return page.getByRole('term').filter({ hasText: label }).locator('+ dd');
}

/** The history on a profile. */
export function history(page: Page): Locator {
  return page.getByRole('region', { name: 'History' });
}

/** The link in the newest message to an address, waited for. */
export async function linkTo(page: Page, email: string, path: string, subject?: RegExp): Promise<string> {
  const { links } = await newestMail(page, email, subject);
  const link = links.find((each) => each.includes(path));
  expect(link, `a link to ${path} in the mail to ${email}`).toBeDefined();
  return link as string;
}

/** Adds somebody and sends the credentials; with the link of the mail. */
export async function invite(page: Page, firstName: string, more: Record<string, string> = {}): Promise<Person & { link: string }> {
  const person = await addEmployee(page, firstName, more);
  await act(page, 'Send credentials', 'Send now');
  return { ...person, link: await linkTo(page, person.email, '/activate/') };
}

/** Types a new password, in either language; twice where it cannot be shown. */
export async function typeNewPassword(page: Page, password: string, again = password): Promise<void> {
  await page.getByLabel(/New password|Nouveau mot de passe/).fill(password);
  if (!hydrates()) await page.getByLabel(/Repeat the password|Répétez le mot de passe/).fill(again);
}

/** Sets the password on the page of an opened activation link. */
export async function activate(page: Page, password = PASSWORD, again = password): Promise<void> {
  await typeNewPassword(page, password, again);
  await page.getByRole('button', { name: 'Activate my account' }).click();
}

/** The row of somebody in the table. */
export function row(page: Page, person: Person) {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: person.name, exact: true }) });
}
