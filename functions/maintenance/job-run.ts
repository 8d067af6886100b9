import type { Tally } from '../../shared/policy/count/count.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Job } from '../../shared/records/gateway/jobs.ts';
import type { Actor } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';

/** The counts of a job so far. */
export interface Counting {
  /** First the pack in force when the job began, then those whose programmes a steward wants counted. */
  packs: readonly Pack[];
  sum: Tally;
  /** Log ids of decoys, which are not counted. */
  decoys: ReadonlySet<string>;
  /** Keys of the sums that the people of this page add to. If the page fails, they are discarded. */
  page: string[];
}

/** One run of a job by one process. */
export interface JobRun {
  deps: MaintenanceDeps;
  job: Job;
  actor: Actor;
  /** Only for a job that counts. */
  counting?: Counting;
  /** Only for a job that replays erasures. */
  erasures?: Erasures;
}

/** Log id of an erased subject to the id and instant of its erasure entry. */
export type Erasures = ReadonlyMap<string, { id: string; at: string }>;
