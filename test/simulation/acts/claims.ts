/** What may happen once or so often: proofs of tokens, keys of intakes, checks of charities, records of a new child. */
import { asClientId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { putCasework } from '../../../shared/records/casework/casework.ts';
import { children as pack } from '../../policy/support.ts';
import { dpopProof } from '../../support/gateway.ts';
import { MOTHER, storedCard } from '../../support/guardians.ts';
import { freshNumber } from '../../support/people.ts';
import { clock } from '../engine/clock.ts';
import { BIRTH, type Child, openSpan, type Stage } from '../world/stage.ts';
import type { Step } from '../world/step.ts';
import type { Act } from './acts.ts';
import { childOf, lettersOf, read, WHY } from './records.ts';

/** The same request with the same proof reaches the gateway several times. */
async function replay(stage: Stage, step: Step): Promise<void> {
  // The case is registered by then.
  await read(stage, step);
  const details = { actions: ['release'], ...WHY };
  const token = await stage.token('mca-county', details).catch(() => null);
  if (!token) return;
  const url = new URL(`${stage.gateway.url}/v1/releases`);
  const headers = {
    authorization: `DPoP ${token.value}`,
    dpop: await dpopProof(token.dpop, 'POST', url, clock.now, token.value),
    'content-type': 'application/json',
  };
  const subjects = [{ match: childOf(stage, step).match }];
  const body = JSON.stringify({ collection: 'children', subjects, fields: ['name'] });
  const send = () => stage.gateway.fetch(url, { method: 'POST', headers, body }).catch(() => null);
  const answers = await Promise.all(Array.from({ length: 2 + ((step.picks[1] ?? 0) % 2) }, send));
  const accepted = answers.filter((answer) => answer?.status === 200).length;
  for (const answer of answers) if (answer) stage.history.told('REPLAY /v1/releases', answer.status);
  if (accepted > 1) stage.history.faults.push(`one proof was accepted ${accepted} times`);
}

/** Two clients send the same intake under one key. */
async function writeTwice(stage: Stage, step: Step): Promise<void> {
  const value = `欧阳再${lettersOf(stage.fresh())}`;
  const { match, name } = childOf(stage, step);
  stage.history.planted.add(value);
  const began = clock.now;
  const access = { register: `${name}.name`, value, began, ended: Number.POSITIVE_INFINITY };
  stage.history.writes.push(access);
  const request = {
    ...{ agency: 'mps-county', details: { actions: ['intake'] }, method: 'POST', path: '/v1/intake' },
    body: { collection: 'children', records: [{ match, fields: { name: value } }] },
    key: `twice-${stage.fresh()}`,
  };
  const outcomes = await Promise.all([stage.attempt(step, request), stage.attempt(step, request)]);
  const stored = outcomes.some(({ answer }) => answer?.json?.results?.[0]?.written?.includes('name'));
  if (stored) access.ended = clock.now;
}

/** Two departments report the same new child. */
async function newChild(stage: Stage, step: Step): Promise<void> {
  const match = { id_number: freshNumber(BIRTH) };
  stage.history.planted.add(match.id_number);
  const put = (agency: string, fields: object) =>
    stage.attempt(step, {
      ...{ agency, details: { actions: ['intake'] }, method: 'POST', path: '/v1/intake' },
      body: { collection: 'children', records: [{ match, fields }] },
      key: `new-${stage.fresh()}`,
    });
  const [police, care] = await Promise.all([
    put('mps-county', { name: `欧阳新${lettersOf(stage.fresh())}`, ...match, birth_date: BIRTH }),
    put('mca-county', { division_code: '990001001', guardian_phone: '13900000000' }),
  ]);
  const subjectOf = async (agency: string, ref?: string) => {
    const { kms, env } = stage.gateway;
    return ref === undefined
      ? null
      : (await referencesOf(kms, env.referenceKey, asClientId(agency))).toSubject(ref);
  };
  const subjects = [
    await subjectOf('mps-county', police.answer?.json?.results?.[0]?.ref),
    await subjectOf('mca-county', care.answer?.json?.results?.[0]?.ref),
  ];
  if (subjects[0] && subjects[1] && subjects[0] !== subjects[1])
    stage.history.faults.push('one child became two, and both departments have an answer');
}

/** The police report the same new child twice at once: one record, whatever its versions. */
async function newTwice(stage: Stage, step: Step): Promise<void> {
  const match = { id_number: freshNumber(BIRTH) };
  stage.history.planted.add(match.id_number);
  const put = () =>
    stage.attempt(step, {
      ...{ agency: 'mps-county', details: { actions: ['intake'] }, method: 'POST', path: '/v1/intake' },
      body: {
        collection: 'children',
        records: [
          { match, fields: { name: `欧阳双${lettersOf(stage.fresh())}`, ...match, birth_date: BIRTH } },
        ],
      },
      key: `twin-${stage.fresh()}`,
    });
  const refs = (await Promise.all([put(), put()])).map(({ answer }) => answer?.json?.results?.[0]?.ref);
  if (refs[0] !== undefined && refs[1] !== undefined && refs[0] !== refs[1])
    stage.history.faults.push('one child became two, of one department');
}

const CHARITY = {
  purpose: 'C1',
  case: 'CHA-2026-001',
  officer: 'li.na',
  reason: 'school grant, spring term',
};

async function verify(stage: Stage, step: Step): Promise<void> {
  const child = childOf(stage, step);
  await permit(stage, child);
  const day = new Date(clock.now).toISOString().slice(0, 10);
  const span = { ...openSpan(clock.now) };
  const spans = stage.history.spansOf(`checks of ${child.name}`);
  spans.push(span);
  const { answer, began, ended } = await stage.attempt(step, {
    ...{ agency: 'charity-sunrise', details: { actions: ['verify'], ...CHARITY }, method: 'POST' },
    ...{ path: '/v1/verifications', body: { programme: 'warm-home', subject: { match: child.match } } },
  });
  if (answer) span.ended = ended;
  if (answer?.status !== 200) return;
  const allowed = answer.json.outcome === 'YES';
  stage.history.told('CONFIRMED /v1/verifications', allowed ? 200 : 403);
  // Beyond the budget no new proof is given. A confirmation that stands is answered again and spends nothing.
  const proof: string = answer.json.attestation;
  // The record changed since every other check, so this one looked at it again.
  const looked = stage.history.writes.some(
    (one) =>
      one.register.startsWith(`${child.name}.`) &&
      one.ended < began &&
      spans.every((other) => other === span || other.ended < one.began || other.began > ended),
  );
  if (allowed && looked) stage.history.count(`looks at ${child.name} on ${day}`, 3);
  const known = stage.things('proof').some(({ id }) => id === proof);
  if (allowed && !known) {
    stage.things('proof').push({ id: proof, child });
    stage.history.count(`checks of ${child.name} on ${day}`, 3);
  }
  for (const name of [`freeze ${child.name}`, `erase ${child.name}`])
    stage.history.uses.push({ name, began, ended, allowed });
}

/** The guardian's consent to the charity's checks, given on paper before. */
async function permit(stage: Stage, child: Child): Promise<void> {
  const ref = await stage.refAt('mca-county', child);
  if (ref === null || stage.things('permit').some((one) => one.child === child)) return;
  stage.things('permit').push({ id: 'permit', child });
  const { kms, env, tables } = stage.gateway;
  const subject = (await referencesOf(kms, env.referenceKey, asClientId('mca-county'))).toSubject(ref);
  const passport = { kind: MOTHER.document, number: MOTHER.number };
  const at = new Date(clock.now - 1_000).toISOString();
  const until = new Date(clock.now + 300 * 86_400_000).toISOString();
  const document = {
    ...{ id: `c-${child.name}`, version: 1, purpose: 'C1', recipient: 'charity-sunrise' },
    fields: stage.fields,
    ...{ giver: 'guardian', act: 'given', from: at, until, at, filed: new Date(clock.now).toISOString() },
    document: await storedCard({ kms, env }, pack, subject as never, `c-${child.name}`, passport),
  };
  await putCasework(tables.casework, subject as never, { kind: 'consent', id: document.id, document });
}

const KINDS = ['rekey', 'rewrap', 'compact', 'reindex', 'sweep', 'retention', 'cohorts'];

async function startJob(stage: Stage, step: Step): Promise<void> {
  await stage.attempt(step, {
    ...{
      agency: 'steward-office',
      method: 'POST',
      path: `/v1/keys/${KINDS[(step.picks[0] ?? 0) % KINDS.length]}`,
    },
    ...{
      details: { actions: ['steward'], officer: 'chen.jie', reason: 'yearly rotation of keys' },
      body: {},
    },
  });
}

export const CLAIMS: Record<string, Act> = {
  replay: { weight: 3, run: replay },
  writeTwice: { weight: 3, run: writeTwice },
  newChild: { weight: 2, run: newChild },
  newTwice: { weight: 1, run: newTwice },
  verify: { weight: 5, run: verify },
  startJob: { weight: 2, run: startJob },
};
