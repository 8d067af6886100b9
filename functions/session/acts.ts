/** Asks the pack's table of acts on behalf of a session. */

import { ACT_NAMES, type ActName, type Relation } from '../../shared/acts.ts';
import { Problem } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import type { ActRow } from '../../shared/policy/acts/rows.ts';
import {
  ANY_MATTER,
  type Hand,
  type Matter,
  permits,
  seconds,
  type Verdict,
} from '../../shared/policy/decide/permits.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { isLoggedIn } from './actor.ts';
import type { Session } from './session.ts';

/** @throws Error for an act without a row: then the function does not start */
export function requireRow(pack: Pack, act: ActName): void {
  if (!pack.acts.has(act)) throw new Error(`the policy has no row for the act ${act}`);
}

/** For a matter without any known fact. @throws Problem ACTION_NOT_GRANTED, ROLE_REQUIRED, PERSON_REQUIRED */
export function requirePossible(session: Session): void {
  orThrow(session, permits(session.act.pack, actorOf(session), session.act.name, ANY_MATTER));
}

/** As `requirePossible`, with the facts known before any lookup of a person. */
export function requirePossibleFor(session: Session, known: Matter): void {
  orThrow(
    session,
    permits(session.act.pack, actorOf(session), session.act.name, { ...ANY_MATTER, ...known }),
  );
}

/** @returns whether the act may still be permitted, given the facts known so far */
export function mayStill(session: Session, known: Matter): boolean {
  return permits(session.act.pack, actorOf(session), session.act.name, { ...ANY_MATTER, ...known }).ok;
}

/** @returns the acts that the caller may do on some matter: what its forms are worth showing for */
export function possibleActs(session: Session): ActName[] {
  const { pack } = session.act;
  return ACT_NAMES.filter((name) => permits(pack, actorOf(session), name, ANY_MATTER).ok);
}

/** @returns whether the row permits the act on this matter; an absent fact counts as false */
export function mayAct(session: Session, matter: Matter): boolean {
  session.act.asked = true;
  return permits(session.act.pack, actorOf(session), session.act.name, matter).ok;
}

/** @returns those of the things on which the act is permitted */
export function permitted<Item>(
  session: Session,
  items: readonly Item[],
  matterOf: (item: Item) => Matter,
): Item[] {
  session.act.asked = true;
  return items.filter((item) => mayAct(session, matterOf(item)));
}

/** @returns the row. @throws Problem with the code of the row's verdict */
export function requireAct(session: Session, matter: Matter): ActRow {
  session.act.asked = true;
  return orThrow(session, permits(session.act.pack, actorOf(session), session.act.name, matter));
}

/** @throws Error if a handler answered without the check that its act's row requires: a bug */
export function checkAsked({ act }: Session): void {
  if (!act.fresh) throw new Error(`${act.name} was done without looking at the age of the login`);
  // Of a department, and which, is the caller alone: `requirePossible` has asked.
  const isOfMatter = (name: Relation) => name !== 'department' && name !== 'speaks';
  const needed = act.pack.acts.get(act.name)?.who.some(({ needs }) => needs.some(isOfMatter));
  if (needed && !act.asked) throw new Error(`${act.name} was done without asking`);
}

/** The article behind the act. */
export function ruleOf({ act }: Session): string {
  return act.pack.acts.get(act.name)?.rule ?? '';
}

function orThrow({ act }: Session, verdict: Verdict): ActRow {
  if (verdict.ok) return verdict.row;
  const { code, rule } = verdict;
  if (code === 'NOT_FOUND' || code === 'REFUSED') throw new Problem(code);
  if (code !== 'ACTION_NOT_GRANTED') throw new Problem(code, { rule });
  const actions = new Set(act.pack.acts.get(act.name)?.who.flatMap((way) => way.actions));
  throw new Problem(code, { detail: commonTexts.needsAction([...actions]) });
}

/**
 * Both the token and the register must grant the action, because a right may have been removed since the
 * token was issued.
 */
function actorOf({ caller, grant, agency, person }: Session) {
  const actions = grant.actions.filter((action) => (agency.actions as readonly string[]).includes(action));
  // The officer may be named in the body, which is read later: `personOf` requires one.
  return { caller, actions, person: person ? 'authenticated' : 'claimed' } as const;
}

/** The session's person as one of two. @param person the word that `personOf` made */
export function handOf({ caller }: Session, person: string): Hand {
  return { person, clientId: caller.clientId, departments: caller.departments };
}

/**
 * Whether a person may be the second one of an act that waits.
 * @param second the word of the person, `''` for none
 * @param matters what is known of each thing that the act is about
 */
export function isSecond(
  session: Session,
  name: ActName,
  { first, second, matters }: { first: Hand; second: string; matters: readonly Matter[] },
): boolean {
  const { pack } = session.act;
  const row = pack.acts.get(name);
  if (!row || !isLoggedIn(second) || !seconds(row, first, handOf(session, second))) return false;
  return matters.every((matter) => permits(pack, actorOf(session), name, matter).ok);
}

/**
 * For acts of two people.
 * @throws Problem APPROVER_IS_REQUESTER if they may be one: the same person, of one line where the row demands another,
 * or not both logged in
 */
export function requireSecond({ act }: Session, first: Hand, second: Hand): void {
  const row = act.pack.acts.get(act.name);
  if (!row || !seconds(row, first, second)) throw new Problem('APPROVER_IS_REQUESTER');
  if (!isLoggedIn(first.person) || !isLoggedIn(second.person))
    throw new Problem('APPROVER_IS_REQUESTER', { detail: commonTexts.twoPeople });
}
