/**
 * The register of cases: an office opens a case about people for one purpose, and a second person confirms it. Its
 * window belongs to agency, purpose and person, whatever number the case has.
 */

import type { ClientId, EntryId, SubjectId } from '../../ids.ts';
import { endOf } from '../pack/calendar.ts';
import type { Pack, Purpose } from '../pack/pack.ts';
import type { Ask } from '../types.ts';
import { isOfficer } from './officers.ts';
import { statedWord } from './screen.ts';

/** A case as stored. All instants are RFC 3339. */
export interface CaseRecord {
  id: string;
  version: number;
  agency: ClientId;
  departments: readonly string[];
  purpose: string;
  /** As the agency wrote it. */
  number: string;
  instrument?: string;
  /** The county whose offices approve that it is opened again. */
  county: string;
  people: readonly CasePerson[];
  /** Names of the officers to whom it is assigned. */
  officers: readonly string[];
  /** The words of the people whom a name means, if one of the office has logged in by it. Any other name is compared as a name. */
  known?: Readonly<Record<string, readonly string[]>>;
  state: 'waiting' | 'open' | 'closed';
  /** The agency had a case about one of the people for this purpose, not long before. */
  again: boolean;
  opened: CaseStep & { officer: string; reason: string };
  /** `register`: by the agency's own register of cases. */
  confirmed?: CaseStep & { with: 'person' | 'register' };
  closed?: CaseStep;
  /** The window, from its confirmation. */
  from?: string;
  /** The end of the window; of a case that waits, the end of the wait. */
  until: string;
}

/** Under one name, which may be another name of someone in this case or in another. */
export interface CasePerson {
  /** The id of the name at the office, whether or not a record exists. */
  name: SubjectId;
  /** The record; the name's id if there is none. */
  subject: SubjectId;
  /** As the office named the person, if it did so by reference. */
  ref?: SubjectId;
}

export interface CaseStep {
  at: string;
  agency: ClientId;
  /** Digest of the person. */
  person: string;
  entry: EntryId;
}

export type CaseState = 'waiting' | 'open' | 'ended' | 'closed';

/** @param now epoch milliseconds */
export function caseState({ state, until }: CaseRecord, now: number): CaseState {
  return state !== 'closed' && Date.parse(until) <= now ? 'ended' : state;
}

/** Whether its number stands for it: it waits, or is open. */
export function isLive(record: CaseRecord, now: number): boolean {
  const state = caseState(record, now);
  return state === 'waiting' || state === 'open';
}

/** Whether it keeps its people from another case of the same agency and purpose. One that waits is the word of one officer, and keeps no person from a colleague. */
export function keepsPeople(record: CaseRecord, now: number): boolean {
  return caseState(record, now) === 'open';
}

/** Whether a case of a person that begins now opens this one again: the person's window under it is not long over. */
export function isRecent(pack: Pack, { confirmed, again, closed, until }: CaseRecord, now: number): boolean {
  const within = pack.casework?.cases?.again.within;
  if (!confirmed && !again) return false;
  const ended = Math.min(Date.parse(closed?.at ?? until), Date.parse(until));
  return within === undefined || now < endOf(pack.calendar, within, ended);
}

/** What a request names as its case. If the purpose is for activities, that is the activity. */
export function caseNumber({ demands }: Pick<Purpose, 'demands'>, ask: Ask): string {
  return statedWord(ask, demands.includes('case') ? 'case' : 'activity') ?? '';
}

/** Why a case is no ground for a release; `null` if it is one. It depends on the agency's own case alone. */
type CaseFault = 'CASE_UNKNOWN' | 'CASE_WAITS' | 'CASE_CLOSED' | 'CASE_ENDED' | 'CASE_NOT_ASSIGNED';

export function caseFault(
  record: CaseRecord | null,
  officer: string | undefined,
  person: string | null,
  now: number,
): CaseFault | null {
  if (!record) return 'CASE_UNKNOWN';
  const state = caseState(record, now);
  if (state === 'waiting') return 'CASE_WAITS';
  if (state === 'closed') return 'CASE_CLOSED';
  if (state === 'ended') return 'CASE_ENDED';
  return isOfficer(record, officer, person) ? null : 'CASE_NOT_ASSIGNED';
}

/** The end of a window that begins now, in epoch milliseconds. */
export function windowEnd(pack: Pack, purpose: Purpose, now: number): number {
  const lasts = purpose.lasts ?? pack.casework?.cases?.lasts;
  return lasts ? endOf(pack.calendar, lasts, now) : now;
}

/** The step after which the case is a ground. */
export function confirmCase(
  record: CaseRecord,
  confirmed: NonNullable<CaseRecord['confirmed']>,
  end: number,
): CaseRecord {
  const { version } = record;
  const until = new Date(end).toISOString();
  return { ...record, version: version + 1, state: 'open', confirmed, from: confirmed.at, until };
}
