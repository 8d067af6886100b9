/**
 * A department compares its own record of KMS with the log: each use of its keys is explained by an entry, and one that is not
 * is found, although the answer names no key of others and no entry that the department's record does not know of.
 */
import { beforeAll, expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import type { OwnerRecord } from '../../infra/local/aws/kms/trail.ts';
import type { Unwrap } from '../../shared/log/read/reconcile.ts';
import { readUnwrap } from '../../shared/log/read/trail-records.ts';
import { type Child, fileWorld, verify } from '../verify/world.ts';

const { compareOwn, movedAway } = await import('../../infra/cli/policy/owner-reconcile.ts');
const world = await fileWorld({ accounts: { HEALTH: '444455556666', COURT: '777788889999' } });
const { gateway } = world;
const ILL = { illness: { code: 'C91', since: '2025-01-01' } };
const children = [await world.ready('charity-sunrise', { 'health-hospital': ILL }), await world.ready()];
const start = world.now();
const theirs: OwnerRecord[] = [];
let end: (() => void) | undefined;
beforeAll(async () => {
  end = gateway.owners.get('HEALTH')?.trail.subscribe((record) => theirs.push(record));
  for (let i = 0; i < 5; i++) {
    await gateway.call('mca-county', asked(`W-2026-T${i}`), 'POST', '/v1/releases', {
      collection: 'children',
      subjects: children.map(({ match }) => ({ match })),
      fields: ['illness', 'name'],
    });
    world.later(130_000);
  }
  for (const { match } of children)
    await gateway.call('charity-sunrise', verify(), 'POST', '/v1/verifications', {
      ...{ collection: 'children', programme: 'spring-bud', subject: { match } },
    });
  while ((await gateway.sequencer.step()).sequenced > 0);
  end?.();
});
const asked = (number: string) => ({
  ...{ actions: ['release'], purpose: 'W1', case: number, officer: 'zhao.min', reason: 'status decision' },
});
const reader = { actions: ['intake'], officer: 'wu.fang', reason: 'own keys' };
interface Answer {
  entries: { entry: string; keys: string[]; kind: string }[];
}
const gateOf = (office: string, change = (answer: Answer) => answer) => ({
  call: async (_: string, { body }: { body: object }) =>
    change((await gateway.call(office, reader, 'POST', '/v1/usage/keys', body)).json),
});
const rolesIn = (unwraps: readonly Unwrap[]) =>
  new Set(unwraps.map(({ principal }) => principal.split('/', 1)[0] ?? ''));
const compared = (records: readonly object[], change?: (answer: Answer) => Answer) => {
  const unwraps = records.map(readUnwrap).filter((one): one is Unwrap => one !== null);
  const own = theirs.map(readUnwrap).filter((one): one is Unwrap => one !== null);
  const span = { at: start - 60_000, end: world.now() + 60_000 };
  const request = { ...span, records: [], unwraps, roles: rolesIn(own) };
  return compareOwn(gateOf('health-hospital', change) as never, pack, request);
};
const later = (record: OwnerRecord, more: object) => ({
  ...record,
  eventTime: `${new Date(Date.parse(record.eventTime) + 20_000).toISOString().slice(0, 19)}Z`,
  sharedEventID: crypto.randomUUID(),
  ...more,
});

it('finds nothing where each unwrap has its entry', async () => {
  expect(theirs.filter((one) => readUnwrap(one) !== null).length).toBeGreaterThan(8);
  const { matched, findings } = await compared(theirs);
  expect({ findings, most: matched > 8 }).toEqual({ findings: [], most: true });
});

it('finds an unwrap without an entry by the credentials of a session, one that another role made, and an entry that is kept back', async () => {
  const one = theirs.find((record) =>
    readUnwrap(record)?.principal.endsWith('/W1@mca-county'),
  ) as OwnerRecord;
  const again = later(one, {});
  expect((await compared([...theirs, again])).findings).toMatchObject([
    { code: 'UNWRAP_WITHOUT_ENTRY', event: again.sharedEventID, principal: readUnwrap(one)?.principal },
  ]);
  const other = { type: 'AWSAccount', principalId: 'AROAAAAAAAAAAAAAAAAAA:W1@mca-county' };
  const foreign = later(one, { userIdentity: other });
  expect((await compared([...theirs, foreign])).findings).toMatchObject([{ code: 'FOREIGN_PRINCIPAL' }]);
  const decided = (answer: Answer) => answer.entries.find(({ kind }) => kind === 'decision');
  const kept = await compared(theirs, (answer) => ({
    entries: answer.entries.filter((entry) => entry !== decided(answer)),
  }));
  expect(kept.findings.length).toBeGreaterThan(0);
});

it('finds a data key that was moved to a key of another account, and none that came to its own', () => {
  const base = theirs.find((record) => readUnwrap(record) !== null) as OwnerRecord;
  const { encryptionContext } = base.requestParameters as { encryptionContext: object };
  const moved = (destinationKeyId: string, more: object = {}) =>
    movedAway({
      ...{ ...base, eventName: 'ReEncrypt', ...more },
      requestParameters: { destinationKeyId, sourceEncryptionContext: encryptionContext },
    });
  const [here, away] = ['444455556666', '000000000000'].map((one) => `arn:aws:kms:local:${one}:alias/x`);
  expect([moved(here ?? ''), moved(away ?? '', { errorCode: 'AccessDenied' })]).toEqual([null, null]);
  const found = {
    code: 'KEY_MOVED_AWAY',
    key: readUnwrap(base)?.key,
    principal: readUnwrap(base)?.principal,
  };
  expect([moved(away ?? ''), moved('1234abcd-a-key-of-the-caller')]).toMatchObject([found, found]);
  // What the gateway itself does for this department.
  expect(theirs.map(movedAway).filter(Boolean)).toEqual([]);
});

interface Said {
  key: string;
  subject: string;
  principal: string;
  time: string;
}
const said = (): Said[] =>
  theirs
    .map(readUnwrap)
    .filter((one): one is Unwrap => one !== null)
    .map(({ key, subject, principal, at }) => ({
      key,
      subject,
      principal,
      time: new Date(at).toISOString(),
    }));
const ask = async (unwraps: readonly Said[], office = 'health-hospital', more: object = {}) => {
  const span = { from: new Date(start - 60_000).toISOString(), to: new Date(world.now()).toISOString() };
  return (await gateway.call(office, reader, 'POST', '/v1/usage/keys', { ...span, unwraps, ...more })).json;
};

it("names no key that was not in the department's record, and no entry without one", async () => {
  const unwraps = said();
  const known = new Set(unwraps.map(({ key }) => key));
  const { entries } = (await ask(unwraps)) as Answer;
  expect(entries.flatMap(({ keys }) => keys).filter((key) => !known.has(key))).toEqual([]);
  expect(entries.flatMap(({ keys }) => keys).length).toBeGreaterThan(8);
  expect(await ask([])).toEqual({ entries: [], gone: [] });
  const strange = unwraps.map((one) => ({ ...one, key: 'x', subject: 'y' }));
  expect(await ask(strange)).toEqual({ entries: [], gone: ['y'] });
  const { code } = await ask([], 'health-hospital', { from: '2000-01-01T00:00:00Z' });
  expect(code).toBe('INVALID_REQUEST');
});

it('tells an office nothing of people whom its own department holds nothing about, or whom it has not in its area', async () => {
  const unwraps = said();
  const people = new Set(unwraps.map(({ subject }) => subject));
  const { entries, gone } = await ask(unwraps, 'finance-county');
  expect(entries.filter(({ kind }: { kind: string }) => kind === 'attempt')).toEqual([]);
  expect(people.size - gone.length).toBeLessThan(2);
  await world.erase(children[0] as Child);
  const left = await ask(unwraps.map((each) => ({ ...each, key: 'x' })));
  expect(left).toMatchObject({ entries: [], gone: [children[0]?.subject] });
});
