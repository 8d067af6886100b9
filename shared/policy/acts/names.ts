/** The closed lists of the engine: every act that a route serves, and every relation that an act can rest on. */

/**
 * What the caller of an act is to the person or thing that it is about:
 * `department` an office of a department; `area` the person lives in its areas; `owner` a department of it owns every
 * field named; `holder` a department of it holds something about the person; `self` and `other` the agency concerned
 * is the caller, or another; `other-line` it shares neither office nor department with whoever acted first; `filer` it
 * filed or opened the thing; `recipient` it receives what is consented to; `requester` it made the request;
 * `decider` it decides on a field that is asked for; `addressee` the task or objection lies with it; `setter` it set
 * the freeze; `knows` the purpose shows it the person.
 */
export const RELATIONS = [
  'department',
  'area',
  'owner',
  'holder',
  'self',
  'other',
  'other-line',
  'filer',
  'recipient',
  'requester',
  'decider',
  'addressee',
  'setter',
  'knows',
] as const;
export type Relation = (typeof RELATIONS)[number];

/** What an answer reveals, beside that the act was done. */
export const TOLD = [
  'register',
  'policy',
  'log',
  'uses',
  'values',
  'eligibility',
  'counts',
  'presence',
  'consents',
  'freezes',
  'objections',
  'incidents',
  'requests',
  'tasks',
  'jobs',
] as const;

/** What counts a call: each request; people told of in a day; comparisons; checks and misses; people of a case. */
export const LIMITS = ['requests', 'people', 'comparisons', 'checks', 'case'] as const;

interface ActDef {
  /** Relations that the handler can prove. A row that names another could be met by nobody. */
  proves: readonly Relation[];
  /** Kinds of thing that the act can be about, where a row may tell them apart. */
  of?: readonly string[];
  /** Served without a token. */
  open?: true;
}

const FROZEN = ['subject', 'agency', 'officer', 'purpose', 'class'] as const;

/** Every act. A route names one of them, and a pack has one row for each. */
export const ACTS = {
  'token.issue': { proves: [], open: true },
  'public.read': { proves: [], open: true },
  'log.tree': { proves: [], open: true },
  'self.read': { proves: [] },
  'policy.read': { proves: [] },
  'policy.simulate': { proves: [] },
  'policy.publish': { proves: [] },
  'agency.read': { proves: [] },
  'agency.register': { proves: ['other'] },
  'agency.change': { proves: ['other'] },
  'agency.rekey': { proves: ['other'] },
  'agency.suspend': { proves: ['other'] },
  'agency.unsuspend': { proves: ['other'] },
  'agency.rotate': { proves: [] },
  'intake.write': { proves: [] },
  'usage.read': { proves: ['department'] },
  'release.make': { proves: [] },
  'release.card': { proves: [] },
  'inquiry.make': { proves: [] },
  'statistics.count': { proves: [] },
  'leak.check': { proves: [] },
  'verification.make': { proves: [] },
  'programme.read': { proves: [] },
  'check-code.make': { proves: ['area'] },
  'text.test': { proves: ['area', 'holder'] },
  'task.list': { proves: [] },
  'task.complete': { proves: ['addressee'] },
  'consent.file': { proves: ['department', 'recipient', 'knows', 'area'] },
  'consent.list': { proves: ['filer', 'recipient', 'area'] },
  'consent.withdraw': { proves: ['department', 'filer', 'recipient', 'area'] },
  'conflict.set': { proves: ['area'] },
  'freeze.set': { proves: ['owner', 'self', 'area'], of: FROZEN },
  'freeze.list': { proves: ['department'] },
  'freeze.lift': { proves: ['owner', 'self', 'setter', 'area'], of: FROZEN },
  'objection.file': { proves: ['area'] },
  'objection.read': { proves: ['filer', 'addressee', 'area'] },
  'objection.resolve': { proves: ['addressee', 'area'] },
  'incident.open': { proves: ['owner', 'area'] },
  'incident.read': { proves: ['owner', 'filer'] },
  'incident.close': { proves: ['owner', 'filer'] },
  'request.file': { proves: [] },
  'request.list': { proves: [] },
  'request.read': { proves: ['requester', 'decider'] },
  'request.approve': { proves: ['decider', 'other-line'] },
  'request.refuse': { proves: ['decider', 'other-line'] },
  'request.withdraw': { proves: ['requester'] },
  'subject.erase': { proves: ['area', 'holder'] },
  'subject.merge': { proves: ['area', 'holder'] },
  'keys.maintain': { proves: [] },
  'job.read': { proves: [] },
  'log.read': { proves: [] },
  'log.prove': { proves: [] },
  'log.review': { proves: [] },
  'log.reconcile': { proves: [] },
  'log.revoke': { proves: [] },
  'alert.read': { proves: [] },
  'alert.acknowledge': { proves: [] },
  'decoy.read': { proves: [] },
  'decoy.mark': { proves: [] },
} as const satisfies Record<string, ActDef>;

export type ActName = keyof typeof ACTS;

export const ACT_NAMES = Object.keys(ACTS) as ActName[];

export function actDef(act: ActName): ActDef {
  return ACTS[act];
}
