/** The functions' own steps over a store whose calls a test may stop at, or let die. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { withTables } from '../../functions/deps.ts';
import { intakeRecords } from '../../functions/intake/intake-records.ts';
import type { Actor } from '../../functions/maintenance/acting.ts';
import type { MaintenanceDeps } from '../../functions/maintenance/deps.ts';
import { mergeSubjects } from '../../functions/maintenance/merge.ts';
import { loggedInAs } from '../../functions/session/actor.ts';
import { callerOf } from '../../functions/session/authenticate.ts';
import { pack } from '../../functions/session/policy.ts';
import type { Session } from '../../functions/session/session.ts';
import { logWriter } from '../../functions/steps/log.ts';
import { envOf } from '../../infra/local/settings.ts';
import type { ActName } from '../../shared/acts.ts';
import { suiteFor } from '../../shared/crypto/suites.ts';
import { readClassKeyVersions } from '../../shared/env.ts';
import { getAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import type { TestGateway } from '../support/gateway.ts';
import { REASON } from './rig.ts';

/** One call of the store: what it does to which table. */
export interface StoreCall {
  name: string;
  table: string;
}

export interface Hooks {
  before?(call: StoreCall): Promise<void> | void;
  after?(call: StoreCall): Promise<void> | void;
}

/** The gateway's store with a word before and after each call. The store itself follows the mode. */
export function hooked(gateway: TestGateway, hooks: Hooks): DynamoDBClient {
  const tables = new Map(Object.entries(gateway.env).map(([name, value]) => [value, name]));
  return {
    middlewareStack: { add() {} },
    async send(command: { constructor: { name: string }; input: { TableName?: string } }) {
      const name = command.constructor.name.replace('Command', '');
      const call = { name, table: tables.get(command.input.TableName ?? '') ?? '' };
      await hooks.before?.(call);
      const answer = await gateway.dynamo.send(command as never);
      await hooks.after?.(call);
      return answer;
    },
  } as unknown as DynamoDBClient;
}

export class Died extends Error {}

/**
 * From one write to die at to the next. Before a write the store is as it was just after the write before it, unless two are in
 * flight, so `npm test` lets the process die after each write, and before each third. `npm run faults` takes each.
 */
export const further = (stored: boolean) => (stored || process.env['FIELDGATE_FAULTS'] === 'all' ? 1 : 3);

/** Dies at write number `at`, just before or just after it is stored; then no call gets through any more. */
export function dying(at: number, stored: boolean): Hooks {
  let writes = 0;
  let dead = false;
  const die = ({ name }: StoreCall, here: boolean) => {
    const write = /^(Put|Update|Delete)/.test(name);
    if (here && write && !dead && ++writes === at) dead = true;
    if (dead) throw new Died();
  };
  return { before: (call) => die(call, !stored), after: (call) => die(call, stored) };
}

/** Whether the work died. */
export async function died(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (error instanceof Died) return true;
    throw error;
  }
}

export function depsOver(
  gateway: TestGateway,
  dynamo: DynamoDBClient,
  now: () => number = Date.now,
): MaintenanceDeps & { env: TestGateway['env']; files: TestGateway['files'] } {
  const { kms } = gateway;
  const env = envOf(gateway.env, 'maintenance');
  const base = { env, kms, now };
  return {
    ...withTables({ ...base, dynamo }),
    log: logWriter(withTables({ ...base, dynamo: gateway.dynamo }), 'maintenance'),
    classKeys: readClassKeyVersions(env.classKeys),
    suite: suiteFor(env.cryptography),
    lanes: 1,
    files: gateway.files,
  };
}

export async function sessionOf(
  gateway: TestGateway,
  clientId: string,
  actions: string[],
  act: ActName = 'intake.write',
): Promise<Session> {
  const agency = await getAgency(gateway.tables.agencies, asClientId(clientId), Date.now());
  if (!agency) throw new Error('no such agency');
  return {
    caller: callerOf(pack, agency),
    act: { name: act, pack, asked: false, fresh: true },
    agency,
    issuer: gateway.url,
    page: null,
    grant: { actions },
    jti: 'test',
    jkt: 'test',
    clockSkew: 0,
    evidence: null,
    person: {
      issuer: `${gateway.url}/people`,
      subject: 'direct',
      name: 'direct',
      office: agency.clientId,
      actions,
      roles: [],
      authTime: Math.floor(Date.now() / 1000),
    },
    replay: { claim: NONE, charge: NONE, alone: NONE, oneAtATime: NONE, ensure: NONE, leave: NONE },
  };
}

const DEPARTMENTS: Record<string, string> = { 'mca-county': 'MCA', 'edu-county': 'EDU' };

/** The person as whom the test gateway signs this officer in. */
export function actor({ url }: TestGateway, officer: string, agency = 'mca-county'): Actor {
  const departments = [DEPARTMENTS[agency] ?? 'COURT'];
  const handler = { agency: asClientId(agency), departments };
  const person = { issuer: `${url}/people`, subject: `${officer}@${agency}` };
  return { handler, words: { officer, reason: REASON }, loggedIn: loggedInAs({ person } as Session) };
}

/** Joins two records at once, as the maintenance does when the wait of a merge is over. Both are internal ids. */
export async function joinNow(
  gateway: TestGateway,
  double: string,
  survivor: string,
  now: () => number = Date.now,
): Promise<Receipt> {
  const deps = depsOver(gateway, gateway.dynamo, now);
  const call = { deps, actor: actor(gateway, 'wang.fang'), approvals: [] };
  return mergeSubjects(call, asSubjectId(double), asSubjectId(survivor));
}

/** One record put in as the agency, over this store. */
export async function intake(gateway: TestGateway, dynamo: DynamoDBClient, clientId: string, record: object) {
  const call = {
    pack,
    session: await sessionOf(gateway, clientId, ['intake']),
    request: { collection: pack.collection, create: true, dryRun: false },
    claimed: Promise.resolve(),
  };
  const [result] = await intakeRecords(depsOver(gateway, dynamo), call, [record as never]);
  return result;
}

const NONE = async () => {};
