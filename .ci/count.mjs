/**
 * Reads the vitest JSON report of a suite: `count.mjs EXIT REPORT` prints passed|failed|what the line says besides.
 *
 * A file that fails to load counts as one failure, and so does a run that fails without a failed test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Names in one line. */
const MOST_NAMES = 5;

const [exit, report] = process.argv.slice(2);

/** Names of the failures of a file, without what was compared. */
function failuresOf({ name, status, assertionResults }) {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((one) => one.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${file} does not run`] : [];
  return failed.map(({ fullName }) => `${file}: ${fullName.replace(/\s+/g, ' ').slice(0, 160)}`);
}

const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
const passed = files.flatMap((file) => file.assertionResults).filter(({ status }) => status === 'passed');
const failures = files.flatMap(failuresOf);
if (failures.length === 0 && (exit !== '0' || passed.length === 0)) {
  failures.push('an error outside of the tests, see the log');
}
console.log([passed.length, failures.length, failures.slice(0, MOST_NAMES).join('; ')].join('|'));
