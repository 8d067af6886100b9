/** Certificates that another function's key made: what our readers in three languages take of them, case by case. */
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isCovered, isSignedBy, writerKeyIn } from '../../shared/client/evidence/evidence.ts';
import { WRITER_KINDS } from '../../shared/entry-kinds.ts';
import { asEntryId } from '../../shared/ids.ts';
import { type LeafForm, makeLeaf, NO_ITEM } from '../../shared/log/entry/leaf.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { certificateStatement, leafStatement, writerId } from '../../shared/log/write/item.ts';
import { COMMITTED_BYTES } from '../../shared/tree/commitments.ts';
import { formatVerifier, makeVerifier, signNote } from '../../shared/tree/note.ts';
import { formatWriterKeys } from '../../shared/tree/writer-key.ts';

const raw = (key: KeyObject) => Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
const pair = () => generateKeyPairSync('ed25519');
const [logPair, release, insight, watch] = [pair(), pair(), pair(), pair()];
const log = makeVerifier(sha256, 'log.example/fieldgate', raw(logPair.publicKey));
const vkey = formatVerifier(log);
const stated = formatWriterKeys(log.name, [
  { name: 'release', key: raw(release.publicKey), kinds: WRITER_KINDS.release },
  { name: 'insight', key: raw(insight.publicKey), kinds: WRITER_KINDS.insight },
  { name: 'watch', key: raw(watch.publicKey), kinds: ['watch'] },
]);
const writerKey = signNote(stated, log, sign(null, Buffer.from(stated), logPair.privateKey));

interface Case {
  name: string;
  kinds: readonly string[];
  by: KeyObject;
  /** The kind that the leaf names in clear. */
  kind?: string;
  /** The leaf is of another writer. */
  other?: boolean;
  /** The package that the certificate names, and the one that was signed. */
  build?: string;
  signed?: string;
}

/** A receipt and the proof of it, as a gateway gives them that was made to sign the certificate. */
function planted({ name, kinds, by, kind, other, build, signed = build }: Case) {
  const { publicKey, privateKey } = pair();
  const [started, until] = ['2026-11-25T08:00:00.000Z', '2026-11-26T07:00:00.000Z'];
  const writer = writerId(raw(publicKey));
  const claim = { key: raw(publicKey).toString('base64'), kinds: [...kinds].sort(), name, started, until };
  const signature = sign(
    null,
    certificateStatement(writer, { ...claim, ...(signed && { build: signed }) }),
    by,
  ).toString('base64');
  const place = { v: 2, writer, leaf: 0, time: started, previous: NO_ITEM } as const;
  const first = makeLeaf({
    ...{ ...place, seq: 0, id: asEntryId(`${writer}-0-0`), kind: 'writer' },
    certificate: { ...claim, signature, ...(build && { build }) },
  });
  const owner = other ? 'f'.repeat(32) : writer;
  const leaf = makeLeaf({
    ...{ ...place, seq: 7, writer: owner, id: asEntryId(`${owner}-7-0`) },
    ...{ committed: Buffer.alloc(COMMITTED_BYTES).toString('base64'), ...(kind && { kind }) },
  } as LeafForm);
  const ofLeaf = sign(null, leafStatement(leaf.hash), privateKey);
  return {
    receipt: {
      ...{ entry: `${writer}-7-0`, writer, seq: 7, leafHash: leaf.hash.toString('base64') },
      signature: ofLeaf.toString('base64'),
    },
    proof: {
      ...{ writerKey, leaf: Buffer.from(leaf.text).toString('base64') },
      certificate: Buffer.from(first.text).toString('base64'),
    },
  };
}

const RELEASE = { name: 'release', kinds: WRITER_KINDS.release, by: release.privateKey };
const INSIGHT = { name: 'insight', kinds: WRITER_KINDS.insight, by: insight.privateKey };
const WATCH = { name: 'watch', kinds: ['watch'], by: watch.privateKey };
const CASES: Record<string, [Case, boolean]> = {
  'a function by its own key for its own kinds': [RELEASE, true],
  'fewer kinds than the key may certify': [{ ...INSIGHT, kinds: ['denial'] }, true],
  'a kind in clear by who may write it': [{ ...WATCH, kind: 'watch' }, true],
  "another function's name": [{ ...INSIGHT, name: 'release' }, false],
  "its own name for another function's kinds": [{ ...INSIGHT, kinds: ['decision', 'request'] }, false],
  'one kind too many': [{ ...INSIGHT, kinds: [...WRITER_KINDS.insight, 'agency'] }, false],
  'its own name by a key of another': [{ ...RELEASE, by: insight.privateKey }, false],
  'no kind at all': [{ ...INSIGHT, kinds: [] }, false],
  'a kind in clear that the certificate lacks': [{ ...INSIGHT, kind: 'agency' }, false],
  'an entry about a person by who writes of the gateway alone': [WATCH, false],
  'a package that was signed': [{ ...RELEASE, build: 'a'.repeat(64) }, true],
  'another package than was signed': [{ ...RELEASE, build: 'a'.repeat(64), signed: 'b'.repeat(64) }, false],
  'a package where none was signed': [{ ...RELEASE, build: 'c'.repeat(64), signed: '' }, false],
  "another writer's leaf": [{ ...RELEASE, other: true }, false],
};
const files = Object.fromEntries(Object.entries(CASES).map(([name, [one]]) => [name, planted(one)]));
const expected = Object.fromEntries(Object.entries(CASES).map(([name, [, holds]]) => [name, holds]));

const folder = mkdtempSync(join(tmpdir(), 'foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const cases = at('cases.json', JSON.stringify({ vkey, cases: files }));
/** Each reader prints a line for each case: whether it takes it, and its name. */
const linesOf = (text: string) =>
  Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => [line.slice(2), line[0] === '+']),
  );

it('TypeScript', async () => {
  const taken = Object.entries(files).map(async ([name, { receipt, proof }]) => {
    const key = await writerKeyIn(proof, receipt.writer, log);
    return [name, key !== null && isCovered(proof, receipt) && (await isSignedBy(key, receipt))];
  });
  expect(Object.fromEntries(await Promise.all(taken))).toEqual(expected);
});

const PYTHON = `
import json, sys
import types
package = types.ModuleType("fieldgate")
package.__path__ = ["clients/python/fieldgate"]
sys.modules["fieldgate"] = package
from fieldgate.writers import check_writer
given = json.load(open(sys.argv[1], encoding="utf-8"))
for name, one in given["cases"].items():
    try:
        check_writer(one["receipt"], one["proof"], given["vkey"])
        print("+", name)
    except (ValueError, KeyError, TypeError):
        print("-", name)
`;
it('Python', () => {
  expect(linesOf(execFileSync('python3', ['-c', PYTHON, cases], { encoding: 'utf8' }))).toEqual(expected);
});

const JAVA = `package fieldgate;
import java.nio.file.*;
import java.util.Map;
class Foreign {
  public static void main(String[] args) throws Exception {
    Map<String, Object> given = Json.object(Files.readString(Path.of(args[0])));
    ((Map<?, ?>) given.get("cases")).forEach((name, one) -> {
      @SuppressWarnings("unchecked") Map<String, Map<String, Object>> both = (Map<String, Map<String, Object>>) one;
      String sign = "+";
      try {
        Writers.check(both.get("receipt"), both.get("proof"), (String) given.get("vkey"));
      } catch (FieldgateException wrong) {
        sign = "-";
      }
      System.out.println(sign + " " + name);
    });
  }
}`;
it('Java', () => {
  const source = at('Foreign.java', JAVA);
  const from = ['Writers', 'Receipts', 'Json', 'Keys', 'FieldgateException'];
  const paths = from.map((name) => `clients/java/src/fieldgate/${name}.java`);
  execFileSync('javac', ['-encoding', 'UTF-8', '-d', folder, ...paths, source]);
  const run = ['-Dstdout.encoding=UTF-8', '-cp', folder, 'fieldgate.Foreign', cases];
  expect(linesOf(execFileSync('java', run, { encoding: 'utf8' }))).toEqual(expected);
});

it('the certificates differ from one another in what the case says alone', () => {
  const hashes = Object.values(files).map(({ proof }) =>
    createHash('sha256').update(proof.certificate).digest('hex'),
  );
  expect(new Set(hashes).size).toBe(hashes.length);
});
