import type { Tally } from '../../shared/policy/count/count.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Job } from '../../shared/records/gateway/jobs.ts';
import type { Actor } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';

/** What a job has counted so far. */
export interface Counting {
  /** The pack in force when the job began, then those whose programmes a steward wants counted. */
  packs: readonly Pack[];
  sum: Tally;
  /** Log ids of children who do not exist: they count nowhere. */
  decoys: ReadonlySet<string>;
  /** Keys that the people of this page count in; those of a page that fails are never added. */
  page: string[];
}

/** What the steps of a job work with. */
export interface JobRun {
  deps: MaintenanceDeps;
  job: Job;
  actor: Actor;
  /** Of a job that counts: what it has so far. */
  counting?: Counting;
  /** Of a job that replays erasures: what the log says. */
  erasures?: Erasures;
}

/** Log id of who was erased, to the entry that says so. */
export type Erasures = ReadonlyMap<string, { id: string; at: string }>;
