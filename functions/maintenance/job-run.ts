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
  /** Data keys of this page by their suites; discarded if the page fails. */
  suites?: Record<string, number>;
  /** Only for a job that repeats what the log says. */
  logged?: Logged;
}

/** By the log id of the person. */
export interface Logged {
  /** The id and instant of the entry. */
  erasures: ReadonlyMap<string, { id: string; at: string }>;
  /** Of the last move: the id of the entry, and the county. */
  moves: ReadonlyMap<string, { id: string; to: string }>;
}
