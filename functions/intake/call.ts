import type { Text } from '../../shared/language.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Withheld } from '../../shared/policy/types.ts';
import type { Session } from '../session/session.ts';
import type { IntakeDeps } from './deps.ts';

export interface IntakeRequest {
  collection: string;
  /** Whether a record creates its subject if that is unknown. */
  create: boolean;
  dryRun: boolean;
}

/** The result that depends on the record alone, which is all that a dry run answers. */
export interface RecordCheck {
  written: string[];
  warnings: { field: string; code: string }[];
  refused: Record<string, RefusedField>;
}

/** A field that is not stored; for a value of the wrong form with each place that has another form. */
export interface RefusedField extends Withheld {
  faults?: { path: string; message: Text; allowed?: (string | number)[] }[];
}

export interface RecordResult extends RecordCheck {
  ref: string;
  sheetVersion: number;
  /** Whether this is the department's first sheet of the subject. */
  created: boolean;
}

/** One intake call. */
export interface IntakeCall {
  deps: IntakeDeps;
  pack: Pack;
  session: Session;
  request: IntakeRequest;
  /** Fails if the request must not be served. Until it has ended only reads are made. */
  claimed: Promise<unknown>;
}
