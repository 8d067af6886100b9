/**
 * A function that was taken over, under the key policies of the stack: it certifies writers of its own as another function, and
 * writes entries that only that function may write.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { keyPolicies, sessionTrust } from '../../../infra/local/aws/kms/key-policies.ts';
import { type LocalKms, localKms } from '../../../infra/local/aws/kms/local-kms.ts';
import { localSts } from '../../../infra/local/aws/sts.ts';
import { type Gateway, startGateway } from '../../../infra/local/gateway.ts';
import { writerKeyOf } from '../../../infra/local/settings.ts';
import { WRITER_KINDS } from '../../../shared/entry-kinds.ts';
import { WRITERS, type Writer } from '../../../shared/env.ts';
import { asClientId } from '../../../shared/ids.ts';
import { kmsSign } from '../../../shared/keys/sign.ts';
import { checkLog } from '../../../shared/log/check/check-log.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import { sha256 } from '../../../shared/log/node-crypto.ts';
import { LogWriter } from '../../../shared/log/write/writer.ts';
import { parseVerifier } from '../../../shared/tree/note.ts';
import { type ALL_KINDS, decision } from '../../log/log.ts';

let gateway: Gateway;
let kms: LocalKms;

beforeAll(async () => {
  gateway = await startGateway({ folder: null, port: 0, faults: false, sequenceEvery: null });
  const guard = { sts: localSts(sessionTrust(pack), Date.now), mayUse: keyPolicies(pack) };
  kms = localKms(gateway.ring, gateway.trail, Date.now, guard);
  return () => gateway.close();
});

const read = async (path: string) => {
  const answer = await fetch(`${gateway.url}/log/${path}`);
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
};
const sign = (role: string, key: Writer) => (message: Uint8Array) =>
  kmsSign(kms.client(`fieldgate-${role}`), writerKeyOf(gateway.env, key), 'ED25519_SHA_512', message);
/** A writer in the process of one function, with its rights. */
const writer = (role: Writer, name: string = role, kinds: readonly string[] = WRITER_KINDS[role]) => {
  const { dynamo, env } = gateway;
  return new LogWriter({
    ...{ dynamo, table: env.logTable, wordsTable: env.wordsTable, treeTable: env.treeTable },
    ...{ sign: sign(role, role), now: Date.now, name, kinds: kinds as typeof ALL_KINDS },
  });
};
/** Takes all that is stored into the tree, and verifies it. @returns the kinds in clear that were added */
const verified = async () => {
  while ((await gateway.sequencer.step()).sequenced > 0);
  const log = parseVerifier(
    sha256,
    Buffer.from((await read('key')) ?? [])
      .toString()
      .trim(),
  );
  const writers: string[] = [];
  await checkLog({ read, log: log ?? expect.fail('no key'), onLeaf: (leaf) => writers.push(leaf.writer) });
  return writers;
};

describe('a function that was taken over', () => {
  test.each(
    WRITERS.flatMap((role) => WRITERS.filter((one) => one !== role).map((one) => [role, one] as const)),
  )('has no right to the key of another: %s to that of %s', async (role, other) => {
    await expect(sign(role, other)(Buffer.from('statement'))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(sign(other, other)(Buffer.from('statement'))).resolves.toHaveLength(64);
  });

  test.each([
    ['as another function', 'steward', ['agency', 'approval', 'revocation']],
    ['as itself, for kinds that are not its own', 'insight', ['agency', 'approval', 'revocation']],
    ['as another function that has its kinds', 'release', ['alert', 'decision']],
    ['as a function that does not exist', 'shadow', ['alert', 'decision']],
  ] as const)('certifies itself in vain %s', async (_, name, kinds) => {
    const honest = writer('release');
    const [before] = await honest.append([decision()]);
    expect(await verified()).toContain(before?.writer);

    const forger = writer('insight', name, kinds);
    const handler = { departments: [], agency: asClientId('steward-office') };
    const forged: Record<string, NewEntry> = {
      agency: { kind: 'agency', handler, outcome: 'registered', about: 'shadow-office' },
      approval: decision({ kind: 'approval', outcome: 'approved' }),
      revocation: { kind: 'revocation', handler, revokes: before?.writer ?? '' },
      alert: { kind: 'alert', handler, outcome: 'raised' },
      decision: decision(),
    };
    const receipts = [];
    for (const kind of kinds) receipts.push(...(await forger.append([forged[kind] as NewEntry])));
    const writers = await verified();
    expect(writers).not.toContain(receipts[0]?.writer);
    const [after] = await honest.append([decision()]);
    expect(after?.writer).toBe(before?.writer);
    expect((await verified()).filter((one) => one === after?.writer)).toHaveLength(3);
  });

  test('writes what is its own', async () => {
    const [receipt] = await writer('insight').append([decision()]);
    expect(await verified()).toContain(receipt?.writer);
  });
});
