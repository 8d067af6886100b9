import { decide } from '../../shared/policy/decide/decide.ts';
import type { Decision } from '../../shared/policy/types.ts';
import { situationOf } from '../http/situation.ts';
import type { HeldField } from '../steps/open-sheets.ts';
import { checkCard } from './check-card.ts';
import type { LoadedSubject } from './load.ts';
import { heldBy, lackedBy } from './open.ts';
import type { ReleaseCall } from './release-fields.ts';

/** A subject with its decision and the fields that must be opened for it. */
export interface DecidedSubject extends LoadedSubject {
  decision: Decision;
  /** What is still sealed and needed: each field of the first owner that holds it. */
  toOpen: readonly HeldField[];
  /** What an owner before that one lacks, which a manifest must prove. */
  lacked: readonly HeldField[];
}

/** The decision of each subject: one pure function over what was loaded. */
export function decideSubjects(call: ReleaseCall, loaded: readonly LoadedSubject[]): DecidedSubject[] {
  const { pack, session, ask, now } = call;
  return loaded.map((subject) => {
    const decision = subject.item
      ? checkCard(call, subject, decide(pack, session.caller, ask, situationOf(subject, subject.item), now))
      : UNKNOWN;
    const sources = new Set([...decision.fields.values()].flatMap(({ cell }) => cell.sources));
    const first = new Set<string>();
    const toOpen = heldBy(call, subject, sources).filter(({ field }) => {
      if (first.has(field) || subject.values.has(field)) return false;
      first.add(field);
      return true;
    });
    const lacked = lackedBy(call, subject, sources).filter(({ field, owner }) => {
      const owners = pack.fields.get(field)?.owners ?? [];
      const holder = toOpen.find((one) => one.field === field)?.owner;
      const before = holder === undefined || owners.indexOf(owner) < owners.indexOf(holder);
      return before && !subject.values.has(field);
    });
    return { ...subject, decision, toOpen, lacked };
  });
}

const UNKNOWN: Decision = {
  outcome: 'refused',
  verdict: 'DENY',
  reason: 'SUBJECT_UNKNOWN',
  rule: 'A2.2',
  fields: new Map(),
  heldBack: new Map(),
  obligations: [],
  consents: [],
  approvals: [],
};
