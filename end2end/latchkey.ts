import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The program under test. */
export const binary = join(process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, '../target'), 'debug/latchkey');

/** Runs one of its commands on the tests' data. */
export function latchkey(args: string[], input = ''): string {
  const { DATABASE_URL: _database, SMTP_URL: _relay, LATCHKEY_BASE_URL: _base, ...environment } = process.env;
  return execFileSync(binary, args, { input, encoding: 'utf8', env: { ...environment, LATCHKEY_DATA: process.env.E2E_DATA } });
}
