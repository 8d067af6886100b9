import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import type { GatewayFunction } from './gateway-function.ts';
import { laneMachine } from './lane-machine.ts';

/** Lanes that the clock alone fills: a run begins each minute, lasts five, and takes the next free lane. */
export const BY_CLOCK = 5;

/** Minutes between looks for lanes. Until the first one, the runs of the clock work on them. */
const LOOK = 15;

/**
 * Lets more processes work on one job than the clock starts: one for each lane. It adds hands and no truth: leases,
 * positions and sums are in the table of jobs.
 */
export class JobLanes extends Construct {
  constructor(scope: Construct, id: string, maintenance: GatewayFunction, settings: Settings) {
    super(scope, id);
    const machine = laneMachine(this, maintenance, settings, {
      ...{ suffix: 'lanes', look: { fieldgate: 'lanes' }, work: 'lane', retries: false },
      lanes: settings.jobLanes,
    });
    new Rule(this, 'Clock', {
      schedule: Schedule.rate(Duration.minutes(LOOK)),
      targets: [new SfnStateMachine(machine, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}
