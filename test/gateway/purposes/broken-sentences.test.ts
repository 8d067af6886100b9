/**
 * Sentences of law, broken in a pack that two stewards publish all the same: the case that the proof gives is sent as a whole
 * request. The gateway refuses it before, and answers it after.
 */
import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import compiled from '#pack/pack.json' with { type: 'json' };
import { getAgency, putAgency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../../shared/ids.ts';
import { hashOf, loadPack } from '../../../shared/policy/pack/load-pack.ts';
import type { Written } from '../../../shared/policy/prove/imagined.ts';
import { prove } from '../../../shared/policy/prove/prove.ts';
import { CHILDREN, mutant } from '../../policy/prove/mutants.ts';
import { children as pack } from '../../policy/support.ts';
import { fileGateway } from '../../support/gateway.ts';
import { shownFor } from '../../support/guardians.ts';
import { noticeFor } from '../../support/notices.ts';
import { residentNumber } from '../../support/people.ts';
import { reasonFor } from '../../support/reasons.ts';

/** Each sentence with the purposes that its case is looked for in: these are served by an ordinary release. */
const SENTENCES = {
  'full-number': ['S1'],
  'guardian-below-14': ['D1'],
  'own-area': ['W1'],
  'danger-beyond-area': ['E1'],
};
const changes = Object.keys(SENTENCES).flatMap((sentence) => CHILDREN[sentence] ?? []);
const { hash: _, proof: __, ...changed } = mutant(compiled, changes);
const broken = { ...changed, version: '2026.9' };
const next = { ...broken, hash: hashOf(broken) };

const against = Object.entries(SENTENCES).map(([sentence, purposes]) => {
  const tree = structuredClone<Record<string, unknown>>(next);
  Object.assign((tree['theorems'] as Record<string, object>)[sentence] ?? {}, { purposes });
  const { request, what = '' } = prove(loadPack(tree), sentence)[0]?.against ?? {};
  if (!request) throw new Error(sentence);
  const [field = '', form = ''] = what.split(': ');
  return { sentence, request, field, form };
});

/** The proof's own day, on which its ages and terms are what it says. */
let now = against[0]?.request.at ?? 0;
const gateway = await fileGateway({ now: () => now });
const CALLER = 'charity-harbour';
const WRITERS: Record<string, string> = {
  ...{ MPS: 'mps-county', MCA: 'mca-county', EDU: 'edu-county', COURT: 'court-county' },
};
let serial = 0;

async function change(id: string, rights: object): Promise<void> {
  const office = await getAgency(gateway.tables.agencies, asClientId(id), now);
  await putAgency(gateway.tables.agencies, { ...(office ?? expect.fail(id)), ...rights });
}

/** Office, record and request of the case. @returns the form in which the field is given, or why it is not */
async function send({ caller, ask, situation }: Written, field: string): Promise<string> {
  const { purpose } = ask;
  const { departments, roles, institution = '' } = caller;
  await change(CALLER, { departments, roles, institution, areas: [...caller.areas], actions: ['release'] });
  await change(CALLER, { purposes: [purpose] });
  serial += 1;
  const id_number = residentNumber('2016-01-01', serial);
  const match = { id_number };
  const county = { division_code: `${situation.county}001001` };
  const known = { id_number, name: '欧阳娜娜', ...county, ...situation.facts };
  for (const [name, value] of Object.entries(known)) {
    const owners = pack.fields.get(name)?.owners ?? [];
    const office = WRITERS[owners.find((one) => WRITERS[one]) ?? ''] ?? expect.fail(name);
    await change(office, { areas: ['990001', situation.county] });
    await gateway.put(office, { match, fields: { [name]: value } });
  }
  for (const { giver, act } of situation.consents) {
    const words = { giver, act, method: 'signed-form', noticeVersion: noticeFor(purpose) };
    const about = { subject: { match }, purpose, recipient: CALLER, fields: [field] };
    const said = {
      ...about,
      ...words,
      evidence: hash('sha256', String(serial)),
      ...shownFor({ giver, act }, { match }),
    };
    const desk = { actions: ['casework'], officer: 'desk', reason: 'consent taken at the desk' };
    const { status, text } = await gateway.call('mca-county', desk, 'POST', '/v1/consents', said);
    expect(status, text).toBe(200);
  }
  const words = { case: `CASE-${serial}`, officer: 'li.na', reason: reasonFor(purpose) };
  const details = { actions: ['release'], purpose, ...words };
  const { instrument, activity, imminentDangerAttested } = ask;
  const context = { instrument, activity, imminentDangerAttested };
  const body = { collection: 'children', subjects: [{ match }], fields: [field], context };
  const { json, text } = await gateway.call(CALLER, details, 'POST', '/v1/releases', body);
  const [result] = json.results ?? [];
  return result?.fields?.[field]?.form ?? result?.withheld?.[field]?.code ?? result?.refused?.code ?? text;
}

async function publish(officer: string, entry?: string) {
  const details = { actions: ['steward'], officer, reason: 'the yearly review' };
  const body = { pack: next, ...(entry && { entry }) };
  return gateway.call('steward-office', details, 'POST', '/v1/policy/versions', body);
}

it('are cases that the shipped pack refuses and the broken one answers', async () => {
  const sent = async () => {
    const seen: string[][] = [];
    for (const { sentence, request, field } of against) seen.push([sentence, await send(request, field)]);
    return seen;
  };
  expect(await sent()).toEqual([
    ['full-number', 'COMPARE_NEEDED'],
    ['guardian-below-14', 'REFUSED'],
    ['own-area', 'REFUSED'],
    ['danger-beyond-area', 'REFUSED'],
  ]);
  const first = await publish('chen');
  expect(first.status, first.text).toBe(202);
  expect((await publish('zhou', first.json.receipt.entry)).status).toBe(200);
  now += 31_000;
  expect(await sent()).toEqual(against.map(({ sentence, form }) => [sentence, form]));
});
