import { hash } from 'node:crypto';
import type { LeakCheckRequest, LeakCheckResponse } from '../../shared/contract/routes/insight.ts';
import { officerKey } from '../../shared/identity/agencies/rate.ts';
import { asSubjectId } from '../../shared/ids.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { ownersOf } from '../../shared/policy/pack/pack.ts';
import type { Ask } from '../../shared/policy/types.ts';
import { readActDocument } from '../../shared/records/casework/acts.ts';
import { untilStep } from '../http/deadline.ts';
import type { EntryBase } from '../steps/entry-base.ts';
import { keepTicket } from '../steps/leak-tickets.ts';
import {
  checkDay,
  checkMatter,
  countDay,
  countMatter,
  type Day,
  type Matter,
  matterOf,
  uncountAll,
} from '../steps/limits.ts';
import { checkMisses, countMisses, ownAskerOf, uncountMisses } from '../steps/misses.ts';
import { refusalOf, refuse } from '../steps/refusals.ts';
import { type Found, findAll } from './find-leaked.ts';
import { askOf, type InsightCall, insightBase, screenInsight } from './screen.ts';

export interface LeakCheck extends InsightCall {
  request: LeakCheckRequest;
  /** `performance.now()` when the request came. */
  started: number;
}

/** Most leaves in one log item, which holds 390 KB. */
const LEAVES = 200;

/**
 * Checks which candidates identify a person with a record, by keyed digests only: nothing is opened, and the answer
 * holds no data of a record. Each person who is found gets a log entry, which is durable before the answer leaves. The
 * ticket leads an incident to the people who were found, without revealing them to the caller.
 * @throws Problem with rule and reason if the purpose is not open to the caller; TOO_LARGE for too much text
 */
export async function checkLeak(check: LeakCheck): Promise<LeakCheckResponse> {
  const { deps, pack, request } = check;
  const ask = askOf(check, 'leak-checks', request.context);
  const base = entryBase(check, ask);
  const [{ obligations }, matter] = await Promise.all([
    screenInsight(check, ask, base),
    matterNow(check, ask),
  ]);
  if (matter?.is === 'over')
    await refuse(deps.log, base, refusalOf(pack, 'VALIDITY_ENDED', matter.of.purpose.rule));
  const found = await findAll(check);
  const matches = found.flatMap((one) => one.people);
  const people = new Map(matches.map(({ logId, subject }) => [logId, subject] as const));
  const subjects = [...people.keys()];
  const exact = new Map(matches.flatMap((one) => (one.near ? [] : [[one.logId, one.subject]])));
  const asker = ownAskerOf(check, 'leaks', ask.officer);
  const missed = found.reduce((sum, one) => sum + one.missed, 0);
  const outcome = { ...base, kind: 'decision' as const, outcome: 'released' as const };
  const summary = { ...outcome, code: subjects.length > 0 ? 'LEAK_FOUND' : 'NO_LEAK_FOUND' };
  const results = found.map(resultOf);
  const [[receipt], listed, counted, misses] = await Promise.all([
    deps.log.append([summary]) as Promise<[Receipt]>,
    matter?.is === 'timed' ? countMatter(matter.of, [asSubjectId(ask.case ?? '')]) : null,
    spendDay(check, ask.officer, results),
    asker && countMisses(asker, missed),
  ]);
  const about = { ...base, about: receipt.entry };
  try {
    // The look-ups so far depend on the texts, so a refusal leaves at a step.
    if (misses?.spent) await untilStep(check.started);
    const steps = asker && misses ? await checkMisses(asker, misses, about) : 1;
    if (steps > 1) await untilStep(check.started, steps);
    if (matter && listed) await checkMatter(matter.of, listed, about);
    if (counted) await checkDay(dayOf(check, ask.officer), counted, about);
  } catch (error) {
    await uncountAll(deps, [listed, counted]);
    if (asker && misses?.spent === false) await uncountMisses(asker, missed);
    throw error;
  }
  for (let at = 0; at < subjects.length; at += LEAVES) {
    const some = subjects.slice(at, at + LEAVES);
    const matched = some.map((subject) => ({
      ...outcome,
      code: exact.has(subject) ? 'LEAK_MATCH' : 'LEAK_NEAR',
      about: receipt.entry,
      subject,
    }));
    await deps.log.append(matched);
  }
  // A text that may only be meant for a person is for people to judge.
  const ticket = { collection: pack.collection, ticket: receipt.entry };
  await keepTicket(deps, ticket, [...exact.values()], check.now);
  return {
    ticket: receipt.entry,
    policy: { version: pack.version, hash: pack.hash },
    results,
    obligations: [...obligations],
    receipt,
  };
}

function entryBase(check: LeakCheck, ask: Ask): EntryBase {
  const { pack, request } = check;
  const matchable = [...pack.fields.values()].filter((field) => field.matchable);
  return {
    ...insightBase(check, ask, hash('sha256', JSON.stringify(request.candidates), 'base64')),
    owners: ownersOf(
      pack,
      matchable.map(({ name }) => name),
    ),
  };
}

function resultOf({ people, common }: Found): LeakCheckResponse['results'][number] {
  if (people.length === 0) return common ? 'NEAR' : 'NO_MATCH';
  return people.every(({ near }) => near) ? 'NEAR' : 'MATCH';
}

/**
 * A match reveals less than any field, so it counts in the mildest tier. Texts are counted and not people: what is left of the
 * day's limit would say which texts are of one person. A caller whose tier is full gets the same answer if none was found.
 */
function spendDay(check: LeakCheck, officer: string | undefined, results: LeakCheckResponse['results']) {
  const tier = check.pack.volume?.tiers.at(-1);
  if (!tier) return null;
  const texts = check.request.candidates.filter((_, i) => results[i] !== 'NO_MATCH');
  const subjects = texts.map((text) => asSubjectId(hash('sha256', text, 'base64url').slice(0, 22)));
  const asked = subjects.length === 0 ? [asSubjectId('nobody')] : [];
  return countDay(dayOf(check, officer), [{ tier: tier.name, subjects, asked, stop: tier.stop }]);
}

/** The case that the check is for. An incident lasts until it is closed; another case lasts for its period. */
async function matterNow(
  { deps, pack, session, now }: LeakCheck,
  ask: Ask,
): Promise<{ of: Matter; is: 'open' | 'over' | 'timed' } | null> {
  const of = matterOf({ deps, pack, now }, session.caller.clientId, ask);
  if (!of) return null;
  const { tables } = deps;
  const id = of.purpose.matter?.incident ? (ask.case ?? '').trim() : '';
  const incident = await readActDocument<{ closed?: object }>(tables.casework, 'incident', id);
  return { of, is: incident === null ? 'timed' : incident.closed ? 'over' : 'open' };
}

function dayOf({ deps, pack, session, now }: LeakCheck, officer: string | undefined): Day {
  const key = officerKey(officer, session.person) ?? '';
  return { deps, pack, agency: session.caller.clientId, officer: key, now };
}
