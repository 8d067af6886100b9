import type { Released, Verified } from '../../contract/release.ts';
import type { AlertView, LogEntry as Entry, UseOfFields } from '../../contract/routes/entries.ts';
import type { Use } from '../../contract/routes/log.ts';
import type { Merged, Shape } from '../../contract/shape.ts';
import type { Kind } from '../../entry-kinds.ts';
import type { Json } from '../../json.ts';
import type { Checkpoint } from '../../tree/checkpoint.ts';
import type { Verifier } from '../../tree/note.ts';
import type { WitnessPolicy } from '../../tree/witness-policy.ts';

/** The reader's own key of releases, and the file of signed builds, if the gateway's is not to be asked. */
export interface Releases {
  key: Verifier;
  builds: string | undefined;
}

/** The connection's knowledge about the log. */
export interface LogKeys {
  /** In vkey form, if the program knows it beforehand. */
  pinned: string | undefined;
  log: Verifier | null;
  /** The reader's own; it demands a quorum. */
  policy: WitnessPolicy | null;
  /** Seconds: how old that quorum may be. */
  fresh: number | undefined;
  /** The reader's own; it says of which release a package is. */
  releases: Releases | null;
  /** A checkpoint from an earlier connection, until it has been read. */
  kept: string | undefined;
  /** The largest tree that this connection has seen. */
  head: { tree: Checkpoint; note: string } | null;
  /** Notes that came with answers and were compared with nothing yet, the newest last. */
  told: Set<string>;
  /** Keys of writers that the log certifies. */
  writers: Map<string, Uint8Array>;
  /** Writer → epoch milliseconds until which its certificate is not requested again. */
  notBefore: Map<string, number>;
}

export type Fields = Record<string, Json>;

/** Identifies one person by this agency's own reference, or by match keys that must all agree. */
export type Subject = { ref: string } | { match: Record<string, string> };

/** One record of an intake. A field with the value `null` is deleted. */
export type IntakeRecord = Subject & { ifVersion?: number; fields: Fields };

export interface ReleaseAnswer extends Released {
  /** How far the client could check the receipts. `checkReceipt` completes the check later. */
  receipts: ReceiptsState;
}

export interface Verification extends Verified {
  receipts: ReceiptsState;
  proof: ProofState;
}

/**
 * `checked`: signed by the gateway for this agency, with the same content as the answer. `unchecked`: the
 * gateway's keys are unavailable. A revocation is checked only when the proof is shown.
 */
export type ProofState = 'checked' | 'unchecked';

/**
 * `signed`: the signature of each receipt is valid under a key that the log certifies. `unchecked`: the form
 * is right, but the certificate of the writer is unavailable, now or during the writer's first seconds.
 */
export type ReceiptsState = 'signed' | 'unchecked';

/** The acting person and the reason. Acts of two people need both. */
export interface Why {
  officer?: string;
  reason?: string;
}

/** Of an act of two: the second person names the entry of the request that they have read. */
export interface Second extends Why {
  entry?: string;
}

/** The acting person and the reason, for an act in a case. */
export interface DeskWords extends Why {
  case?: string;
}

/** A language tag, such as `zh`. */
export type Language = string;

/** A log entry, or an alert. Its members depend on its kind. It never contains a field's value. */
export type LogEntry = Partial<Merged<Shape<typeof Entry> | Alert>> & { id: string; kind: Kind | 'damaged' };

/** A use of the agency's fields, from the log. */
export type UseInList = Shape<typeof UseOfFields>;

/** What a use shows of its leaf, if it was asked for with its openings. */
export type Proven = Pick<UseInList, 'id' | 'canonical' | 'openings'> & Readonly<Record<string, unknown>>;
export type UseOfField = Shape<typeof Use>;

export type Alert = Shape<typeof AlertView>;

/** The reason for this agency's calls. It is part of the access token, so the token serves this purpose only. */
export interface Justification {
  purpose: string;
  case?: string;
  officer?: string;
  reason?: string;
}
