import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  ASKED,
  COLLECTION,
  DECOYS,
  DELIVERIES,
  FAULTS,
  FILED,
  IN_FORCE,
  LOCK,
  MARKS,
  MODE,
  OFFICE,
  OUTLINE,
  PEOPLE_FROZEN,
  RECUSALS,
  REGISTER,
  REVOKING,
  SEALED,
  SESSIONS,
  SOURCES,
  UNDELIVERED,
  VERDICTS,
} from '../../shared/tables.ts';
import { Canary } from './alarms/canary.ts';
import { guardrails } from './alarms/guardrails.ts';
import { Operations } from './alarms/operations.ts';
import { Firewall } from './api/firewall.ts';
import { peopleOf } from './api/people.ts';
import { RestApi } from './api/rest-api.ts';
import type { PackShape } from './bundle/pack-shape.ts';
import { EnvironmentStack } from './environment-stack.ts';
import type { KeyStack } from './key-stack.ts';
import { notifyPeople } from './notify-people.ts';
import type { FunctionName } from './routes.ts';
import { Deployments } from './run/deployments.ts';
import { GatewayFunction, type RunOptions } from './run/gateway-function.ts';
import { BY_CLOCK, JobLanes } from './run/job-lanes.ts';
import { PurposeSession } from './run/purpose-session.ts';
import { DAILY, EventSchedule, MinuteSchedule, RECHECK } from './run/schedules.ts';
import { VerifyLists } from './run/verify-lists.ts';
import { sequencerMemory } from './sequencer-memory.ts';
import type { Settings } from './settings.ts';
import { FilesBucket } from './stored/files-bucket.ts';
import { KmsTrail } from './stored/kms-trail.ts';
import { LogBuckets } from './stored/log-buckets.ts';
import { grantExtracts } from './stored/queries.ts';
import { Tables } from './stored/tables.ts';

/** Of a function that only a schedule runs. It mostly waits, which Lambda bills by memory. */
const BY_SCHEDULE: RunOptions = { alone: true, minutely: true, memory: 512 };

/** The second stack of an environment: all but its keys. The constructor lists the rights of each function. */
export class GatewayStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, first: KeyStack, pack: PackShape, settings: Settings) {
    const { logName } = settings;
    super(scope, id, settings, 'Fieldgate: releases only the fields that a purpose allows');
    if (logName === undefined) throw new Error('the log needs a name of its own: logName of the settings');
    const { roles, classes: classKeys, service: keys } = first;
    const tables = new Tables(this, 'Tables', settings, first.tables);
    const api = new RestApi(this, 'Rest', settings);
    const log = new LogBuckets(this, 'Log', settings);
    const files = new FilesBucket(this, 'Files', settings);
    new Firewall(this, 'Firewall', api, settings);

    const people = peopleOf(this, settings, { publicUrl: api.publicUrl, roles: pack.personRoles });

    const functions: GatewayFunction[] = [];
    const followsMode = (fn: GatewayFunction) => tables.grantPartition(fn, 'modeTable', MODE, 'GetItem');
    const make = (name: FunctionName, run: RunOptions = {}) => {
      const fn = new GatewayFunction(this, name, roles, settings, run);
      functions.push(fn);
      fn.set('publicUrl', api.publicUrl);
      fn.set('authorization', settings.authorization);
      fn.set('people', people(name));
      api.mayCall(fn);
      keys.grantTo(fn);
      tables.grant(fn, 'agenciesTable', 'GetItem');
      // A row of a session says who a person at the console is. Another function could make one of any office.
      if (name === 'token') tables.grant(fn, 'claimsTable', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
      else tables.grantOutside(fn, 'claimsTable', [`${SESSIONS}*`], 'PutItem', 'UpdateItem');
      followsMode(fn);
      return fn;
    };
    const writesLog = (fn: GatewayFunction) => {
      tables.grant(fn, 'logTable', 'PutItem');
      tables.grantPartition(fn, 'treeTable', REGISTER, 'PutItem');
      tables.grant(fn, 'wordsTable', 'PutItem');
    };
    const heedsFreezes = (fn: GatewayFunction) =>
      tables.grantPartition(fn, 'caseworkTable', IN_FORCE, 'Query');
    const readsLog = (fn: GatewayFunction) => {
      tables.grant(fn, 'logTable', 'BatchGetItem', 'Query');
      tables.grant(fn, 'logIndexTable', 'GetItem', 'Query');
      tables.grant(fn, 'wordsTable', 'BatchGetItem');
    };

    const token = make('token');
    heedsFreezes(token);

    const intake = make('intake');
    classKeys.grant('intake', intake);
    files.grantUpload(intake);
    tables.grant(intake, 'keysTable', 'GetItem', 'BatchGetItem', 'UpdateItem');
    tables.grant(intake, 'sheetsTable', 'Query', 'PutItem', 'DeleteItem');
    tables.grant(intake, 'indexTable', 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    tables.grantOutside(intake, 'claimsTable', [`${SESSIONS}*`], 'GetItem', 'DeleteItem');
    writesLog(intake);

    const release = make('release');
    const session = new PurposeSession(this, 'Session', { roles, fn: release, pack, settings });
    classKeys.grant('Session', release, session);
    files.grantRead(release);
    tables.grant(release, 'keysTable', 'GetItem');
    tables.grant(release, 'sheetsTable', 'Query');
    tables.grant(release, 'indexTable', 'GetItem');
    tables.grant(release, 'caseworkTable', 'Query');
    tables.grantPartition(release, 'caseworkTable', 'harm-report:*', 'GetItem');
    tables.grant(release, 'budgetsTable', 'GetItem', 'UpdateItem');
    tables.grant(release, 'cohortsTable', 'Query');
    // A second prohibited attempt suspends the agency. No other part of its record can be changed.
    tables.grantAttributes(release, 'agenciesTable', LOCK, 'UpdateItem');
    tables.grantAttributes(release, 'agenciesTable', OFFICE, 'Scan');
    // It files requests and collects approved ones, and can't approve any.
    tables.grant(release, 'requestsTable', 'BatchGetItem', 'GetItem', 'Query');
    tables.grantAttributes(release, 'requestsTable', FILED, 'PutItem');
    tables.grantAttributes(release, 'requestsTable', COLLECTION, 'UpdateItem');
    tables.grant(release, 'tasksTable', 'GetItem', 'PutItem');
    // An inquiry shows the person all recipients.
    readsLog(release);
    writesLog(release);

    const verify = make('verify');
    classKeys.grant('verify', verify);
    verify.set('proofSigner', settings.proofSigner ?? 'none');
    tables.grant(verify, 'budgetsTable', 'UpdateItem');
    tables.grantAttributes(verify, 'agenciesTable', LOCK, 'UpdateItem');
    tables.grant(verify, 'keysTable', 'GetItem');
    tables.grant(verify, 'sheetsTable', 'Query');
    tables.grant(verify, 'indexTable', 'GetItem');
    tables.grant(verify, 'caseworkTable', 'Query');
    tables.grantOutside(verify, 'caseworkTable', [IN_FORCE, PEOPLE_FROZEN], 'PutItem', 'DeleteItem');
    tables.grant(verify, 'statusTable', 'Query', 'PutItem');
    writesLog(verify);
    new EventSchedule(this, 'Recheck', verify, 'recheck', RECHECK);
    const lists = new VerifyLists(this, 'Lists', verify, settings);

    const insight = make('insight');
    tables.grant(insight, 'budgetsTable', 'GetItem', 'UpdateItem');
    tables.grantAttributes(insight, 'agenciesTable', LOCK, 'UpdateItem');
    tables.grantAttributes(insight, 'keysTable', ['subject', 'logId']);
    tables.grant(insight, 'indexTable', 'GetItem', 'BatchGetItem');
    tables.grant(insight, 'cohortsTable', 'Query');
    heedsFreezes(insight);
    // Reads whether the incident of a leak check is still open.
    tables.grantPartition(insight, 'caseworkTable', 'incident:*', 'GetItem');
    writesLog(insight);

    const heads = pack.departments.map((code) => `head.${code}`);
    // A pass over the log may take longer than an answer.
    const register = settings.caseRegister ?? null;
    const casework = make('casework', { seconds: 60, minutely: true, register });
    // The subject's log id and area. Casework must not read the wrapped keys of the same item.
    tables.grantAttributes(casework, 'keysTable', [...OUTLINE, ...heads]);
    // Tokens of values, with which it compares a giver's number. Casework must not read the fields of the same item.
    tables.grantAttributes(casework, 'sheetsTable', MARKS);
    tables.grant(casework, 'indexTable', 'GetItem', 'BatchGetItem');
    tables.grantPartition(casework, 'watchTable', RECUSALS, 'Query', 'PutItem');
    tables.grant(casework, 'caseworkTable', 'GetItem', 'Query', 'PutItem', 'DeleteItem');
    tables.grant(casework, 'statusTable', 'PutItem');
    classKeys.grant('casework', casework);
    tables.grant(casework, 'tasksTable', 'GetItem', 'Query', 'PutItem');
    tables.grant(casework, 'requestsTable', 'BatchGetItem', 'GetItem', 'Query');
    tables.grant(casework, 'requestsTable', 'PutItem', 'UpdateItem', 'DeleteItem');
    tables.grant(casework, 'budgetsTable', 'UpdateItem');
    tables.grantAttributes(casework, 'agenciesTable', LOCK, 'UpdateItem');
    tables.grantAttributes(casework, 'agenciesTable', OFFICE, 'Scan');
    writesLog(casework);
    readsLog(casework);
    tables.grant(casework, 'logTable', 'GetItem');
    new EventSchedule(this, 'Tasks', casework, 'tasks');

    const audit = make('audit');
    readsLog(audit);
    tables.grant(audit, 'logTable', 'GetItem');
    // Reads heads, for the comparison with the log and for what a department holds, never the wrapped keys of the same item.
    tables.grantAttributes(audit, 'keysTable', [...OUTLINE, ...heads]);
    tables.grantAttributes(audit, 'keysTable', ['subject', 'logId', ...heads], 'Scan');
    tables.grantPlaces(audit);
    // Reviews, acknowledgements and alerts are entries too.
    writesLog(audit);
    log.grantRead(audit);
    tables.grantPartition(audit, 'watchTable', [DECOYS, RECUSALS, SEALED, REVOKING], 'Query');
    tables.grantPartition(audit, 'watchTable', [DELIVERIES, UNDELIVERED], 'Query');
    tables.grantPartition(audit, 'watchTable', SOURCES, 'Query', 'UpdateItem');
    tables.grantPartition(audit, 'watchTable', [DECOYS, REVOKING, VERDICTS, DELIVERIES], 'PutItem');
    tables.grantPartition(audit, 'watchTable', [REVOKING, VERDICTS], 'GetItem');
    tables.grantPartition(audit, 'watchTable', VERDICTS, 'BatchGetItem');
    tables.grantPartition(audit, 'watchTable', UNDELIVERED, 'DeleteItem');
    audit.set('logName', logName);
    audit.set('publicLog', settings.publicLog ? 'yes' : 'no');

    const sequencer = new GatewayFunction(this, 'sequencer', roles, settings, {
      seconds: 65,
      ...BY_SCHEDULE,
      memory: sequencerMemory(settings),
    });
    followsMode(sequencer);
    sequencer.set('checkThreads', String(settings.checkThreads));
    sequencer.set('logName', logName);
    keys.grantTo(sequencer);
    keys.grantWriters(sequencer);
    // It puts only one kind of item into the log table: the closing item of a chain whose writer has ended.
    tables.grant(sequencer, 'logTable', 'BatchGetItem', 'Query', 'PutItem');
    tables.grant(sequencer, 'treeTable', 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem');
    // It opens entries to index them, and to reject kinds that their writers may not write.
    tables.grant(sequencer, 'wordsTable', 'BatchGetItem');
    tables.grant(sequencer, 'logIndexTable', 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'BatchWriteItem');
    log.grantGrow(sequencer, settings);
    tables.grantHead(sequencer);
    new MinuteSchedule(this, 'Schedule', sequencer);
    const watch = new GatewayFunction(this, 'watch', roles, settings, { seconds: 60, ...BY_SCHEDULE });
    followsMode(watch);
    watch.set('logName', logName);
    readsLog(watch);
    tables.grant(watch, 'logTable', 'GetItem');
    tables.grantPartition(watch, 'treeTable', FAULTS, 'Query');
    tables.grant(watch, 'watchTable', 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    tables.grantAttributes(watch, 'keysTable', ['subject', 'logId']);
    writesLog(watch);
    keys.grantTo(watch);
    log.grantRead(watch);
    const trail = new KmsTrail(this, 'KmsTrail', settings).grantRead(watch);
    grantExtracts(this, sequencer, trail, settings);
    new MinuteSchedule(this, 'Look', watch);

    const maintenance = make('maintenance', { seconds: 300, minutely: true });
    classKeys.grant('maintenance', maintenance);
    files.grantRemove(maintenance);
    tables.grant(maintenance, 'keysTable', 'GetItem', 'BatchGetItem', 'Scan', 'PutItem', 'UpdateItem');
    tables.grantAttributes(maintenance, 'agenciesTable', OFFICE, 'Scan');
    tables.grant(maintenance, 'sheetsTable', 'Query', 'Scan', 'PutItem', 'DeleteItem');
    tables.grant(maintenance, 'indexTable', 'GetItem', 'Scan', 'PutItem', 'UpdateItem', 'DeleteItem');
    tables.grant(maintenance, 'caseworkTable', 'Query');
    // It can lift no freeze of an agency, officer, purpose or class.
    tables.grantOutside(maintenance, 'caseworkTable', [IN_FORCE], 'PutItem', 'DeleteItem');
    tables.grant(maintenance, 'statusTable', 'PutItem');
    tables.grant(maintenance, 'cohortsTable', 'Query', 'PutItem', 'DeleteItem');
    tables.grantPartition(maintenance, 'watchTable', DECOYS, 'Query');
    tables.grant(maintenance, 'requestsTable', 'GetItem');
    tables.grant(maintenance, 'jobsTable', 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
    tables.grant(maintenance, 'tasksTable', 'GetItem', 'Query', 'PutItem');
    writesLog(maintenance);
    readsLog(maintenance);
    // An erasure replaces secrets of entries by fewer ones and removes the subject from the index.
    tables.grantForget(maintenance);
    maintenance.set('jobLanes', String(settings.jobLanes));
    new EventSchedule(this, 'Jobs', maintenance, 'jobs').also('Daily', 'daily', DAILY);
    if (settings.jobLanes > BY_CLOCK) new JobLanes(this, 'JobLanes', maintenance, settings);

    const steward = make('steward');
    tables.grant(steward, 'agenciesTable', 'DescribeTable', 'Scan', 'PutItem');
    tables.grant(steward, 'logTable', 'DescribeTable');
    for (const one of [intake, release, verify, insight, casework, audit, watch, maintenance])
      tables.grant(one, 'policyTable', 'GetItem');
    tables.grant(steward, 'policyTable', 'GetItem', 'Query', 'PutItem');
    for (const name of ['budgetsTable', 'cohortsTable'] as const) tables.grant(steward, name, 'GetItem');
    tables.grantPartition(steward, 'cohortsTable', ASKED, 'PutItem');
    writesLog(steward);

    // It sends the same files to every caller, and may do nothing else. No browser signs the request of a page.
    if (settings.authorization !== 'iam') {
      const console = new GatewayFunction(this, 'console', roles, settings, { memory: 256 });
      functions.push(console);
      api.mayCall(console);
    }

    const notify = notifyPeople(this, { roles, tables, settings, watch, opening: [casework, maintenance] });

    const unwrapping = [session.role, verify.role, maintenance.role].map(({ roleName }) => roleName);
    for (const one of [watch, audit]) one.set('unwrapRoles', unwrapping.join(' '));

    const changes = guardrails(this, first, settings);
    const all = [...functions, sequencer, watch, ...notify];
    const watched = { functions: all, api, tables, lists, changes, settings };
    if (first.canary) new Canary(this, 'Canary', first.canary, { roles, url: api.publicUrl, settings });
    const operations = new Operations(this, 'Operations', watched);
    if (settings.gradual) new Deployments(this, 'Deployments', functions, operations.undoing);

    new CfnOutput(this, 'LogName', { value: logName, description: 'origin of the log, which never changes' });
    new CfnOutput(this, 'AgenciesTable', { value: tables.nameOf('agenciesTable'), description: 'register' });
    new CfnOutput(this, 'EdgeBucket', {
      value: log.edgeBucket,
      description: 'checkpoint, witnesses and builds',
    });
  }
}
