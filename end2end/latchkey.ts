import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The program under test. */
export const binary = join(process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, '../target'), 'debug/latchkey');

/** Runs one of its commands on the tests' data; one that fails fails the test. */
export function latchkey(args: string[], input = ''): string {
  return execFileSync(binary, args, { input, encoding: 'utf8', env: environment() });
}

/** The same, however it ends. */
export function latchkeyEnding(args: string[], input = ''): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(binary, args, { input, encoding: 'utf8', env: environment() });
  return { status, stdout, stderr };
}

function environment(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, SMTP_URL: _relay, LATCHKEY_BASE_URL: _base, ...environment } = process.env;
  return { ...environment, LATCHKEY_DATA: process.env.E2E_DATA };
}
