import type { Handler, NewEntry } from '../../shared/log/entry/entry.ts';
import type { Session } from '../session/authenticate.ts';

/** Who acts where nobody called. */
export const GATEWAY: Handler = { departments: [], agency: 'fieldgate' };

/**
 * Who acted, as a log entry says it, whether a signature of theirs proves it, and how the officer whom the entry
 * names is known.
 */
export function handlerOf({ caller, person, evidence }: Session): Handler {
  return {
    departments: caller.departments,
    agency: caller.clientId,
    officerBy: person ? 'authenticated' : 'claimed',
    evidence: evidence ? 'signed' : 'none',
  };
}

/** The signature as a word beside the entry, where it can be checked later and forgotten when its time is over. */
export function evidenceWord({ evidence }: Session): NonNullable<NewEntry['words']> {
  return evidence ? { evidence: JSON.stringify(evidence) } : {};
}
