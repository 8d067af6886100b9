/**
 * Witnesses and readers of others: what ours cosign opens with Go's libraries, and a witness in Go cosigns our log.
 * `node play.ts <program>`, which is `outside.go` compiled. It ends with an error if one of them does not agree.
 */
import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256, verifyCosignature } from '../../../shared/log/node-crypto.ts';
import { fromBase64 } from '../../../shared/tree/base64.ts';
import { type Cosigner, formatCosigner, openCosigned } from '../../../shared/tree/cosignature.ts';
import { formatVerifier, keyId } from '../../../shared/tree/note.ts';
import { addCheckpoint, formatRequest } from '../../../shared/witness/add-checkpoint.ts';
import { makeKey, makeLog, witnessOf } from '../log.ts';

const [program = ''] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'outside-'));
const { log, history } = makeLog();
const vkey = formatVerifier(log);
const tree = history('leaf');
const at7 = tree.note(7);
const at300 = tree.note(300);

// Ours, read by others.
const keys = ['a.example/w', 'b.example/w'].map((name) => makeKey(name));
const lines: string[] = [];
for (const key of keys) {
  const asked = formatRequest({ old: 0, proof: [], note: at300 });
  lines.push((await addCheckpoint(new Map([[log.name, witnessOf(log, { keys: [key] })]]), asked)).text);
}
const check = (note: string, least: number, of = keys) => {
  const file = join(folder, 'note');
  writeFileSync(file, note);
  const vkeys = of.map(({ cosigner }) => formatCosigner(cosigner));
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    return Number(
      execFileSync(program, ['check', file, vkey, String(least), ...vkeys], { stdio: [...stdio] }),
    );
  } catch {
    return null;
  }
};
const [first = '', second = ''] = lines;
assert.equal(check(`${at300}${first}${second}`, 2), 2);
assert.equal(check(`${at300}${first}`, 2), null);
assert.equal(check(`${at300}${first}${first}`, 2), null);
assert.equal(check(`${at7}${first}${second}`, 1), null);
assert.equal(check(`${at300}${first}`, 1, [makeKey('a.example/w')]), null);

// Theirs, read by us.
const outside = spawn(program, ['witness', vkey, 'outside.example'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [printed] = await once(outside.stdout, 'data');
const [url = '', plain = ''] = String(printed).trim().split(' ');
const key = fromBase64(plain.split('+').slice(2).join('+'))?.subarray(1) ?? new Uint8Array();
const name = 'outside.example';
const cosigner: Cosigner = { name, id: keyId(sha256, name, key, 4), type: 4, key };
const ask = async (old: number, proof: Uint8Array[], note: Uint8Array) => {
  const body = new Uint8Array(formatRequest({ old, proof, note }));
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  return { status: answer.status, text: await answer.text() };
};
for (const [old, proof, note] of [
  [0, [], at7],
  [7, await tree.proof(7, 300), at300],
] as const) {
  const { status, text } = await ask(old, [...proof], note);
  assert.equal(status, 200);
  const opened = await openCosigned(
    Buffer.concat([note, Buffer.from(text)]),
    log,
    [cosigner],
    verifyCosignature,
  );
  assert.deepEqual(
    opened?.cosigned.map((one) => one.cosigner),
    [cosigner],
  );
}
assert.deepEqual(await ask(7, [], at300), { status: 409, text: '300\n' });
const fork = history('other');
fork.note(300);
assert.equal((await ask(300, await fork.proof(300, 300), fork.note(300))).status, 422);
outside.kill();
console.log('witnesses and readers of others agree');
