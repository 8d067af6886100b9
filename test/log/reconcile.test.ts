/** How unwraps and entries fit together: one to one, and what is a finding. */
import { expect, test } from 'vitest';
import { asClientId, asEntryId, asKeyId, asLogId, asSubjectId, DECOY_LOG } from '../../shared/ids.ts';
import { claimOf } from '../../shared/log/read/claims.ts';
import type { StoredEntry } from '../../shared/log/read/read.ts';
import { type Claim, reconcile, TEXT_TEST, type Unwrap } from '../../shared/log/read/reconcile.ts';
import { readUnwrap } from '../../shared/log/read/trail-records.ts';

const at = Date.parse('2026-11-25T08:00:00Z');
const unwrap = (changes: Partial<Unwrap> = {}): Unwrap => ({
  event: 'e',
  at,
  principal: 'release-session/S1@edu',
  key: asKeyId('k'),
  subject: asSubjectId('s'),
  class: 'c',
  ...changes,
});
const claim = (changes: Partial<Claim> = {}): Claim => ({
  entry: asEntryId('w-1-0'),
  kind: 'decision',
  at,
  keys: [asKeyId('k')],
  agency: asClientId('edu'),
  purpose: 'S1',
  ...changes,
});
const { purpose: _, ...rekeyed } = claim({ kind: 'maintenance', at: at - 2000 });
test.each<[string, Unwrap[], Claim[], object]>([
  ['one to one', [unwrap()], [claim()], { matched: 1, findings: [] }],
  [
    'a call that was sent three times, since its answer was lost',
    [unwrap(), unwrap({ event: 'f', at: at + 2000 }), unwrap({ event: 'g', at: at + 5000 })],
    [claim()],
    { matched: 1, repeated: 2, findings: [] },
  ],
  [
    'a fourth time',
    ['e', 'f', 'g', 'h'].map((event) => unwrap({ event })),
    [claim()],
    { matched: 1, repeated: 2, findings: [{ code: 'UNWRAP_WITHOUT_ENTRY' }] },
  ],
  [
    'two unwraps for one entry, too far apart for a repeat',
    [unwrap(), unwrap({ event: 'f', at: at + 16_000 })],
    [claim()],
    { matched: 1, repeated: 0, findings: [{ code: 'UNWRAP_WITHOUT_ENTRY' }] },
  ],
  ...[
    { class: 'd' },
    { subject: asSubjectId('t') },
    { key: asKeyId('l') },
    { principal: 'release-session/W1@edu' },
  ].map((other): [string, Unwrap[], Claim[], object] => [
    `a second unwrap of another ${Object.keys(other)[0]}`,
    [unwrap(), unwrap({ event: 'f', ...other })],
    [claim()],
    { matched: 1, repeated: 0, findings: [{ code: 'UNWRAP_WITHOUT_ENTRY' }] },
  ]),
  ...[60, 61, 62, 63].map((length): [string, Unwrap[], Claim[], object] => {
    // A session name has 64 characters at most, and the name of an agency 63.
    const agency = 'a'.repeat(length);
    return [
      `a session of an agency with a name of ${length} characters`,
      [unwrap({ principal: `release-session/${`S1@${agency}`.slice(0, 64)}` })],
      [claim({ agency: asClientId(agency) })],
      { matched: 1, findings: [] },
    ];
  }),
  [
    'another purpose than the session',
    [unwrap()],
    [claim({ purpose: 'W1' })],
    { findings: [{ code: 'FOREIGN_PRINCIPAL' }] },
  ],
  [
    'beyond the tolerance',
    [unwrap({ at: at + 61_000 })],
    [claim()],
    { findings: [{ code: 'UNWRAP_WITHOUT_ENTRY' }, { code: 'ENTRY_WITHOUT_UNWRAP' }] },
  ],
  [
    'an attempt that was given up',
    [unwrap()],
    [claim({ kind: 'attempt', keys: [], subject: asSubjectId('s') })],
    { aborted: 1, findings: [] },
  ],
  [
    'an attempt whose decision names other keys',
    [unwrap(), unwrap({ event: 'f', key: asKeyId('l') })],
    [
      claim({ entry: asEntryId('a-0-0'), kind: 'attempt', keys: [], subject: asSubjectId('s') }),
      claim({ completes: asEntryId('a-0-0') }),
    ],
    { matched: 1, aborted: 0, findings: [{ code: 'UNWRAP_WITHOUT_ENTRY', key: 'l' }] },
  ],
  [
    'an attempt whose decision names no key',
    [unwrap()],
    [
      claim({ entry: asEntryId('a-0-0'), kind: 'attempt', keys: [], subject: asSubjectId('s') }),
      claim({ keys: [], completes: asEntryId('a-0-0') }),
    ],
    { aborted: 0, findings: [{ code: 'UNWRAP_WITHOUT_ENTRY', key: 'k' }] },
  ],
  ...['W1@edu', 'S1@mca', 'check'].map((session): [string, Unwrap[], Claim[], object] => [
    `an attempt of another session than ${session}`,
    [unwrap({ principal: `release-session/${session}` })],
    [claim({ kind: 'attempt', keys: [], subject: asSubjectId('s') })],
    { aborted: 0, findings: [{ code: 'UNWRAP_WITHOUT_ENTRY' }] },
  ]),
  [
    'an attempt about another',
    [unwrap()],
    [claim({ kind: 'attempt', keys: [], subject: asSubjectId('t') })],
    { aborted: 0, findings: [{ code: 'UNWRAP_WITHOUT_ENTRY' }] },
  ],
  ['maintenance that rewrapped it', [], [claim({ kind: 'maintenance' })], { findings: [] }],
  [
    'a check with a key that maintenance had just made',
    [unwrap({ principal: 'release-session/check' })],
    [rekeyed, claim({ programme: 'p' })],
    { matched: 1, findings: [] },
  ],
  [
    'a stranger',
    [unwrap({ principal: 'admin/me' })],
    [claim()],
    { findings: [{ code: 'FOREIGN_PRINCIPAL' }] },
  ],
])('%s', (_what, unwraps, claims, expected) => {
  const options = {
    tolerance: 60_000,
    from: at - 3_600_000,
    to: at + 3_600_000,
    roles: new Set(['release-session']),
  };
  expect(reconcile(unwraps, claims, options)).toMatchObject(expected);
});

const [own, foreign] = [asLogId('own-000000000000000000'), asLogId('foreign-00000000000000')];
const known = claim({ logId: own });
test.each<[string, Partial<Unwrap>, Claim, boolean]>([
  ['of its person', {}, known, false],
  ['of another person', { subject: asSubjectId('t') }, known, true],
  ['of a person who is not known any more', { subject: asSubjectId('gone') }, known, false],
  ['of the decoy, for a class that the person lacks', { subject: asSubjectId('decoy') }, known, false],
  ['of another person, in a check', { subject: asSubjectId('t') }, { ...known, programme: 'p' }, false],
  [
    'of another person, by maintenance',
    { subject: asSubjectId('t') },
    { ...known, kind: 'maintenance' },
    false,
  ],
  ['of another person than an entry without one', { subject: asSubjectId('t') }, claim(), false],
  ['of a class that the purpose never opens', { class: 'd' }, known, true],
  ['of such a class, without a purpose', { class: 'd' }, { ...rekeyed, logId: own }, false],
  [
    'of such a class, before a text is tested',
    { class: 'd' },
    claim({ kind: 'attempt', code: TEXT_TEST }),
    false,
  ],
  ['of such a class, after another attempt', { class: 'd' }, claim({ kind: 'attempt', code: 'OTHER' }), true],
  ['of such a class, in a decision with that word', { class: 'd' }, claim({ code: TEXT_TEST }), true],
])('a key %s', (_what, change, entry, differs) => {
  const principal =
    entry.code === TEXT_TEST || entry.programme ? 'release-session/check' : unwrap().principal;
  const logIds = new Map([
    [asSubjectId('s'), own],
    [asSubjectId('t'), foreign],
    [asSubjectId('decoy'), DECOY_LOG],
  ]);
  const span = { tolerance: 60_000, from: at - 1000, to: at + 1000, roles: new Set(['release-session']) };
  const one = unwrap({ principal, ...change });
  const { findings } = reconcile([one], [entry], { ...span, logIds, mayOpen: (_, name) => name === 'c' });
  const codes = findings.map(({ code }) => code).filter((code) => code !== 'FOREIGN_PRINCIPAL');
  expect(codes).toEqual(differs ? ['UNWRAP_DIFFERS'] : []);
});

test.each<[string, string[], boolean, boolean]>([
  ['decision', ['k'], false, true],
  ['decision', [], false, false],
  ['decision', [], true, true],
  ['maintenance', ['k'], false, true],
  // The keys that an intake names were made by it, and no unwrap comes of one: of a person who was erased, neither.
  ['intake', ['k'], false, false],
  ['intake', [], true, false],
])(
  'an entry of kind %s with keys %j, erased %s, may explain an unwrap: %s',
  (kind, keys, erased, explains) => {
    const stored = { entry: { kind, keys, time: new Date(at).toISOString() }, words: {}, erased };
    expect(claimOf(stored as unknown as StoredEntry) !== null).toBe(explains);
  },
);

test.each([
  ['decision', [], 'a-0-0'],
  ['denial', ['k'], 'a-0-0'],
  // Some of what was asked for may have been opened before the rest failed, or before the case was looked at.
  ['denial', [], undefined],
  ['alert', ['k'], undefined],
])('an entry of kind %s with the keys %j completes the attempt %s', (kind, keys, completes) => {
  const entry = { kind, attempt: 'a-0-0', keys, time: new Date(at).toISOString() };
  const stored = { entry, words: {}, erased: false };
  expect(claimOf(stored as unknown as StoredEntry)?.completes).toBe(completes);
});

test.each([
  ['is on record', asLogId('l'), 1],
  ['is the decoy', DECOY_LOG, 0],
  ['has no record left', undefined, 0],
])('an erased entry explains the unwrap of who %s or does not', (_, logId, findings) => {
  const options = {
    ...{ from: at - 1000, to: at + 60_000, tolerance: 60_000, roles: new Set(['release-session']) },
    logIds: new Map(logId ? [[asSubjectId('s'), logId]] : []),
  };
  const erased = claim({ keys: [], erased: true });
  expect(reconcile([unwrap()], [erased], options).findings).toHaveLength(findings);
});

test('a record in the trail of the key owner names a role of the gateway by its unique id', () => {
  const record = (userIdentity: object, eventID: string) => ({
    ...{ eventName: 'Decrypt', eventSource: 'kms.amazonaws.com', eventTime: '2026-11-25T08:00:00Z' },
    ...{ userIdentity, eventID, sharedEventID: 'one call', recipientAccountId: '444455556666' },
    requestParameters: { encryptionContext: { keyId: 'k', subject: 's', class: 'c' } },
  });
  const theirs = (principalId: string) =>
    readUnwrap(record({ type: 'AWSAccount', principalId, accountId: '111122223333' }, 'theirs'));
  const ours = { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/release-session/S1@edu' };
  const [first, second] = [theirs('AROAEXAMPLE:S1@edu'), readUnwrap(record(ours, 'ours'))];
  expect([first?.principal, second?.principal]).toEqual(['AROAEXAMPLE/S1@edu', 'release-session/S1@edu']);
  expect(first?.event).toBe(second?.event);
  const span = { tolerance: 60_000, from: at - 1000, to: at + 1000, roles: new Set(['AROAEXAMPLE']) };
  const codes = (principalId: string) =>
    reconcile([theirs(principalId) as Unwrap], [claim()], span).findings.map(({ code }) => code);
  expect(codes('AROAEXAMPLE:S1@edu')).toEqual([]);
  for (const other of ['AROAANOTHER:S1@edu', 'AROAEXAMPLE:W1@edu', 'AROAEXAMPLE:S1@police'])
    expect(codes(other)).toEqual(['FOREIGN_PRINCIPAL']);
});
