/** An entry with its openings shows what its leaf commits to, whatever its kind, and nothing else. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { provenView } from '../../functions/audit/views.ts';
import { asCommitted } from '../../shared/client/evidence/shown.ts';
import { asEntryId } from '../../shared/ids.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { readEntry } from '../../shared/log/read/read.ts';
import { forgetPersons } from '../../shared/log/write/secret-table.ts';
import { decision, openLog } from './log.ts';

type View = Record<string, unknown>;
const log = await openLog();
afterAll(() => log.close());
const ID = asEntryId(`${'0'.repeat(32)}-1-0`);
const evidence = '{"input":"sig1=(\\"@method\\")","signature":"sig1=:AA==:"}';
const handler = { departments: ['EDU'], agency: decision().handler.agency };
const all = {
  ...{
    forms: ['plain'],
    usedForDecision: ['birth_date'],
    obligations: ['REVIEW_24H'],
    attempt: ID,
    about: ID,
  },
  words: {
    officer: 'zhang.wei',
    case: 'EDU-1',
    reason: '"quoted"',
    request: 'AA==',
    evidence,
    finding: '[1]',
  },
};
const ENTRIES = {
  decision: decision({ code: 'ALLOWED', ...all }),
  refusal: decision({ kind: 'denial', code: 'CONSENT_MISSING', outcome: 'refused', fields: {} }),
  alert: { kind: 'alert', handler, rule: 'A15.1', code: 'PROHIBITED_PURPOSE', outcome: 'raised', about: ID },
  review: {
    kind: 'review',
    handler,
    outcome: 'justified',
    about: ID,
    attempt: ID,
    words: { finding: 'fine' },
  },
  publication: { kind: 'publication', handler, code: 'POLICY_PUBLISHED', outcome: 'done' },
  revocation: { kind: 'revocation', handler, outcome: 'done', revokes: 'a'.repeat(32) },
  gone: decision({ code: 'ALLOWED' }),
} as const;
const views = new Map<string, View>();

beforeAll(async () => {
  const receipts = await log.writer().append(Object.values(ENTRIES));
  const { entry: gone, ...place } = receipts.at(-1) as (typeof receipts)[number];
  await forgetPersons(log, [{ ...place, leaf: receipts.length - 1, leaves: receipts.length }]);
  const view = async (id: string) => provenView((await readEntry(log, id)) as never);
  for (const [at, name] of Object.keys(ENTRIES).entries())
    views.set(name, await view(receipts[at]?.entry as string));
  views.set('writer', await view(`${gone.split('-')[0]}-0-0`));
});

const see = ({ canonical, ...view }: View) =>
  asCommitted(sha256, Buffer.from(String(canonical), 'base64'), view);
const WHAT: Record<string, string> = { writer: 'clear', gone: 'erased' };

it.each([...Object.keys(ENTRIES), 'writer'])(
  '%s is as committed, and nothing of it can be shown otherwise',
  (name) => {
    const view = views.get(name) as View;
    expect(see(view)).toBe(WHAT[name] ?? 'whole');
    const shown = Object.keys(view).filter(
      (one) => !['canonical', 'signature', 'leafHash', 'openings', 'words'].includes(one),
    );
    // `supersedes` is another name of a member, which is shown too.
    for (const one of shown.filter((member) => member !== 'supersedes')) {
      expect([one, see({ ...view, [one]: 'other' })]).toEqual([one, null]);
      expect([one, see({ ...view, [one]: undefined })]).toEqual([one, null]);
    }
    const words = view['words'] as View;
    for (const one of Object.keys(words)) {
      expect([one, see({ ...view, words: { ...words, [one]: 'other' } })]).toEqual([one, null]);
      expect([one, see({ ...view, words: { ...words, [one]: undefined } })]).toEqual([one, null]);
    }
    const openings = view['openings'] as View;
    for (const one of Object.keys(openings)) {
      const { [one]: left, ...others } = openings;
      expect([one, see({ ...view, openings: others })]).toEqual([one, null]);
      const otherText = { ...(left as View), text: '"other"' };
      expect([one, see({ ...view, openings: { ...openings, [one]: otherText } })]).toEqual([one, null]);
    }
  },
);

it('shows nothing that the leaf does not commit to', () => {
  const view = views.get('alert') as View;
  for (const extra of [
    { subject: 'x' },
    { fields: { MPS: { name: 'plain' } } },
    { words: { reason: 'x' } },
    { evidence: {} },
  ])
    expect([extra, see({ ...view, ...extra })]).toEqual([extra, null]);
  const erased = views.get('gone') as View;
  expect(see({ ...erased, words: { ...(erased['words'] as View), reason: 'x' } })).toBeNull();
  expect(see({ ...erased, erased: undefined })).toBeNull();
});
