/** Requests that write or decrypt, each about a person or thing of its own, and the acts that have none. */
import type { ActName } from '../../shared/acts.ts';
import { CASEWORK } from './scenarios/casework.ts';
import { RECORDS } from './scenarios/records.ts';
import { REQUESTS } from './scenarios/requests.ts';
import { STEWARDS } from './scenarios/stewards.ts';
import type { Scenario } from './send.ts';

export const SCENARIOS: Record<string, Scenario> = { ...RECORDS, ...REQUESTS, ...CASEWORK, ...STEWARDS };

const READS = 'reads, and writes the entry of that alone';
const JOB =
  'starts a job that goes on; a death at each of its writes is `test/faults/maintenance/kill.test.ts`';

/** Acts without a scenario, and why. A test holds this equal to what the scenarios leave out. */
export const LEFT_OUT: Partial<Record<ActName, string>> = {
  'token.issue': 'has no act to repeat: each token is new, and a lost one ends by itself',
  'agency.rotate': 'is signed over its body: `test/steward/own-keys.test.ts`',
  'keys.maintain': JOB,
  'keys.replay': JOB,
  'statistics.count': 'needs cohorts of thirty: `test/gateway/law`',
  'log.reconcile': 'brings a trail and compares it: `test/audit/officers.test.ts`',
  'log.revoke': 'would end the writer that the others append with: `test/audit/officers.test.ts`',
  'log.cosign': 'puts one line of a witness, which a repeat leaves as it is: `test/witness/rounds.test.ts`',
  'source.report': 'replaces what a source reported before: `test/watch/silent.test.ts`',
  'recusal.file': 'registers a number once more, under an id of its own: `test/watch/recusals.test.ts`',
  'decoy.mark': 'needs a decoy of the office: `test/watch/decoys.test.ts`',
  ...Object.fromEntries(
    (
      [
        ...['public.read', 'log.tree', 'self.read', 'policy.read', 'policy.simulate', 'posting.check'],
        ...['agency.read', 'usage.read', 'programme.read', 'task.list', 'consent.list', 'freeze.list'],
        ...[
          'freeze.read',
          'hold.list',
          'objection.read',
          'objection.list',
          'incident.read',
          'incident.list',
          'case.list',
          'case.read',
        ],
        ...['request.list', 'request.read', 'subject.waiting', 'job.read', 'log.read', 'log.prove'],
        ...['receipt.open', 'alert.read', 'decoy.read', 'source.read'],
      ] as ActName[]
    ).map((act) => [act, READS]),
  ),
};
