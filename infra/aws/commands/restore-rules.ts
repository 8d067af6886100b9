/** What a restore of each table means: how it goes back, and what its users must do about that which it loses. */
import type { EnvName } from '../../../shared/env.ts';
import { TABLES, type TableShape } from '../../../shared/tables.ts';

export interface Rule {
  /** Tables that name one another go back together or not at all. */
  with?: readonly EnvName[];
  /**
   * `now`: tree and heads rest on what is in it, so it goes back to the instant of closing alone, and loses nothing. `empty`: it is
   * made again from the log. Otherwise it goes back to any instant.
   */
  how?: 'now' | 'empty';
  /** What is lost, and how it comes back. */
  lost: string;
}

const RECORDS: Rule = {
  with: ['keysTable', 'sheetsTable', 'indexTable'],
  lost: 'Erasures and moves since then are replayed. Merges and their undoing are lost: `log --kind merge --from` lists them. `log verify --heads` names records that were written since: their owners send them again.',
};
const LOG = { how: 'now', lost: 'Nothing is lost.' } as const;

/** The table of the mode has no rule: it says which copies stand in, and none stands in for it. */
const RULES: Partial<Record<EnvName, Rule>> = {
  keysTable: RECORDS,
  sheetsTable: RECORDS,
  indexTable: RECORDS,
  logTable: LOG,
  wordsTable: LOG,
  treeTable: {
    how: 'empty',
    lost: 'Nothing is lost: before its next step the sequencer makes it again from the signed tree and the log.',
  },
  logIndexTable: {
    how: 'empty',
    lost: 'The sequencer makes it again from the log. Searches find little until it has.',
  },
  agenciesTable: {
    lost: 'Suspensions, keys and rights since then are lost: `log --kind agency --from` lists them, and stewards repeat them before you open.',
  },
  caseworkTable: {
    lost: 'Consents, withdrawals, freezes, objections and incidents since then are lost: `log --from` lists them, and desks repeat them before you open.',
  },
  tasksTable: {
    lost: 'Tasks since then are lost: `log --from` lists their causes. Those that were closed since are open again.',
  },
  requestsTable: {
    lost: 'Requests and their approvals since then are lost: offices ask again. A collected one may be collected again.',
  },
  policyTable: {
    lost: 'Packs that were published since then are not in force: two stewards publish them again before you open.',
  },
  statusTable: {
    lost: 'Proofs that were revoked since then count again: `log --kind verification --from` lists them; revoke them again before you open.',
  },
  claimsTable: {
    lost: 'Proofs and idempotency keys since then may be used again: open ten minutes after the closing, when proofs have ended.',
  },
  budgetsTable: { lost: 'Limits of the day and of cases count less than was used since then.' },
  cohortsTable: { lost: 'Counts are those of lost: `keys cohorts` counts again.' },
  jobsTable: { lost: 'Jobs that were started since then are lost: start them again.' },
  watchTable: {
    lost: 'The watch reads the log again from where it was then, and raises the alerts of that time again.',
  },
};

export function shapeOf(env: EnvName): TableShape {
  const found = TABLES.find((shape) => shape.env === env);
  if (!found) throw new Error(`no table is described for ${env}`);
  return found;
}

export function ruleOf(env: EnvName): Rule {
  const rule = RULES[env];
  if (!rule) throw new Error(`${env} is not a table that can go back`);
  return rule;
}

/**
 * The tables that go back if these do, in the order of `TABLES`.
 * @param to as the operator names it
 * @throws Error if one of them goes back to the instant of closing alone, and another one is named
 */
export function goingBack(named: readonly string[], to: Date | undefined): EnvName[] {
  const all = new Set(named.flatMap((env) => [env, ...(ruleOf(env as EnvName).with ?? [])]));
  const fixed = [...all].find((env) => ruleOf(env as EnvName).how === 'now');
  if (to && fixed)
    throw new Error(
      `${fixed} goes back to the instant of closing alone: leave --to out. An older one would contradict the published tree`,
    );
  return TABLES.flatMap(({ env }) => (all.has(env) ? [env] : []));
}
