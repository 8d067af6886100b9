/** Article 13, proven by acts: notice, both consents, processing, all dated before. */
import { describe, expect, it } from 'vitest';
import { leftInPeaceUntil, longestUntil } from '../../shared/policy/decide/consent-times.ts';
import { decide } from '../../shared/policy/decide/decide.ts';
import type { ConsentArtefact } from '../../shared/policy/types.ts';
import { artefact, askFor, callerFor, children, NOW, noon, situation } from './support.ts';

const act = (
  giver: ConsentArtefact['giver'],
  said: ConsentArtefact['act'],
  date: string,
  change: Partial<ConsentArtefact> = {},
) => artefact(children, 'M1', giver, said, { at: `${date}T04:00:00Z`, ...change });

const NOTICE = [act('child', 'notified', '2026-02-01'), act('guardian', 'notified', '2026-02-01')];
const CONSENTS = [act('child', 'given', '2026-02-03'), act('guardian', 'given', '2026-02-04')];
const PROCESSED = [act('recipient', 'processed', '2026-02-10')];

function publish(consents: readonly ConsentArtefact[], birth = '2013-05-06') {
  const facts = { birth_date: birth, guardianship_status: { status: 'normal', conflict: false } };
  const cells = children.purposes.get('M1')?.cells ?? new Map();
  const approval = { fields: new Map([...cells.keys()].map((field) => [field, 'entry'])) };
  const known = situation({ facts, consents, approval });
  return decide(children, callerFor(children, 'M1'), askFor(children, 'M1', { request: 'r-1' }), known, NOW);
}

describe('a publication', () => {
  it('is allowed if every step was done in order', () => {
    const decision = publish([...NOTICE, ...CONSENTS, ...PROCESSED]);
    expect(decision).toMatchObject({ outcome: 'release', verdict: 'ALLOW', reason: 'BOTH_CONSENTS_A13' });
    expect(decision.fields.size).toBeGreaterThan(0);
  });

  it.each([
    ['no one was informed', [...CONSENTS, ...PROCESSED], 'NO_PRIOR_NOTICE'],
    ['the child was not told', [NOTICE[1], ...CONSENTS, ...PROCESSED], 'NO_PRIOR_NOTICE'],
    ['the guardian was not told', [NOTICE[0], ...CONSENTS, ...PROCESSED], 'NO_PRIOR_NOTICE'],
    [
      'the guardian was told after the child had consented',
      [NOTICE[0], act('guardian', 'notified', '2026-02-04'), ...CONSENTS, ...PROCESSED],
      'NO_PRIOR_NOTICE',
    ],
    [
      'the notice was for another recipient',
      [...NOTICE.map((one) => ({ ...one, recipient: 'other' })), ...CONSENTS, ...PROCESSED],
      'NO_PRIOR_NOTICE',
    ],
    ['the material was not processed', [...NOTICE, ...CONSENTS], 'NO_TECHNICAL_PROCESSING'],
    [
      'the processing is yet to come',
      [...NOTICE, ...CONSENTS, act('recipient', 'processed', '2026-03-11')],
      'NO_TECHNICAL_PROCESSING',
    ],
    [
      'the proof of processing is over',
      [
        ...NOTICE,
        ...CONSENTS,
        act('recipient', 'processed', '2026-02-10', { until: '2026-03-01T00:00:00Z' }),
      ],
      'NO_TECHNICAL_PROCESSING',
    ],
    ['the child did not consent', [...NOTICE, CONSENTS[1], ...PROCESSED], 'CHILD_CONSENT_MISSING'],
    ['the guardian did not consent', [...NOTICE, CONSENTS[0], ...PROCESSED], 'GUARDIAN_CONSENT_MISSING'],
    [
      'the child withdrew',
      [...NOTICE, ...CONSENTS, act('child', 'withdrawn', '2026-03-01'), ...PROCESSED],
      'CHILD_WITHDRAWN',
    ],
  ])('is refused when %s', (_, consents, reason) => {
    expect(publish(consents as ConsentArtefact[])).toMatchObject({ outcome: 'refused', reason });
  });
});

describe('the form that a consent names', () => {
  const both = (forms: ConsentArtefact['forms']) => [
    ...NOTICE,
    ...CONSENTS.map((one) => ({ ...one, ...(forms && { forms }) })),
    ...PROCESSED,
  ];

  it.each([
    ['plain', true],
    ['generalised', true],
    ['predicate', false],
    ['token', false],
  ] as const)('%s, of a field that the purpose gets generalised, lets it out: %s', (form, shown) => {
    const { fields, heldBack } = publish(both({ birth_date: form }));
    expect(fields.has('birth_date')).toBe(shown);
    expect(heldBack.get('birth_date')?.code).toBe(shown ? undefined : 'CONSENT_SCOPE');
    expect(fields.has('division_code')).toBe(true);
  });
});

describe('asking', () => {
  const refused = (date: string, change: Partial<ConsentArtefact> = {}) =>
    act('guardian', 'refused', date, change);
  const asked = { purpose: 'M1', recipient: 'caller' } as const;

  it('again is for later after two refusals in 90 days for the same purpose and recipient', () => {
    const peace = (...said: ConsentArtefact[]) => leftInPeaceUntil(children, said, asked, NOW);
    expect(peace(refused('2026-01-01'), refused('2026-02-01'))).toBe(noon('2026-04-01'));
    expect(peace(refused('2026-02-01'))).toBeNull();
    expect(peace(refused('2025-10-01'), refused('2026-02-01'))).toBeNull();
    expect(peace(refused('2026-01-01', { recipient: 'b' }), refused('2026-02-01'))).toBeNull();
    expect(peace(act('guardian', 'retracted', '2026-01-01'), refused('2026-02-01'))).toBeNull();
  });

  it('gives a consent that lasts a year at most', () => {
    expect(longestUntil(children, 'F1', noon('2026-02-28'))).toBe(noon('2027-02-28'));
    expect(longestUntil(children, 'F1', noon('2024-02-29'))).toBe(noon('2025-03-01'));
  });
});
