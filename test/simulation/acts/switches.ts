/** Acts that allow or stop releases: freezes, suspensions, consents, erasures. Each use says whether it was allowed. */
import { hash } from 'node:crypto';
import { MOTHER } from '../../support/guardians.ts';
import { noticeFor } from '../../support/notices.ts';
import { type Outcome, type Stage, sleep } from '../world/stage.ts';
import type { Step } from '../world/step.ts';
import type { Act } from './acts.ts';
import { childOf, read } from './records.ts';

export const desk = (officer: string, actions = ['casework']) => ({
  actions,
  officer,
  reason: 'as the rules say',
});

const ACTIONS: Record<string, string[]> = { 'audit-office': ['audit'], 'steward-office': ['steward'] };

/** An act that turns a switch, from now on until its outcome is known. @param done whether an answer says that it is turned */
export async function turn(
  { history, gateway }: Stage,
  { name, to }: { name: string; to: 'on' | 'off' },
  act: () => Promise<Outcome>,
  done: (outcome: Outcome) => boolean = ({ answer }) => answer?.status === 200,
): Promise<Outcome> {
  const turned = history.turn({ name, to, began: gateway.now(), ended: Number.POSITIVE_INFINITY });
  const outcome = await act();
  if (done(outcome)) turned.ended = outcome.ended;
  // A refusal changed nothing, and what waits for the second person neither.
  else if (outcome.tries === 1 && changedNothing(outcome)) turned.refused = true;
  return outcome;
}

const changedNothing = ({ answer }: Outcome) => answer && (answer.status >= 400 || answer.status === 202);

async function freeze(stage: Stage, step: Step): Promise<void> {
  const child = childOf(stage, step);
  const outcome = await turn(stage, { name: `freeze ${child.name}`, to: 'off' }, () =>
    stage.attempt(step, {
      ...{ agency: 'mps-county', details: desk('gao'), method: 'POST', path: '/v1/freezes' },
      body: { target: { subject: { match: child.match } } },
    }),
  );
  const id = outcome.answer?.json?.freeze?.id;
  if (id) stage.things('freeze').push({ id, child });
}

/** Of everything that is asked for this purpose. It counts at each instance within a second. */
async function freezePurpose(stage: Stage, step: Step): Promise<void> {
  const name = 'freeze of W1';
  const outcome = await turn(stage, { name, to: 'off' }, () =>
    stage.attempt(step, {
      ...{ agency: 'audit-office', details: desk('gao', ['audit']), method: 'POST', path: '/v1/freezes' },
      body: { target: { purpose: 'W1' } },
    }),
  );
  const id = outcome.answer?.json?.freeze?.id;
  if (id) stage.things('freeze').push({ id, child: childOf(stage, step), about: name });
}

/** By two people, of whom the second may come before the first has an answer. */
async function lift(stage: Stage, step: Step): Promise<void> {
  const known = stage.things('freeze');
  const [one] = known.slice((step.picks[1] ?? 0) % Math.max(1, known.length));
  if (!one) return;
  const people: readonly (readonly [string, string])[] = one.about
    ? [
        ['audit-office', 'gao'],
        ['steward-office', 'chen.jie'],
      ]
    : [
        ['mps-county', 'gao'],
        ['mca-county', 'li.na'],
      ];
  const order = (step.picks[2] ?? 0) % 2 === 0 ? people : people.toReversed();
  const [first, second] = order as readonly [(typeof people)[number], (typeof people)[number]];
  // Sometimes one person confirms what they asked for.
  const isAlone = step.salt % 4 === 0;
  let entry: string | undefined;
  for (const [agency, officer] of [first, isAlone ? first : second]) {
    const act = `lifting of ${one.id}`;
    stage.history.hand(act, officer, 'begun');
    const { answer } = await turn(stage, { name: one.about ?? `freeze ${one.child.name}`, to: 'on' }, () =>
      stage.attempt(step, {
        agency,
        details: desk(officer, ACTIONS[agency]),
        method: 'DELETE',
        path: `/v1/freezes/${one.id}`,
        ...(isAlone && entry !== undefined && { body: { entry } }),
      }),
    );
    entry = answer?.json?.receipt?.entry;
    if (answer?.status === 200) stage.history.hand(act, officer, 'done');
  }
}

async function suspend(stage: Stage, step: Step): Promise<void> {
  await turn(stage, { name: 'agency mca-county', to: 'off' }, () =>
    stage.attempt(step, {
      ...{ agency: 'steward-office', details: desk('chen.jie', ['steward']) },
      ...{ method: 'POST', path: '/v1/agencies/mca-county/suspend', body: {} },
    }),
  );
}

async function unsuspend(stage: Stage, step: Step): Promise<void> {
  for (const officer of ['chen.jie', 'li.na'])
    await turn(stage, { name: 'agency mca-county', to: 'on' }, () =>
      stage.attempt(step, {
        ...{ agency: 'steward-office', details: desk(officer, ['steward']) },
        ...{ method: 'POST', path: '/v1/agencies/mca-county/unsuspend', body: {} },
      }),
    );
}

async function consent(stage: Stage, step: Step): Promise<void> {
  const child = childOf(stage, step);
  const outcome = await turn(stage, { name: `consent ${child.name}`, to: 'on' }, () =>
    stage.attempt(step, {
      ...{ agency: 'desk-county', details: desk('chen.jing'), method: 'POST', path: '/v1/consents' },
      body: {
        ...{
          subject: { match: child.match },
          purpose: 'D1',
          recipient: 'cdpf-county',
          fields: ['name', 'birth_date'],
        },
        ...{ giver: 'guardian', relation: 'mother', method: 'signed-form', noticeVersion: noticeFor('D1') },
        document: PASSPORT,
        evidence: hash('sha256', `paper ${stage.fresh()}`),
      },
    }),
  );
  const id = outcome.answer?.json?.consent?.id;
  if (id) stage.things('consent').push({ id, child, about: String(outcome.ended) });
}

const PASSPORT = { kind: MOTHER.document, number: MOTHER.number };

/** All consents that are known for the child: then it has none. */
async function withdraw(stage: Stage, step: Step): Promise<void> {
  const child = childOf(stage, step);
  const known = stage.things('consent').filter((one) => one.child === child);
  const name = `consent ${child.name}`;
  // A consent whose filing has no answer, or is under way, stays.
  if (known.length === 0 || stage.history.open(name, 'on')) return;
  const turned = stage.history.turn({
    name,
    to: 'off',
    began: stage.gateway.now(),
    ended: Number.POSITIVE_INFINITY,
  });
  const outcomes: Outcome[] = [];
  for (const { id } of known)
    outcomes.push(
      await stage.attempt(step, {
        ...{ agency: 'desk-county', details: desk('chen.jing'), method: 'POST' },
        ...{ path: `/v1/consents/${id}/withdraw`, body: { method: 'in-person', document: PASSPORT } },
      }),
    );
  if (outcomes.every(({ answer }) => answer?.status === 200)) turned.ended = stage.gateway.now();
  for (const [i, { id, about: filed }] of known.entries())
    if (outcomes[i]?.answer?.status === 200)
      stage.things('withdrawal').push({ id, child, about: `${filed} ${turned.began}` });
  // It counts from the next release on, which may follow at once.
  if (step.salt % 4 === 0) return;
  await sleep(1);
  await useConsent(stage, step);
}

async function useConsent(stage: Stage, step: Step): Promise<void> {
  const child = childOf(stage, step);
  const why = {
    purpose: 'D1',
    case: 'DIS-2026-001',
    officer: 'wang.yi',
    reason: 'assessment for a hearing aid',
  };
  const { answer, began, ended } = await stage.attempt(step, {
    ...{
      agency: 'cdpf-county',
      details: { actions: ['release'], ...why },
      method: 'POST',
      path: '/v1/releases',
    },
    body: { collection: 'children', subjects: [{ match: child.match }], fields: ['birth_date'] },
  });
  const allowed = Object.keys(answer?.json?.results?.[0]?.fields ?? {}).length > 0;
  stage.history.told('CONSENTED /v1/releases', allowed ? 200 : 403);
  for (const name of [`consent ${child.name}`, `freeze ${child.name}`, `erase ${child.name}`])
    stage.history.uses.push({ name, began, ended, allowed });
}

/** A consent that is used and withdrawn. */
async function brief(stage: Stage, step: Step): Promise<void> {
  for (const act of [consent, useConsent, withdraw]) await act(stage, step);
}

/** By a steward and a court, each of whom may be the first. */
async function erase(stage: Stage, step: Step): Promise<void> {
  const child = childOf(stage, step);
  const people = [
    ['steward-office', desk('chen.jie', ['steward']), {}],
    ['court-county', desk('wu.jun'), { instrument: 'ORDER-2026-1' }],
  ] as const;
  const [first, second] = (step.picks[1] ?? 0) % 2 === 0 ? people : ([people[1], people[0]] as const);
  for (const [agency, details, body] of [first, step.salt % 4 === 0 ? first : second]) {
    const ref = await stage.refAt(agency, child);
    if (ref === null) return;
    const act = `erasure of ${child.name}`;
    stage.history.hand(act, details.officer, 'begun');
    const { answer, began, ended } = await turn(
      stage,
      { name: `erase ${child.name}`, to: 'off' },
      () => stage.attempt(step, { agency, details, method: 'POST', path: `/v1/subjects/${ref}/erase`, body }),
      ({ answer }) => answer?.json?.erasedAt !== undefined,
    );
    const allowed = answer?.json?.erasedAt !== undefined;
    // The repeat of an erasure from before the hold is answered as the erasure was.
    if (allowed && !stage.things('erasure').some((one) => one.child === child))
      stage.history.uses.push({ name: `hold ${child.name}`, began, ended, allowed });
    if (allowed) stage.things('erasure').push({ id: ref, child });
    if (allowed) stage.history.hand(act, details.officer, 'done');
  }
  await read(stage, step);
}

export const SWITCHES: Record<string, Act> = {
  freeze: { weight: 3, run: freeze },
  freezePurpose: { weight: 1, run: freezePurpose },
  lift: { weight: 3, run: lift },
  suspend: { weight: 1, run: suspend },
  unsuspend: { weight: 2, run: unsuspend },
  consent: { weight: 4, run: consent },
  withdraw: { weight: 3, run: withdraw },
  useConsent: { weight: 5, run: useConsent },
  brief: { weight: 0, run: brief },
  erase: { weight: 2, run: erase },
};
