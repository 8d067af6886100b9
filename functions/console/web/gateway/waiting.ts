/** What waits for a second person, as far as this one may see it. */
import type { Answer } from '../../../../shared/contract/api.ts';
import type { Freeze } from '../../../../shared/contract/casework.ts';
import type {
  WaitingAct,
  WaitingChange,
  WaitingPublication,
  WaitingRevocation,
} from '../../../../shared/contract/office.ts';
import type { ApprovalRequest } from '../../../../shared/contract/requests.ts';
import { read } from './api.ts';
import { loadMe, loadReference, me } from './reference.ts';
import { may } from './session.ts';

export interface Waiting {
  changes: WaitingChange[];
  /** At most one. */
  publications: WaitingPublication[];
  acts: WaitingAct[];
  freezes: Freeze[];
  revocations: WaitingRevocation[];
  /** Requests of this office that wait for owners. */
  sent: ApprovalRequest[];
}

/** The register comes in pages, each with the changes that wait in it. */
async function changesOf(signal: AbortSignal): Promise<WaitingChange[]> {
  const all: WaitingChange[] = [];
  let cursor: string | undefined;
  do {
    const page: Answer<'GET /v1/agencies'> = await read('GET /v1/agencies', { query: { cursor } }, signal);
    all.push(...page.waiting);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}

/** These lists are for offices that speak for a department, and for those that oversee it: the action alone opens none. */
async function sees(list: 'freeze.list' | 'subject.waiting'): Promise<boolean> {
  if (me.value === null) await loadMe();
  return me.value?.acts.includes(list) ?? false;
}

const OPEN: ReadonlySet<string> = new Set(['submitted', 'material']);

export async function readWaiting(signal: AbortSignal): Promise<Waiting> {
  // Asked before the lists: a list that fails while nothing waits for it yet is a fault of the page.
  const [seesActs, seesFreezes] = [await sees('subject.waiting'), await sees('freeze.list')];
  const [, changes, versions, acts, freezes, revocations, sent] = await Promise.all([
    loadReference(),
    may('steward') ? changesOf(signal) : [],
    may('steward', 'audit') ? read('GET /v1/policy/versions', {}, signal) : { waiting: undefined },
    seesActs ? read('GET /v1/subjects/waiting', {}, signal) : { acts: [] },
    seesFreezes ? read('GET /v1/freezes', {}, signal) : { freezes: [] },
    may('audit') ? read('GET /v1/log/revocations', {}, signal) : { revocations: [] },
    may('casework')
      ? read('GET /v1/requests', { query: { box: 'sent', limit: 100 } }, signal)
      : { requests: [] },
  ]);
  return {
    changes,
    publications: versions.waiting ? [versions.waiting] : [],
    acts: acts.acts,
    freezes: freezes.freezes.filter(({ lifting }) => lifting),
    revocations: revocations.revocations,
    sent: sent.requests.filter(({ state }) => OPEN.has(state)),
  };
}
