/** The closed lists of the engine: every act with a route, and every relation that can permit an act. */

/**
 * The caller's relation to the person or thing that the act is about. `department`: the caller is an office
 * of a department, which proves no relation to a person. `speaks`: it has a role that decides for one of its departments,
 * which the way may name. `placed`: the record places the person in its institution. `area`: the person lives
 * in its areas. `owner`: it speaks for an owner of every named field, or of what is held of the person. `holder`: it
 * speaks for a department that holds data about the person. `self`, `other`: the agency concerned
 * is the caller, or another. `other-line`: the caller shares neither office nor department with the first
 * actor. `filer`: it filed or opened the thing. `recipient`: it receives the data that is consented to.
 * `requester`: it made the request. `decider`: it decides on a requested field. `addressee`: the task or
 * objection is addressed to it. `setter`: it set the freeze or the hold. `knows`: the purpose shows it the person.
 * `giver`: it hands in the one-time code of the giver of the consent. `supervisor`: its officer has a role by which the
 * pack knows those who confirm and assign cases.
 */
export const RELATIONS = [
  'department',
  'speaks',
  'placed',
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
  'giver',
  'supervisor',
] as const;
export type Relation = (typeof RELATIONS)[number];

/** The information that an answer reveals besides the completion of the act. */
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
  'holds',
  'objections',
  'incidents',
  'requests',
  'tasks',
  'cases',
  'jobs',
  'sources',
] as const;

/**
 * The counters that a call uses: requests, by their subjects; people in a day; comparisons; checks of programmes; people
 * of a case; people who were asked about without an answer about them; acts that stop something for a person.
 */
export const LIMITS = ['requests', 'people', 'comparisons', 'checks', 'case', 'misses', 'stops'] as const;

interface ActDef {
  /** Relations that the handler can prove. A row with any other relation could never permit the act. */
  proves: readonly Relation[];
  /** Kinds of thing that the act can be about, if rows may distinguish them. */
  of?: readonly string[];
  /** Needs no token. */
  open?: true;
  /** Looks a person up by what the caller sends. A row must limit the misses. */
  finds?: true;
  /** Stops something for a person, or what an agency does. A row must limit such acts. */
  stops?: true;
  /** Relations that the caller states itself, and that prove none to the person. */
  said?: readonly Relation[];
  /** Relations that only an office has that speaks for a department, besides `owner`, `holder` and `decider`. */
  spoken?: readonly Relation[];
  /** What a row may make a recent login depend on; `always` is possible for each act. */
  fresh?: 'oversight' | 'restricted';
  /** What the task is for that the act opens. A pack with casework names its kind in the row. */
  task?: string;
}

/** A case about people who had one for its purpose before is opened again. */
const OPENED = ['first', 'again'] as const;
const FROZEN = ['subject', 'agency', 'officer', 'purpose', 'class'] as const;

/** Every act. Each route names one of them, and a pack has one row for each. */
export const ACTS = {
  'token.issue': { proves: [], open: true },
  'public.read': { proves: [], open: true },
  'log.tree': { proves: [], open: true },
  'self.read': { proves: [] },
  'policy.read': { proves: [] },
  'policy.simulate': { proves: [] },
  'posting.check': { proves: [] },
  'policy.publish': { proves: [] },
  'agency.read': { proves: [] },
  'agency.register': { proves: ['other'], fresh: 'oversight' },
  'agency.change': { proves: ['other'], fresh: 'oversight', stops: true },
  'agency.rekey': { proves: ['other'] },
  'agency.confirm': { proves: ['other'], fresh: 'oversight' },
  'agency.suspend': { proves: ['other'], stops: true },
  'agency.unsuspend': { proves: ['other'], fresh: 'oversight' },
  'agency.rotate': { proves: [] },
  'intake.write': { proves: [], finds: true },
  'source.report': { proves: [] },
  'source.read': { proves: ['self'] },
  'usage.read': { proves: ['speaks'] },
  'release.make': { proves: [], finds: true, fresh: 'restricted' },
  'release.second': { proves: [], finds: true },
  'release.card': { proves: [], finds: true, fresh: 'restricted' },
  'inquiry.make': { proves: [], finds: true, fresh: 'restricted' },
  'inquiry.second': { proves: [], finds: true },
  'statistics.count': { proves: [] },
  'leak.check': { proves: [], finds: true },
  'verification.make': { proves: [] },
  'programme.read': { proves: [] },
  'check-code.make': { proves: ['area'], finds: true },
  'text.test': { proves: ['area', 'holder', 'decider'], finds: true },
  'task.list': { proves: [] },
  'task.complete': { proves: ['addressee'] },
  'purpose.met': { proves: ['recipient'] },
  'consent.file': {
    proves: ['department', 'recipient', 'knows', 'area'],
    finds: true,
    stops: true,
    said: ['recipient'],
  },
  'consent.list': { proves: ['filer', 'recipient', 'area'], finds: true },
  'consent.confirm': { proves: ['area', 'other-line', 'filer', 'giver'] },
  'consent.code': { proves: ['area'] },
  'consent.withdraw': { proves: ['department', 'filer', 'recipient', 'area', 'giver'], stops: true },
  'conflict.set': { proves: ['speaks', 'placed', 'area'], finds: true, stops: true },
  'freeze.set': { proves: ['owner', 'self', 'area'], finds: true, stops: true, of: FROZEN },
  'freeze.list': { proves: ['speaks', 'area', 'setter'], of: FROZEN },
  'freeze.read': { proves: ['area'], of: FROZEN },
  'freeze.lift': { proves: ['owner', 'self', 'setter', 'area'], of: FROZEN },
  'recusal.file': { proves: ['supervisor'] },
  'hold.set': { proves: [], finds: true, stops: true },
  'hold.confirm': { proves: ['setter'] },
  'hold.lift': { proves: ['setter'] },
  'hold.list': { proves: ['setter'] },
  'objection.file': {
    proves: ['department', 'recipient', 'area'],
    finds: true,
    stops: true,
    task: 'the answer by the owner of the field',
  },
  'objection.read': { proves: ['filer', 'addressee', 'area'], spoken: ['addressee'] },
  'objection.list': { proves: ['filer', 'addressee', 'area'], spoken: ['addressee'] },
  'objection.resolve': {
    proves: ['addressee', 'area'],
    spoken: ['addressee'],
    task: 'passing on the answer',
  },
  'incident.open': { proves: ['owner', 'area'], finds: true, task: 'informing each person of the leak' },
  'incident.read': { proves: ['owner', 'area', 'filer'] },
  'incident.list': { proves: ['filer'] },
  'incident.report': { proves: ['owner', 'area', 'filer'] },
  'incident.close': { proves: ['owner', 'area', 'filer'] },
  'harm.report': { proves: [] },
  'harm.open': { proves: ['addressee'], spoken: ['addressee'] },
  'case.open': { proves: [], finds: true },
  'case.list': { proves: ['self'] },
  'case.read': { proves: ['self', 'area', 'other-line'], of: OPENED },
  'case.confirm': { proves: ['self', 'supervisor', 'area', 'other-line'], of: OPENED },
  'case.assign': { proves: ['self', 'supervisor'] },
  'case.close': { proves: ['self'] },
  'request.file': { proves: [], finds: true },
  'request.list': { proves: [] },
  'request.read': { proves: ['requester', 'decider'] },
  'request.approve': { proves: ['decider', 'other-line'] },
  'request.refuse': { proves: ['decider', 'other-line'] },
  'request.ask-material': { proves: ['decider', 'other-line'] },
  'request.supply': { proves: ['requester'] },
  'request.dispute': { proves: ['requester'] },
  'request.withdraw': { proves: ['requester'] },
  'subject.find': { proves: ['area', 'holder'], finds: true },
  'subject.erase': { proves: ['area', 'holder'], finds: true },
  'subject.keep': { proves: ['area', 'holder'], finds: true, stops: true },
  'subject.apart': { proves: ['area', 'holder'], finds: true, stops: true },
  'subject.merge': { proves: ['area', 'holder'], finds: true },
  'subject.move': {
    proves: ['area', 'holder', 'addressee'],
    finds: true,
    spoken: ['addressee'],
    task: 'taking over the record',
  },
  'subject.stay': {
    proves: ['area', 'holder', 'addressee'],
    finds: true,
    stops: true,
    spoken: ['addressee'],
  },
  'subject.end': { proves: ['area', 'holder'], finds: true },
  'subject.resume': { proves: ['area', 'holder'], finds: true },
  'subject.waiting': { proves: ['area', 'holder', 'addressee'], spoken: ['addressee'] },
  'subject.part': { proves: ['area', 'holder'], finds: true },
  'keys.maintain': { proves: [] },
  'keys.replay': { proves: [] },
  'job.read': { proves: [] },
  'log.read': { proves: [] },
  'log.prove': { proves: [] },
  'log.cosign': { proves: [] },
  'receipt.open': { proves: ['requester'] },
  'log.review': { proves: [] },
  'log.reconcile': { proves: [] },
  'log.revoke': { proves: [] },
  'alert.read': { proves: [] },
  'alert.acknowledge': { proves: [] },
  'decoy.read': { proves: [] },
  'decoy.mark': { proves: [], stops: true },
} as const satisfies Record<string, ActDef>;

export type ActName = keyof typeof ACTS;

// Bundles that ask for no name leave the table out.
export const ACT_NAMES = /* @__PURE__ */ Object.keys(ACTS) as ActName[];

export function actDef(act: ActName): ActDef {
  return ACTS[act];
}

/** Acts that open a task of a kind that their row names. */
export type OpeningAct = {
  [Act in ActName]: (typeof ACTS)[Act] extends { task: string } ? Act : never;
}[ActName];
