/** Files from the command line: put, taken by an intake, saved from an answer. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fieldgate, logInAt, putAgency } from '../cli/run.ts';
import { registerCase } from '../support/cases.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const folder = sharedFolder();
const gateway = await fileGateway();
logInAt(folder, gateway);
putAgency(folder, gateway.agency('health-hospital'));

const run = (...args: string[]) => fieldgate(folder, [...args, '--as', 'health-hospital']);
const put = (...args: string[]) => run('file', 'put', '--field', 'medical_record', ...args);
const WORDS = { purpose: 'H1', case: 'H-2026-C1', officer: 'doctor.c' };

it('puts a file, and saves it from an answer only where nothing is lost', async () => {
  const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(100_000)]);
  writeFileSync(join(folder, 'report.pdf'), content);
  const { file } = (await put('report.pdf', '--json')).json();
  expect(existsSync(join(folder, '.fieldgate/uploads'))).toBe(true);
  expect(readdirSync(join(folder, '.fieldgate/uploads'))).toEqual([]);
  const match = { id_number: freshNumber() };
  await gateway.put('mca-county', { match, fields: { division_code: '990001001' } });
  writeFileSync(
    join(folder, 'records.json'),
    JSON.stringify([{ match, fields: { medical_record: { file } } }]),
  );
  expect((await run('intake', 'records.json')).code).toBe(0);
  await registerCase(gateway, 'health-hospital', WORDS, [{ match }]);
  const release = (...more: string[]) =>
    run(
      ...['release', '--purpose', 'H1', '--case', WORDS.case, '--officer', WORDS.officer],
      ...['--reason', 'treatment of the child', '--imminent-danger', '--field', 'medical_record'],
      ...['--id-number', match.id_number, '--files', 'out', '--json', ...more],
    );
  const saved = await release();
  const [result] = saved.json().results;
  expect(result.fields.medical_record.value).toMatchObject({ file, saved: 'out/1-medical_record.pdf' });
  expect(saved.stdout).not.toContain('"key"');
  expect(readFileSync(join(folder, 'out/1-medical_record.pdf')).equals(content)).toBe(true);
  const before = gateway.trail.length;
  const again = await release();
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is there already')]);
  expect(gateway.trail.length).toBe(before);
  expect((await release('--range', '9-9')).stderr).toContain('two numbers');
  rmSync(join(folder, 'out'), { recursive: true });
  const beyond = (await release('--range', '200000-300000')).json().results[0].fields.medical_record.value;
  expect([beyond.file, beyond.saved, existsSync(join(folder, 'out'))]).toEqual([file, undefined, false]);
  expect((await release('--range', '50000-200000')).code).toBe(0);
  expect(readdirSync(join(folder, 'out'))).toEqual(['1-medical_record.50000-100009.part']);
  expect(readFileSync(join(folder, 'out/1-medical_record.50000-100009.part'))).toEqual(
    content.subarray(50_000),
  );
});

it.each([
  ['one that is not there', ['none.pdf'], 'there is no file'],
  ['one of a type that nothing tells', ['words.txt'], '--type'],
])('sends nothing of %s', async (_, args, says) => {
  writeFileSync(join(folder, 'words.txt'), 'plain words');
  const { code, stderr } = await put(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});
