/** Entries of the log as auditors read them, a variant by kind, and alerts. `docs/formats/log.md` has the bytes. */

import * as v from 'valibot';
import {
  DATA_KINDS,
  GATEWAY_KINDS,
  KINDS,
  OF_TASKS,
  OFFICE_KINDS,
  OPERATIONS,
  OUTCOMES,
} from '../../entry-kinds.ts';
import { AnyJson, byName, Text } from './common.ts';

const Names = v.array(v.string());
const Outcome = v.picklist([...OUTCOMES, ...OF_TASKS]);
export const Openings = byName(v.object({ salt: v.string(), text: v.string() }));
const OfficerBy = v.picklist(['claimed', 'authenticated']);
const Evidence = v.picklist(['signed', 'none']);

const Handler = v.object({
  /** Empty for an office that owns no fields. */
  departments: Names,
  /** The office, by its client id. */
  agency: v.string(),
  /** The client or person that acted, if it is not the office itself. */
  client: v.optional(v.string()),
  officerBy: v.optional(OfficerBy),
  /** Whether the caller signed the request as a whole. */
  evidence: v.optional(Evidence),
});

/** What could not be read of an entry. */
const Gaps = {
  /** The person was erased, and with it what led to it. */
  erased: v.optional(v.literal(true)),
  /** Members that do not match the leaf. */
  mismatched: v.optional(Names),
};

/** Absent words were not said, or are erased. `person`: issuer and subject of a login, as JSON. */
const Words = v.object({
  officer: v.optional(v.string()),
  person: v.optional(v.string()),
  case: v.optional(v.string()),
  reason: v.optional(v.string()),
  finding: v.optional(v.string()),
});

const Placed = {
  id: v.string(),
  leafHash: v.string(),
  /** Place in the tree; absent while it is not in it, or if the tree was not asked. */
  index: v.optional(v.number()),
};

/** With `openings=yes`, and of an entry that is read alone. All are base64 but the openings. */
const Proof = {
  canonical: v.optional(v.string()),
  signature: v.optional(v.string()),
  openings: v.optional(Openings),
  /** The caller's signature of the request, RFC 9421. */
  evidence: v.optional(
    v.object({ keyid: v.string(), base: v.string(), signature: v.string(), key: byName(AnyJson) }),
  ),
};

const Some = v.object({ count: v.number(), more: v.boolean() });
/** What the log has about an entry that is read alone. */
const Around = {
  reviews: v.optional(
    v.array(
      v.object({
        entry: v.string(),
        at: v.string(),
        by: v.optional(v.string()),
        officer: v.optional(v.string()),
        outcome: v.optional(Outcome),
        note: v.optional(v.string()),
        supersedes: v.optional(v.string()),
      }),
    ),
  ),
  /** Ids of alerts about it, newest first. */
  alerts: v.optional(Names),
  /** Of an attempt its decision, and of a decision its attempt. */
  pair: v.optional(v.string()),
  /** The other entries of the same call. */
  siblings: v.optional(Names),
  /** How many there are about the same person, and of the same officer on that day. */
  alike: v.optional(v.object({ person: v.optional(Some), officer: v.optional(Some) })),
};

/** Writer, its counter, and the place in its item. */
const Written = {
  ...Placed,
  v: v.literal(2),
  time: v.string(),
  writer: v.string(),
  seq: v.number(),
  leaf: v.number(),
  previous: v.string(),
  words: Words,
  ...Gaps,
  ...Proof,
  ...Around,
};

/** The policy by which it was decided. */
export const PolicySaid = v.object({
  ...{ version: v.string(), hash: v.string() },
  ...{ basis: v.optional(v.string()), lawful: v.optional(v.string()) },
});

/** Members of what an office or the gateway did. */
const Said = {
  ...Written,
  handler: Handler,
  purpose: v.optional(v.string()),
  collection: v.optional(v.string()),
  policy: v.optional(PolicySaid),
  outcome: v.optional(Outcome),
  /** Reason code, or the name of an alert or act. */
  code: v.optional(v.string()),
  rule: v.optional(v.string()),
  /** The person's id in the log. */
  subject: v.optional(v.string()),
  /** The entry concerned, or an agency, freeze or incident. */
  about: v.optional(v.string()),
  approvals: v.optional(Names),
};

const Operation = v.picklist(OPERATIONS);

/** Members about personal data. */
const Data = {
  programme: v.optional(v.string()),
  /** Owner to field to form; for an intake the form is `written` or `deleted`. */
  fields: v.optional(byName(byName(v.string()))),
  /** The forms without the fields. */
  forms: v.optional(Names),
  /** Field to the rule that withheld it. */
  withheld: v.optional(byName(v.string())),
  usedForDecision: v.optional(Names),
  /** Data keys that were unwrapped or made. */
  keys: v.optional(Names),
  consents: v.optional(Names),
  obligations: v.optional(Names),
  sheet: v.optional(v.object({ owner: v.string(), version: v.number(), digest: v.string() })),
  /** Of a decision the attempt that it completes; of a review the verdict that it replaces. */
  attempt: v.optional(v.string()),
};

const Certificate = v.object({
  build: v.optional(v.string()),
  key: v.string(),
  name: v.string(),
  kinds: Names,
  started: v.string(),
  until: v.string(),
  signature: v.string(),
  sm2: v.optional(v.string()),
});

/** What the chain that the same process left says of its end. */
const Abandoned = v.object({
  writer: v.string(),
  seq: v.number(),
  hash: v.string(),
  unknown: v.object({ seq: v.number(), hash: v.string(), leaves: v.number() }),
});

export const LogEntry = v.variant('kind', [
  v.object({
    kind: v.picklist(DATA_KINDS),
    ...Said,
    ...Data,
    operation: Operation,
    owners: Names,
  }),
  v.object({
    kind: v.picklist(OFFICE_KINDS),
    ...Said,
    ...Data,
    operation: v.optional(Operation),
    owners: v.optional(Names),
    /** Of a review: the person's own earlier verdict that it replaces. */
    supersedes: v.optional(v.string()),
  }),
  v.object({
    kind: v.picklist(GATEWAY_KINDS),
    ...Said,
    revokes: v.optional(v.string()),
    runs: v.optional(v.string()),
  }),
  v.object({
    kind: v.literal('writer'),
    ...Written,
    certificate: Certificate,
    abandoned: v.optional(Abandoned),
  }),
  v.object({ kind: v.literal('damaged'), ...Placed, ...Proof, ...Around }),
]);

/** An entry in a list with `view=row`. */
export const EntryRow = v.object({
  id: v.string(),
  kind: v.picklist([...KINDS, 'damaged']),
  index: v.optional(v.number()),
  time: v.optional(v.string()),
  purpose: v.optional(v.string()),
  outcome: v.optional(Outcome),
  code: v.optional(v.string()),
  rule: v.optional(v.string()),
  subject: v.optional(v.string()),
  obligations: v.optional(Names),
  agency: v.optional(v.string()),
  officer: v.optional(v.string()),
  officerBy: v.optional(OfficerBy),
  evidence: v.optional(Evidence),
  /** Names of the fields without their forms. */
  fields: v.optional(Names),
  /** There is a verdict. */
  reviewed: v.optional(v.literal(true)),
  ...Gaps,
});

/** A use of a department's fields, as the department reads it. */
export const UseOfFields = v.object({
  id: v.string(),
  time: v.string(),
  kind: v.picklist(KINDS),
  operation: v.optional(Operation),
  outcome: v.optional(Outcome),
  recipient: v.optional(v.string()),
  departments: v.optional(Names),
  purpose: v.optional(v.string()),
  /** Of the caller's own line. */
  case: v.optional(v.string()),
  /** The department's own fields, each with its form. */
  fields: byName(v.string()),
  rule: v.optional(v.string()),
  policy: v.optional(PolicySaid),
  /** Base64: the canonical bytes of the leaf. */
  canonical: v.optional(v.string()),
  openings: v.optional(Openings),
});

/** The newest of alerts with the same agency, purpose, officer, code and person. */
export const AlertView = v.object({
  ...Said,
  ...Data,
  kind: v.picklist(['alert', 'damaged']),
  operation: v.optional(Operation),
  owners: v.optional(Names),
  count: v.number(),
  /** Time of the oldest. */
  first: v.optional(v.string()),
  severity: v.picklist(['low', 'medium', 'high']),
  label: Text,
  acknowledged: v.optional(
    v.object({
      entry: v.string(),
      at: v.string(),
      by: v.optional(v.string()),
      outcome: v.optional(Outcome),
    }),
  ),
  /** It stands in the words of an entry of kind `watch` alone, so that no leaf says that there is one. */
  sealed: v.optional(v.literal(true)),
  // Those have no leaf of their own.
  leafHash: v.optional(v.string()),
  handler: v.optional(v.object({ ...Handler.entries, agency: v.optional(v.string()) })),
  v: v.optional(v.literal(2)),
  writer: v.optional(v.string()),
  seq: v.optional(v.number()),
  leaf: v.optional(v.number()),
  previous: v.optional(v.string()),
  words: v.optional(Words),
});
