/** Requests of the court between departments: filed, decided, withdrawn and collected. */

import { reasonFor } from '../../support/reasons.ts';
import { type Child, type Outcome, openSpan, type Stage, type Thing } from '../world/stage.ts';
import type { Step } from '../world/step.ts';
import type { Act } from './acts.ts';
import { childOf } from './records.ts';

interface Kind {
  purpose: string;
  agency: string;
  fields: string[];
  deciders: string[];
  /** Collected once at most. */
  once: boolean;
}

const KINDS: readonly [Kind, Kind] = [
  {
    ...{ purpose: 'J1', agency: 'court-county', fields: ['name', 'guardian_phone'] },
    ...{ deciders: ['mps-county', 'mca-county'], once: false },
  },
  {
    ...{ purpose: 'W2', agency: 'mca-county', fields: ['benefits', 'name'] },
    ...{ deciders: ['finance-county'], once: true },
  },
];
const CASE = { case: 'CR-2026-031', officer: 'wu.jun', reason: 'hearing of the case' };
const act = (officer: string) => ({ actions: ['casework'], officer, reason: 'as the rules say' });

/** Without a request it is filed, or the same one is found again. */
const release = (
  stage: Stage,
  step: Step,
  { child, kind: { agency, purpose, fields }, id }: { child: Child; kind: Kind; id?: string },
): Promise<Outcome> =>
  stage.attempt(step, {
    ...{ agency, method: 'POST', path: '/v1/releases' },
    details: { actions: ['release'], purpose, ...CASE, reason: reasonFor(purpose, CASE.reason) },
    body: {
      ...{ collection: 'children', subjects: [{ match: child.match }], fields },
      context: { instrument: 'WRIT-7', ...(id !== undefined && { request: id }) },
    },
  });

async function file(stage: Stage, step: Step): Promise<void> {
  const child = childOf(stage, step);
  const kind = KINDS[(step.picks[1] ?? 0) % 2] as Kind;
  const { answer } = await release(stage, step, { child, kind });
  const id = answer?.json?.request;
  if (answer?.status !== 202 || stage.things('request').some((one) => one.id === id)) return;
  stage.things('request').push({ id, child, about: kind.purpose });
  const never = Number.NEGATIVE_INFINITY;
  stage.history.turn({ name: `request ${id}`, to: 'off', began: never, ended: never });
}

const kindOf = ({ about }: Thing) => KINDS.find(({ purpose }) => purpose === about) as Kind;

/** One of the requests that are known; most often the latest. */
const pick = (stage: Stage, { picks }: Step) => {
  const known = stage.things('request');
  return known.at(-1 - ((picks[1] ?? 0) % 4 === 0 ? (picks[2] ?? 0) % Math.max(1, known.length) : 0));
};

async function decide(stage: Stage, step: Step, what: 'approve' | 'refuse'): Promise<void> {
  const known = pick(stage, step);
  if (!known) return;
  const turned = { name: `request ${known.id}`, to: 'on' as const, ...openSpan(stage.gateway.now()) };
  if (what === 'approve') stage.history.turn(turned);
  const { deciders } = kindOf(known);
  const agency = deciders[(step.picks[0] ?? 0) % deciders.length] as string;
  const outcome = await stage.attempt(step, {
    ...{ agency, details: act(`boss.${agency}`), method: 'POST' },
    ...{ path: `/v1/requests/${known.id}/${what}`, body: {} },
  });
  if (outcome.answer?.status === 200) turned.ended = outcome.ended;
}

async function withdraw(stage: Stage, step: Step): Promise<void> {
  const known = pick(stage, step);
  if (!known) return;
  const turned = stage.history.turn({
    ...{ name: `withdrawn ${known.id}`, to: 'off' },
    ...openSpan(stage.gateway.now()),
  });
  const outcome = await stage.attempt(step, {
    ...{ agency: kindOf(known).agency, details: act(CASE.officer), method: 'POST' },
    ...{ path: `/v1/requests/${known.id}/withdraw`, body: {} },
  });
  if (outcome.answer?.status === 200) turned.ended = outcome.ended;
}

async function collect(stage: Stage, step: Step): Promise<void> {
  const known = pick(stage, step);
  if (!known) return;
  const { answer, began, ended } = await release(stage, step, { ...known, kind: kindOf(known) });
  const shown = answer?.json?.results?.[0]?.fields ?? {};
  const allowed = answer?.status === 200 && Object.keys(shown).length > 0;
  stage.history.told('COLLECTED /v1/releases', allowed ? 200 : 403);
  const { name } = known.child;
  for (const one of [`request ${known.id}`, `withdrawn ${known.id}`, `freeze ${name}`, `erase ${name}`])
    stage.history.uses.push({ name: one, began, ended, allowed });
  if (allowed && kindOf(known).once) stage.history.count(`collections of ${known.id}`, 1);
}

export const REQUESTS: Record<string, Act> = {
  file: { weight: 4, run: file },
  approve: { weight: 5, run: (stage, step) => decide(stage, step, 'approve') },
  refuse: { weight: 1, run: (stage, step) => decide(stage, step, 'refuse') },
  withdrawRequest: { weight: 1, run: withdraw },
  collect: { weight: 6, run: collect },
};
