/**
 * Budgets. A turn is one check of a recipient. It counts as a miss until it has confirmed a subject, so that even many
 * concurrent checks cannot miss more often than the programme allows, nor than all programmes together. A person who has
 * logged in spends a share of either, so that colleagues and the office's program go on. What a caller learns from its
 * budget depends on the answers that it got, and on no other record.
 */

import type { Problem } from '../../shared/errors.ts';
import { officerKey } from '../../shared/identity/agencies/rate.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { type MissLimits, shareOf } from '../../shared/policy/pack/parts.ts';
import { count, marksOf, takeBack } from '../../shared/records/limits/counters.ts';
import {
  counterOf,
  dayItem,
  heldProblem,
  isReached,
  shareOfMisses,
  spentProblem,
  stepsFor,
} from '../steps/misses.ts';
import { settle, settleOwed } from '../steps/owed.ts';
import { refuse } from '../steps/refusals.ts';
import { dayText, type FoundSubject, type VerifyCall } from './call.ts';
import { checkBase, ruleOf } from './log.ts';

export interface Turn {
  /** The time step at which the answer leaves. */
  steps: number;
}

/** @throws Problem BUDGET_SPENT, with the seconds until the next day, or a second if checks under way hold what is left */
export async function startTurn(call: VerifyCall): Promise<Turn> {
  const { deps } = call;
  await settleOwed(deps.tables.claims.client);
  const counters = (await countTurn(call)) ?? ((await settleDead(call)) ? await countTurn(call) : null);
  if (!counters) return refuse(deps.log, checkBase(call), await fullProblem(call), { rule: ruleOf(call) });
  return {
    steps: Math.max(
      ...budgetsOf(call).map(({ missed, limits }) => stepsFor(limits, counters.get(missed) ?? 0)),
    ),
  };
}

function countTurn(call: VerifyCall) {
  const [budgets, days] = [budgetsOf(call), daysOf(call)];
  return count(call.deps.tables.claims, {
    ...turnsItem(call),
    add: { ...each(days, 'asked', 1), ...each(budgets, 'open', 1) },
    below: Object.fromEntries([
      ...days.map(({ asked, day }) => [asked, day]),
      ...budgets.map(({ open, limits }) => [open, limits.stop]),
    ]),
    mark: markOf(call),
  });
}

/** Milliseconds after which no check is under way any more. */
const DEAD = 60_000;

/** Takes back the turns of instances that ended before they could. @returns whether there were any */
async function settleDead(call: VerifyCall): Promise<boolean> {
  const { claims } = call.deps.tables;
  const item = turnsItem(call);
  const marks = await marksOf(claims, item);
  const dead = marks.filter((mark) => Number(mark.split(' ')[0]) < call.now - DEAD);
  for (const mark of dead) {
    const open = mark.split(' ').slice(2);
    await takeBack(claims, { ...item, add: Object.fromEntries(open.map((counter) => [counter, -1])) }, mark);
  }
  return dead.length > 0;
}

/**
 * Takes the miss back if a subject was confirmed, once whatever answers of the store are lost.
 * @param standing the confirmation was given before and still stands: then the check spends nothing
 * @returns `undo` takes back a miss of an answer that the gateway failed to give. Best effort: a miss that stays only makes
 * the limit stricter
 */
export async function endTurn(
  call: VerifyCall,
  { confirmed, standing, found }: { confirmed: boolean; standing: boolean; found: FoundSubject },
): Promise<{ undo(): Promise<unknown> }> {
  const { claims } = call.deps.tables;
  const budgets = budgetsOf(call);
  const item = turnsItem(call);
  const mark = markOf(call);
  const taken = { ...each(budgets, 'open', -1), ...(standing && each(daysOf(call), 'asked', -1)) };
  const [counters] = await Promise.all([
    confirmed
      ? takeBack(claims, { ...item, add: taken }, mark)
      : count(claims, { ...item, add: each(budgets, 'missed', 1), settled: mark }),
    standing && takeBack(claims, { ...checksItem(call, found.subject), add: { asked: -1 } }, call.turn),
  ]);
  if (confirmed || !counters) return { undo: async () => {} };
  const reached = budgets.some(({ missed, limits }) => isReached(limits, counters.get(missed) ?? 0, 1));
  if (reached) await raise(call, 'ENUMERATION');
  const back = { ...each(budgets, 'open', -1), ...each(budgets, 'missed', -1) };
  return { undo: () => count(claims, { ...item, add: back }) };
}

/** Counts one check of one subject, whatever the programme. @returns whether one was left */
export async function takeSubject(call: VerifyCall, subject: SubjectId): Promise<boolean> {
  const below = { asked: call.programme.budgets.subject };
  const counting = { ...checksItem(call, subject), add: { asked: 1 }, below, mark: call.turn };
  return (await count(call.deps.tables.claims, counting)) !== null;
}

/**
 * Takes back the counts of a check that the gateway failed to answer. What the store refuses is taken back before the next
 * check of this instance, or, if that ends, once the turns of a day are spent.
 * @param found the subject, if it was counted
 */
export async function undoTurn(call: VerifyCall, found: FoundSubject | null): Promise<void> {
  const { claims } = call.deps.tables;
  const add = each(budgetsOf(call), 'open', -1);
  await settle(claims.client, [
    () => takeBack(claims, { ...turnsItem(call), add }, markOf(call)),
    ...(found
      ? [() => takeBack(claims, { ...checksItem(call, found.subject), add: { asked: -1 } }, call.turn)]
      : []),
    ...(found?.undo ? [found.undo] : []),
  ]);
}

export interface Left {
  /** Checks of this programme, and answers that confirm nothing, that are left today. */
  day: number;
  misses: number;
}

/** What is left of a programme's budgets today. */
export async function turnsLeft(
  call: Pick<VerifyCall, 'deps' | 'pack' | 'programme' | 'session' | 'now'>,
): Promise<Left> {
  const counters = await count(call.deps.tables.claims, { ...turnsItem(call), add: {} });
  const left = (limit: number, counter: string) => Math.max(0, limit - (counters?.get(counter) ?? 0));
  return {
    day: Math.min(...daysOf(call).map(({ asked, day }) => left(day, asked))),
    misses: Math.min(...budgetsOf(call).map(({ open, limits }) => left(limits.stop, open))),
  };
}

/** BUDGET_SPENT with the seconds until the next day, or a second if checks that are under way hold what is left. */
export async function fullProblem(call: Parameters<typeof turnsLeft>[0]): Promise<Problem> {
  return (await isSpent(call)) ? spentProblem(call) : heldProblem(call);
}

/** Whether the day has no check left even if each one that is under way confirms its subject. */
export async function isSpent(call: Parameters<typeof turnsLeft>[0]): Promise<boolean> {
  const counters = await count(call.deps.tables.claims, { ...turnsItem(call), add: {} });
  const of = (counter: string) => counters?.get(counter) ?? 0;
  return (
    daysOf(call).some(({ asked, day }) => of(asked) >= day) ||
    budgetsOf(call).some(({ missed, limits }) => of(missed) >= limits.stop)
  );
}

type Counted = Pick<VerifyCall, 'pack' | 'programme' | 'session'>;

/** Counters of what one person of the office does, by what the office does. */
function ownOf({ session }: Pick<Counted, 'session'>): ((counter: string) => string) | null {
  const own = officerKey(undefined, session.person);
  return own === undefined ? null : (counter) => counterOf(counter, own);
}

interface Budget {
  open: string;
  missed: string;
  limits: MissLimits;
}

/** Budgets of misses: of the programme, of all programmes together, and the person's share of each. */
function budgetsOf({ pack, programme: { name, budgets }, session }: Counted): Budget[] {
  const { misses } = budgets;
  const office = [
    { open: `open.${name}`, missed: `missed.${name}`, limits: misses },
    { open: 'open', missed: 'missed', limits: pack.misses?.checks ?? misses },
  ];
  const own = ownOf({ session });
  if (!own) return office;
  const share = ({ open, missed, limits }: Budget) => {
    return { open: own(open), missed: own(missed), limits: shareOfMisses(pack, limits) };
  };
  return [...office, ...office.map(share)];
}

/** The checks of a day of the programme, and the person's share of them. */
function daysOf({ pack, programme: { name, budgets }, session }: Counted) {
  const asked = `asked.${name}`;
  const own = ownOf({ session });
  const office = { asked, day: budgets.day };
  return own ? [office, { asked: own(asked), day: shareOf(pack, budgets.day) }] : [office];
}

function each<Name extends string>(some: readonly Record<Name, string>[], name: Name, n: number) {
  return Object.fromEntries(some.map((one) => [one[name], n]));
}

/** Names what is taken back of a check whose instance has ended. */
function markOf(call: VerifyCall): string {
  return [call.turn, ...budgetsOf(call).map(({ open }) => open)].join(' ');
}

function turnsItem({ pack, session, now }: Pick<VerifyCall, 'pack' | 'session' | 'now'>) {
  return dayItem({ pack, clientId: session.caller.clientId, now });
}

function checksItem(call: VerifyCall, subject: SubjectId) {
  const { clientId } = call.session.caller;
  return { name: `checks:${clientId}:${dayText(call)}:${subject}`, expires: turnsItem(call).expires };
}

async function raise(call: VerifyCall, code: string): Promise<void> {
  const { words: _, ...base } = checkBase(call);
  await call.deps.log.append([{ ...base, kind: 'alert', outcome: 'raised', code, rule: ruleOf(call) }]);
}
