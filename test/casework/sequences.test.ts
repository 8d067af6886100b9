/** Random sequences of acts on consents, compared with a plain model of the next release. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { card, GUARDIAN } from '../support/guardians.ts';
import { DAY, digest, fileRig } from './rig.ts';

/** The giver's own document: no clerk's word alone. */
const SHOWN = { document: card(GUARDIAN.id_number) };

const HOUR = DAY / 24;
const rig = await fileRig();
// The clock runs for years here, and training ends after one.
const { tables } = rig.gateway;
const agency = await getAgency(tables.agencies, asClientId('cdpf-county'), rig.now());
if (agency) await putAgency(tables.agencies, { ...agency, trainedUntil: '2999-01-01' });

type Act =
  | { act: 'give'; days: number }
  | { act: 'refuse' }
  | { act: 'child objects' }
  | { act: 'withdraw'; which: number }
  | { act: 'file again'; which: number }
  | { act: 'wait'; days: number };

const acts = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ act: fc.constant('give' as const), days: fc.constantFrom(5, 200, 900) }),
    },
    { weight: 1, arbitrary: fc.constant({ act: 'refuse' } as const) },
    { weight: 1, arbitrary: fc.constant({ act: 'child objects' } as const) },
    { weight: 3, arbitrary: fc.record({ act: fc.constant('withdraw' as const), which: fc.nat(5) }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('file again' as const), which: fc.nat(5) }) },
    {
      weight: 2,
      arbitrary: fc.record({ act: fc.constant('wait' as const), days: fc.constantFrom(1, 91, 366) }),
    },
  ),
  { minLength: 1, maxLength: 9 },
);

/** The model: one child of three, one mother, as a reader of the rules would note them on paper. */
interface Paper {
  id: string;
  body: object;
  given: number;
  until: number;
  withdrawn: number | null;
}
interface Model {
  papers: Paper[];
  refusals: number[];
  objects: boolean;
  /** The eighth birthday, from which on its word counts. */
  eighth: number;
}

/** The mother's latest word counts; a consent that is over is no word. */
function allows({ papers, refusals, objects, eighth }: Model, now: number): boolean {
  const words = [
    ...papers.map(({ given, until, withdrawn }) => ({
      at: withdrawn ?? given,
      yes: withdrawn === null,
      over: until <= now,
    })),
    ...refusals.map((at) => ({ at, yes: false, over: false })),
  ].sort((a, b) => a.at - b.at || Number(b.yes) - Number(a.yes));
  const last = words.at(-1);
  return (last?.yes ?? false) && last?.over === false && !(objects && now >= eighth);
}

it('gives the next release what the model allows', { timeout: 300_000 }, async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(acts, async (sequence: readonly Act[]) => {
      // A clerk files few objections a day.
      rig.later(DAY);
      const born = new Date(rig.now() - 2500 * DAY);
      const child = await rig.child({ birth: born.toISOString().slice(0, 10) });
      const eighth = Date.parse(`${born.getUTCFullYear() + 8}${born.toISOString().slice(4, 10)}`) - 8 * HOUR;
      const model: Model = { papers: [], refusals: [], objects: false, eighth };
      for (const step of sequence) {
        await take(child, model, step, number++);
        const asked = { subjects: [child], fields: ['name'] };
        // A case is over after a time of its own.
        const { json } = await rig.release('cdpf-county', 'D1', asked, { case: `CDPF-${number}` });
        expect('fields' in json.results[0], JSON.stringify(sequence)).toBe(allows(model, rig.now()));
        // No two acts at one instant; a separate test decides which of two such acts is later.
        rig.later(1000);
      }
    }),
    { numRuns: process.env['SLOW'] ? 500 : 6 },
  );
});

async function take(child: object, model: Model, step: Act, number: number): Promise<void> {
  const now = rig.now();
  if (step.act === 'wait') rig.later(step.days * DAY);
  if (step.act === 'child objects' && !model.objects) {
    expect((await rig.consent(child, { act: 'objects', giver: 'child' })).status).toBe(200);
    model.objects = true;
  }
  if (step.act === 'refuse') {
    const refusal = { act: 'refused', evidence: digest(`refusal ${number}`) };
    expect((await rig.consent(child, refusal)).status).toBe(200);
    model.refusals.push(now);
  }
  if (step.act === 'give') {
    const until = now + step.days * DAY;
    const body = { evidence: digest(`paper ${number}`), until: new Date(until).toISOString() };
    const { status, json } = await rig.consent(child, body);
    // One refusal may be a slip, or a mind may change; after two it is asking again.
    const peace = model.refusals.filter((at) => now < at + 90 * DAY).length >= 2;
    expect([status, json.code]).toEqual(peace ? [409, 'ASKED_AGAIN'] : [200, undefined]);
    if (peace) return;
    // Rehabilitation is over after 180 days, at midnight in Shanghai.
    const end = (Math.floor((now + 8 * HOUR) / DAY) + 181) * DAY - 8 * HOUR;
    const { id } = json.consent;
    model.papers.push({ id, body, given: now, until: Math.min(until, end), withdrawn: null });
  }
  const paper = 'which' in step ? model.papers[step.which % Math.max(1, model.papers.length)] : undefined;
  if (step.act === 'withdraw' && paper) {
    expect(
      (await rig.casework('mca-county', 'POST', `/v1/consents/${paper.id}/withdraw`, SHOWN)).status,
    ).toBe(200);
    paper.withdrawn ??= now;
  }
  if (step.act === 'file again' && paper) {
    const { status } = await rig.consent(child, paper.body);
    expect(status === 200 || status === 409 || status === 400).toBe(true);
    if (paper.withdrawn !== null) expect(status).not.toBe(200);
  }
}
