/** Recipients delete what they hold about a person whom their duty no longer covers. */

import { getAgency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { Json } from '../../../shared/json.ts';
import type { Disclosure } from '../../../shared/log/read/walk.ts';
import { isMet, requirementsOf } from '../../../shared/policy/decide/duty.ts';
import { type Pack, type Purpose, taskAtEnd } from '../../../shared/policy/pack/pack.ts';
import type { Requirement } from '../../../shared/policy/pack/parts.ts';
import type { Ask, Situation } from '../../../shared/policy/types.ts';
import { factsOf } from '../../../shared/policy/value/conditions.ts';
import { inboxOfAgency } from '../../../shared/records/casework/tasks.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import { callerOf } from '../../session/authenticate.ts';
import { timesOf } from '../../steps/approval-requests.ts';
import { openAndTell } from '../../steps/open-task.ts';
import { deletionOf } from '../inform.ts';
import type { JobRun } from '../job-run.ts';
import { LATE, received } from './ask-grown.ts';

export interface Duties {
  /** Recipients under a purpose whose duty may have ended. */
  received: readonly Disclosure[];
  /** The facts that say whether it has. */
  facts: readonly string[];
  /** The last write of each held field. */
  written: ReadonlyMap<string, string>;
}

/** Facts are opened only if one of them was written lately and a recipient of such a purpose exists. */
export async function factsOfDuty(
  { deps }: JobRun,
  pack: Pack,
  item: KeyItem,
  written: ReadonlyMap<string, string>,
): Promise<Duties> {
  const now = deps.now();
  // `LATE` is longer than the days that a condition may count.
  const isLate = (name: string) => now - Date.parse(written.get(name) ?? '') < LATE;
  const ending = [...pack.purposes.values()].filter(
    (purpose) => purpose.kept?.includes('duty') && factsOf(endingOf(pack, purpose)).some(isLate),
  );
  if (ending.length === 0) return { received: [], facts: [], written };
  const all = await received(deps, item);
  const from = all.filter(({ purpose }) => ending.some(({ code }) => code === purpose));
  const met = ending.filter(({ code }) => from.some(({ purpose }) => purpose === code));
  return { received: from, facts: factsOf(met.flatMap((purpose) => endingOf(pack, purpose))), written };
}

/** One task for each recipient, purpose and change of the facts. May be repeated. */
export async function askWhoLeft(
  { deps }: JobRun,
  pack: Pack,
  { subject, county }: Pick<KeyItem, 'subject' | 'county'>,
  { received: all, written, values }: Duties & { values: ReadonlyMap<string, readonly Json[]> },
): Promise<void> {
  const kind = taskAtEnd(pack, 'duty');
  if (kind === undefined) return;
  const now = deps.now();
  const situation = situationOf(county, values);
  for (const one of all) {
    const purpose = pack.purposes.get(one.purpose);
    const agency = await getAgency(deps.tables.agencies, asClientId(one.agency), now);
    if (!purpose || !agency || covers(pack, purpose, { caller: callerOf(pack, agency), situation, now }))
      continue;
    const changed = factsOf(endingOf(pack, purpose)).map((name) => written.get(name) ?? '');
    await openAndTell(deps, {
      kind,
      inbox: inboxOfAgency(agency.clientId),
      ...deletionOf([one]),
      subject,
      key: JSON.stringify([subject, one.purpose, changed.sort().at(-1)]),
      ...timesOf(pack, kind, now),
    });
  }
}

/** The conditions on facts other than age, which has its own end. */
function endingOf({ consent }: Pack, { requires }: Purpose): Requirement[] {
  const birth = consent.evidence.birth?.field;
  return requires.filter(({ any }) => any && !any.some((map) => birth !== undefined && birth in map));
}

type Matter = Pick<Parameters<typeof isMet>[2], 'caller' | 'situation' | 'now'>;

/** Whether the duty covers the person on one of the purpose's grounds. */
function covers(pack: Pack, purpose: Purpose, { caller, situation, now }: Matter): boolean {
  // Which of its officers received it is not asked again.
  const ask: Ask = { purpose: purpose.code, collection: pack.collection, subjects: 1, appointed: true };
  return purpose.kinds.some(({ kind, role }) => {
    if (role !== undefined && !caller.roles.includes(role)) return false;
    const applying = requirementsOf({ requires: endingOf(pack, purpose) }, caller, kind, ask);
    return applying.every((one) => isMet(pack, one, { caller, ask, situation, now, kind }));
  });
}

function situationOf(county: string | null, values: ReadonlyMap<string, readonly Json[]>): Situation {
  const held = [...values].filter(([, all]) => all.length > 0);
  return {
    county,
    facts: Object.fromEntries(held.map(([name, [first = null]]) => [name, first])),
    others: Object.fromEntries(held.map(([name, [, ...more]]) => [name, more])),
    consents: [],
    frozen: false,
    conflict: false,
    disputed: [],
  };
}
