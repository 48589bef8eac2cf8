import { writeFileSync } from 'node:fs';
import { type Page } from '@playwright/test';
import { expect, expectAccessible, hydrates, open, ready, signIn, test } from '../fixtures';
import { latchkeyEnding } from '../latchkey';

const IMPORT = '/administration/users/import';

/** A number that no other test uses. */
const unique = () => `${Date.now()}${Math.floor(Math.random() * 1000)}`;

/** Chooses a file and has it checked. */
async function check(page: Page, text: string | Buffer, name = 'people.csv'): Promise<void> {
  await open(page, IMPORT);
  await page.getByLabel('File', { exact: true }).setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByRole('button', { name: 'Check the file' }).click();
  // A refused file comes back to the same path.
  await page.waitForLoadState('load');
  await ready(page);
}

async function confirm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText(/^The import is done: /)).toBeVisible();
  await ready(page);
}

test('a file is checked, imported, and changes nothing a second time @plain', async ({ page }) => {
  await signIn(page);
  const id = unique();
  const file = [
    'Matricule;Prénom;Nom;Courriel;Service;Pointure',
    `${id}1;Zoé;O'Neill;zoe.${id}@example.org;Achats;40`,
    `${id}2;<b>王</b>;"Doe\r\nBcc: x";;Ventes;`,
    `${id}1;Double;Row;double.${id}@example.org;;`,
    `;Nobody;Known;;;`,
    `${id}3;Not;Reachable;somewhere;;`,
    'ragged;row',
  ].join('\r\n');
  await check(page, file);
  await expect(page.getByText('If you import this file: 4 rows refused, 2 employees added.', { exact: true })).toBeVisible();
  for (const reason of [
    /^Employee number: The same as in row 2\.$/,
    /^Neither an employee number nor an email address\.$/,
    /^Email: Not an email address\.$/,
    /^The row has 2 cells, the heading row has 6\.$/,
  ]) {
    await expect(page.getByRole('listitem').filter({ hasText: reason })).toBeVisible();
  }
  await expect(page.getByRole('columnheader', { name: 'Pointure' })).toBeVisible();
  if (hydrates()) await expectAccessible(page);
  await page.getByRole('link', { name: 'New: 2' }).click();
  await expect(page.getByRole('cell', { name: '<b>王</b> Doe Bcc: x' })).toBeVisible();
  await confirm(page);
  await expect(page.getByText('The import is done: 4 rows refused, 2 employees added.')).toBeVisible();
  await page.getByRole('link', { name: 'Send credentials to those not invited' }).click();
  await expect(page.getByRole('link', { name: /^Not invited/ })).toHaveAttribute('aria-current', /./);
  await ready(page);
  await page.getByLabel('Search employees').fill(`zoe.${id}`);
  if (!hydrates()) await page.getByLabel('Search employees').press('Enter');
  await expect(page.getByRole('rowheader')).toHaveText(["Zoé O'Neill"]);

  await check(page, file);
  await expect(page.getByText('If you import this file: 4 rows refused.', { exact: true })).toBeVisible();
  await expect(page.getByText('2 rows without changes', { exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: /Unchanged/ })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Import', exact: true })).toHaveCount(0);
});

test('files that cannot be read come back with the reason @plain', async ({ page }) => {
  await signIn(page);
  for (const [file, reason] of [
    ['first name,last name\nJane,Doe\n', 'neither an address nor a number column'],
    ['', 'The file is empty.'],
    ['email\n', 'nothing below it'],
    ['email,site\na@example.org,Lyon\nb@example.org,"Paris\nc@example.org,Nice\n', 'A quotation mark (") opens in row 3 and is never closed'],
    [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0]), 'not a text file'],
    [Buffer.from('PK\x03\x04'), 'Save it as CSV'],
    [Buffer.alloc(10 * 1024 * 1024 + 1, 'a'), 'larger than 10 MB'],
  ] as const) {
    await check(page, file);
    await expect(page.getByRole('alert').filter({ hasText: reason })).toBeVisible();
    await expect(page).toHaveURL(IMPORT);
  }
  await open(page, IMPORT);
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByText('Please choose a file.')).toBeVisible();
  if (hydrates()) await expectAccessible(page);
});

test('signing out works where files are posted @plain', async ({ page }) => {
  await signIn(page);
  await open(page, IMPORT);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in*');
});

test('the template can be imported as it is', async ({ page }) => {
  await signIn(page);
  await open(page, IMPORT);
  const path = await page.getByRole('link', { name: 'Download a template' }).getAttribute('href');
  const template = await page.request.get(path ?? '');
  expect(template.headers()['content-type']).toContain('text/csv');
  const file = { name: 'employees.csv', mimeType: 'text/csv', buffer: await template.body() };
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByText(/^If you import this file: \d+ employees? added\.$/)).toBeVisible();
});

test('whoever was invited and gets another address is offered a resend @plain', async ({ page }) => {
  await signIn(page);
  const id = unique();
  await check(page, `number,email,name\n${id},first.${id}@example.org,Moving Person\n`);
  await confirm(page);
  await expect(page.getByText(/Unchanged|without changes/)).toHaveCount(0);
  await open(page, `/administration/users?search=${id}`);
  const profile = await page.getByRole('link', { name: 'Moving Person' }).getAttribute('href');
  const employee = profile?.split('/').pop();
  await open(page, `/administration/batches/new?action=send_credentials&employee=${employee}`);
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.waitForURL((url) => !url.pathname.endsWith('/new'));

  await check(page, `number,email\n${id},second.${id}@example.org\n`);
  await expect(page.getByText('1 invited employee gets another address')).toBeVisible();
  await expect(page.getByText(`Email: “first.${id}@example.org” becomes “second.${id}@example.org”`)).toBeVisible();
  await confirm(page);
  await expect(page.getByRole('link', { name: 'Send credentials to those not invited' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Resend invitation' }).click();
  await expect(page.getByRole('button', { name: 'Resend now' })).toBeVisible();
});

test('long lists have pages @plain', async ({ page }) => {
  await signIn(page);
  const id = unique();
  const rows = Array.from({ length: 120 }, (_, n) => `${id}${n},Person ${n}`);
  await check(page, ['number,name', ...rows].join('\n'));
  await expect(page.getByText('1 to 50 of 120')).toBeVisible();
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.getByText('51 to 100 of 120')).toBeVisible();
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.getByRole('cell', { name: 'Person 119' })).toBeVisible();
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(page.getByText('51 to 100 of 120')).toBeVisible();
});

test('the command line imports what it can, and its end says whether that was all', async ({ page }, info) => {
  const id = unique();
  const file = info.outputPath('people.csv');
  const run = (text: string, ...more: string[]) => {
    writeFileSync(file, text);
    return latchkeyEnding(['employees', 'import', file, '--organisation', 'alpine-rail', ...more]);
  };
  const some = `number,email,name\n${id},,Terminal Person\n,nobody,Bob Ray\n`;
  const refused = expect.stringContaining('row 3 (Bob Ray): Email: Not an email address.');
  expect(run(some, '--dry-run')).toEqual({
    status: 3,
    stdout: 'Nothing was written. This would be imported: 1 row refused, 1 employee added.\n',
    stderr: refused,
  });
  expect(run(some)).toEqual({ status: 3, stdout: 'Imported: 1 row refused, 1 employee added.\n', stderr: refused });
  expect(run(`number,name\n${id},Terminal Person\n`)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Imported: /) });
  expect(run('first name\nBob\n')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('neither an address nor a number column') });
  expect(latchkeyEnding(['employees', 'import', '--help']).stdout).toContain('ends with 3');
  await signIn(page);
  await open(page, `/administration/users?search=${id}`);
  await expect(page.getByRole('rowheader')).toHaveText(['Terminal Person']);
});
