/**
 * A ✓ says no more than was checked. Each place in the source that writes one is named here with a test that reads it in a
 * state in which it would be false, so a new ✓ asks for such a test.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { provenInWords } from '../../infra/cli/log/prove.ts';
import { inWords as reconciledInWords } from '../../infra/cli/log/reconcile.ts';
import { logInWords, witnessesIn } from '../../infra/cli/log/today.ts';

const HERE = 'test/texts/checks.test.ts';

/** Source, its marks, and the test of the false state: file and title. A reason in words if the ✓ is no claim. */
const MARKS: readonly (readonly [file: string, marks: number, test: string, title?: string])[] = [
  [
    'infra/cli/build/verify.ts',
    1,
    'test/infra/build-verify.test.ts',
    'names the functions of one that was not',
  ],
  [
    'infra/cli/data/inquiry.ts',
    1,
    'test/cli/desk.test.ts',
    'fails on the log of another gateway, and names it',
  ],
  [
    'infra/cli/data/intake-result.ts',
    1,
    'test/cli/intake-list.test.ts',
    'a number whose check digit is wrong',
  ],
  ['infra/cli/data/release-list.ts', 1, 'test/cli/release-list.test.ts', 'with errors in their rows'],
  ['infra/cli/data/release.ts', 1, 'test/cli/gateway.test.ts', 'nothing that was given has no check mark'],
  ['infra/cli/log/prove.ts', 2, HERE, 'a receipt that is not in the tree yet'],
  ['infra/cli/log/reconcile.ts', 1, HERE, 'a comparison with a finding, or a span that failed'],
  [
    'infra/cli/log/review-report.ts',
    1,
    'test/cli/log-review.test.ts',
    'a printed report is compared by its number',
  ],
  ['infra/cli/log/today.ts', 2, HERE, 'a log that is broken, or seen by other witnesses'],
  [
    'infra/cli/log/verify.ts',
    1,
    'test/cli/log-verify.test.ts',
    'with one flipped byte in a bundle names the entry',
  ],
  ['infra/cli/login/doctor.ts', 9, 'test/cli/doctor.test.ts', 'a login that the gateway has forgotten'],
  ['infra/cli/sync/sources.ts', 1, 'the name of a column'],
  [
    'infra/cli/sync/sync.ts',
    2,
    'test/cli/sync/usage.test.ts',
    'a use of a person of whom no source has a row',
  ],
  ['infra/cli/verify/attest.ts', 1, 'test/cli/verify.test.ts', 'a changed proof is refused'],
  ['infra/cli/verify/list.ts', 1, 'test/cli/verify-list.test.ts', 'may contain unknown people'],
  ['infra/cli/verify/verify.ts', 1, 'test/cli/verify.test.ts', 'an unknown child is not confirmed'],
  ['infra/package/release.ts', 1, 'test/infra/release.test.ts', 'a file that is not committed'],
  ['functions/console/web/messages/en/casework.ts', 1, 'a legend'],
  ['functions/console/web/messages/zh/casework.ts', 1, 'a legend'],
  [
    'functions/console/web/messages/en/desk.ts',
    1,
    'test/cli/desk.test.ts',
    'fails on the log of another gateway',
  ],
  ['functions/console/web/messages/zh/desk.ts', 1, 'the sentence of the line before'],
  ['functions/console/web/pages/consents/consents.tsx', 1, 'an act that the gateway answered'],
  ['functions/console/web/pages/consents/take.tsx', 1, 'an act that the gateway answered'],
  [
    'functions/console/web/pages/policy/simulate.tsx',
    1,
    'test/e2e/console/views.test.ts',
    'a simulation takes fields',
  ],
  [
    'functions/console/web/pages/prove/compare-report.tsx',
    1,
    'test/e2e/console/compare.test.ts',
    'another root',
  ],
  [
    'functions/console/web/pages/prove/counted.tsx',
    1,
    'test/e2e/console/tampering.test.ts',
    'a changed entry',
  ],
  [
    'functions/console/web/pages/prove/witnesses.tsx',
    2,
    'test/e2e/console/witnesses.test.ts',
    'a witness is away',
  ],
  [
    'functions/console/web/pages/sources.tsx',
    1,
    'test/e2e/console/sources.test.ts',
    'what needs a person first',
  ],
  ['functions/console/web/pages/usage/entry.tsx', 1, 'test/e2e/console/usage-entry.test.ts', 'is no use'],
  [
    'functions/console/web/pages/verify/list.tsx',
    1,
    'test/e2e/console/desk.test.ts',
    'nothing more than "not confirmed"',
  ],
  [
    'functions/console/web/pages/verify/proof.tsx',
    1,
    'test/e2e/console/desk.test.ts',
    'nothing more than "not confirmed"',
  ],
  [
    'functions/console/web/pages/verify/verify.tsx',
    1,
    'test/e2e/console/desk.test.ts',
    'nothing more than "not confirmed"',
  ],
  ['functions/console/web/ui/act.tsx', 1, 'an act that the gateway answered'],
  ['functions/console/web/ui/once.tsx', 1, 'test/e2e/console/tampering.test.ts', 'a changed signature'],
  [
    'functions/console/web/ui/proof-path.tsx',
    2,
    'test/e2e/console/tampering.test.ts',
    'a changed tile, by the proof of an entry',
  ],
  ['functions/console/web/ui/steps.tsx', 1, 'a step of a form that was left'],
];

const sources = ['infra/cli', 'infra/package', 'functions/console/web'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
);
/** The table of marks itself is where the sign comes from. */
const DEFINED = 'infra/cli/terminal/table.ts';
const marksIn = (file: string) =>
  (readFileSync(file, 'utf8').match(file.startsWith('infra/cli/') ? /'good'(?! \|)/g : /✓/g) ?? []).length;

it('each ✓ of the source is read in a state in which it is false', () => {
  const found = sources.filter((file) => file !== DEFINED).map((file) => [file, marksIn(file)] as const);
  expect(found.filter(([, marks]) => marks > 0).toSorted()).toEqual(
    MARKS.map(([file, marks]) => [file, marks]).toSorted(),
  );
  const missing = MARKS.filter(([, , test, title]) => title && !readFileSync(test, 'utf8').includes(title));
  expect(missing).toEqual([]);
});

it('a receipt that is not in the tree yet has none, and says so', () => {
  const receipt = { entry: 'a-0-0', place: null, time: undefined, witnessed: undefined };
  const said = provenInWords(receipt as never, undefined);
  expect(said).toMatch(/^! It is signed, and the log does not contain it yet/);
  const place = { index: 3, size: 4 };
  expect(provenInWords({ ...receipt, place } as never, undefined)).toMatch(/^✓ The log contains it\.\n/);
});

it('a comparison with a finding, or a span that failed, has none, and names its time', () => {
  const good = { matched: 2, aborted: 0, repeated: 0, alerts: 0, findings: [], failed: [] };
  expect(reconciledInWords(good, 'FROM – TO')).toBe(
    '✓ FROM – TO: of the record that was given, 2 unwraps match an entry each.\n',
  );
  const failed = [{ from: '2026-11-25T08:00:00Z', to: '2026-11-25T09:00:00Z' }];
  expect(reconciledInWords({ ...good, failed }, 'FROM – TO')).not.toContain('✓');
  const findings = [{ at: '2026-11-25T08:00:00Z', code: 'UNWRAP_WITHOUT_ENTRY', key: 'k' }];
  expect(reconciledInWords({ ...good, findings }, 'FROM – TO')).not.toContain('✓');
});

it('a log that is broken, or seen by other witnesses, has none', () => {
  const read = { ok: true, read: 2, sampled: 1, size: 9, wholeAt: '2026-11-25T08:00:00Z' };
  expect(logInWords(read as never)).toMatch(/^✓ 2 entries of the log read now.* Of the 7 before, 1 /);
  expect(logInWords({ ok: false, fault: 'LEAF', at: 'a-0-0' } as never)).toMatch(/^✗/);
  expect(witnessesIn({ ok: false, code: 'OTHER', fault: 'another log' } as never)).toMatch(/^✗/);
  expect(witnessesIn(null)).not.toContain('✓');
});
