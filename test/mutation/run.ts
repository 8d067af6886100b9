/**
 * `npm run mutate -- <source>… --tests <test>… [--sample N]`: small mistakes in the source files, one at a time, and whether these
 * tests notice each. Without a number, all of them. It ends with the survivors: tests that are missing, or code without an effect.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { hashOf } from '../simulation/engine/random.ts';
import { type Mutant, mutantsOf } from './mutants.ts';

const { values, positionals } = parseArgs({
  options: { tests: { type: 'string', multiple: true }, sample: { type: 'string' } },
  allowPositionals: true,
});
const ROOT = resolve(import.meta.dirname, '../..');
/** Milliseconds: an endless loop is noticed, too. */
const PATIENCE = 180_000;

const VITEST = resolve(ROOT, 'node_modules/vitest/vitest.mjs');
const HOOK = `--import ${resolve(import.meta.dirname, 'mutant.ts')}`;

function pass(mutant: Mutant): boolean {
  const { status } = spawnSync(process.execPath, [VITEST, 'run', '--bail', '1', ...(values.tests ?? [])], {
    ...{ cwd: ROOT, stdio: 'ignore', timeout: PATIENCE, killSignal: 'SIGKILL' },
    env: { ...process.env, NODE_OPTIONS: HOOK, FIELDGATE_MUTANT: JSON.stringify(mutant) },
  });
  return status === 0;
}

const all = positionals
  .flatMap((file) => mutantsOf(resolve(file)))
  .sort((a, b) => hashOf(a.file, a.start, a.text) - hashOf(b.file, b.start, b.text));
const [first] = all;
if (!first || !pass({ ...first, end: first.start, text: '' }))
  throw new Error('the tests fail without a mutant');
const some = all.slice(0, Number(values.sample ?? all.length));
const survivors: Mutant[] = [];
for (const mutant of some) {
  if (!pass(mutant)) continue;
  survivors.push(mutant);
  const { file, start, end, text } = mutant;
  const source = readFileSync(file, 'utf8');
  const line = source.slice(0, start).split('\n').length;
  console.log(
    `${relative(ROOT, file)}:${line} ${JSON.stringify(source.slice(start, end))} → ${JSON.stringify(text)}`,
  );
}
const rate = ((100 * survivors.length) / some.length).toFixed(1);
console.log(`${survivors.length} of ${some.length} survived (${rate} %); ${all.length} in all`);
