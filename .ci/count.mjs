/**
 * Reads vitest JSON reports of a suite and of the second run of its failed files.
 *
 *     count.mjs files REPORT LOG            the failed files, if they are few enough for a second run
 *     count.mjs count EXIT REPORT [SECOND]  passed|failed|what the line says besides
 *
 * A file that fails to load counts as one failure, and so does a run that fails without a failed test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Most files that run a second time: more did not fail by chance. */
const MOST_FILES = 8;
/** Names in one line. */
const MOST_NAMES = 5;

const [mode, ...args] = process.argv.slice(2);
const read = (path) => (path && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).testResults : []);
const nameOf = ({ name }) => relative(process.cwd(), name);

/** Names of the failures of a file, without what was compared. */
function failuresOf(file) {
  const failed = file.assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return file.status === 'failed' ? [`${nameOf(file)} does not run`] : [];
  return failed.map(({ fullName }) => `${nameOf(file)}: ${fullName.replace(/\s+/g, ' ').slice(0, 160)}`);
}

if (mode === 'files') {
  const [report, log] = args;
  const stray = readFileSync(log, 'utf8').matchAll(/This error originated in "([^"]+)" test file/g);
  const failed = read(report).filter((file) => failuresOf(file).length > 0);
  const files = new Set([...failed.map(nameOf), ...[...stray].map(([, file]) => file)]);
  if (files.size <= MOST_FILES) console.log([...files].join(' '));
} else {
  const [exit, report, second] = args;
  const first = read(report);
  const again = new Map(read(second).map((file) => [file.name, file]));
  const files = first.map((file) => again.get(file.name) ?? file);
  const passed = files.flatMap((file) => file.assertionResults).filter(({ status }) => status === 'passed');
  const failures = files.flatMap(failuresOf);
  if (failures.length === 0 && (exit !== '0' || passed.length === 0)) {
    failures.push('an error outside of the tests, see the log');
  }
  const repeated = first.filter(
    (file) => again.has(file.name) && failuresOf(again.get(file.name)).length === 0,
  );
  const said = [failures.slice(0, MOST_NAMES).join('; ')];
  if (repeated.length > 0) {
    const names = repeated.flatMap((file) => failuresOf(file).concat(nameOf(file)).slice(0, 1));
    said.push(`${repeated.length} needed a second run: ${names.slice(0, MOST_NAMES).join('; ')}`);
  }
  console.log([passed.length, failures.length, said.filter(Boolean).join(' · ')].join('|'));
}
