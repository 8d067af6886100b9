/** The complete gateway in one process: the functions' apps on one origin, over the local KMS and store. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import { type Casework, openCasework } from '../../functions/casework/app.ts';
import { CASEWORK_ENV } from '../../functions/casework/deps.ts';
import { type Deps, withTables } from '../../functions/deps.ts';
import { BODY_LIMIT } from '../../functions/http/body.ts';
import { HELD } from '../../functions/http/deadline.ts';
import { makeDecoy, unlessRefused } from '../../functions/intake/app.ts';
import { INTAKE_ENV } from '../../functions/intake/deps.ts';
import { openMaintenance } from '../../functions/maintenance/app.ts';
import { MAINTENANCE_ENV } from '../../functions/maintenance/deps.ts';
import { SEQUENCER_ENV, type Sequencer, sequencerApp } from '../../functions/sequencer/app.ts';
import { tokenKey } from '../../functions/session/agency.ts';
import { pack } from '../../functions/session/policy.ts';
import { openVerify, type Verifier } from '../../functions/verify/app.ts';
import { VERIFY_ENV } from '../../functions/verify/deps.ts';
import { WATCH_ENV, type Watcher, watchApp } from '../../functions/watch/app.ts';
import { withoutNeedless } from '../../shared/clients.ts';
import { defined } from '../../shared/defined.ts';
import type { Env, EnvName } from '../../shared/env.ts';
import type { TreeStore } from '../../shared/log/files/stores.ts';
import { type Tables, tablesOf } from '../../shared/store/table.ts';
import { LIMITS } from './admission/admission.ts';
import { type CallerOf, callersBy } from './admission/callers.ts';
import type { Limits } from './admission/lanes.ts';
import { type Faults, faultList, faultsApp, injectFaults } from './aws/faults.ts';
import { type FileFolder, openFileFolder } from './aws/file-folder.ts';
import { keyPolicies, sessionTrust } from './aws/kms/key-policies.ts';
import { type KeyRing, openKeyRing } from './aws/kms/keys.ts';
import { type LocalKms, localKms } from './aws/kms/local-kms.ts';
import { type Owners, openOwners } from './aws/kms/owners.ts';
import { openTrail, type Trail } from './aws/kms/trail.ts';
import { trailFiles } from './aws/kms/trail-files.ts';
import { openListFolder } from './aws/list-folder.ts';
import { openLogFolder } from './aws/log-folder.ts';
import { openStore } from './aws/store.ts';
import { keysOf, localSts } from './aws/sts.ts';
import { type Told, tellEvery } from './channels.ts';
import { compose, type MountedApp } from './compose.ts';
import { mountApps } from './mount-apps.ts';
import type { PeopleIssuer } from './people/issuer.ts';
import { openKeysAlone } from './people/keys-alone.ts';
import { registerAgencies } from './sample/agencies.ts';
import { SAMPLE_PEOPLE, type SampleAgency, type SamplePerson } from './sample/parties.ts';
import { FILES, type Named, namesOf, serve } from './serve.ts';
import { type Chosen, localSettings, pick } from './settings.ts';
import { signedApi } from './signed-api.ts';
import { runningHere } from './sources.ts';
import type { AgencyKeys } from './state/agency-keys.ts';
import { answerBackups } from './state/backup-ask.ts';
import {
  besidesNowAndThen,
  remakeTree,
  standsStill,
  stepNowAndThen,
  workNowAndThen,
} from './state/sequence-loop.ts';
import { passSoon } from './state/soon.ts';
import { markOpened, prepareState, replayIfRestored, requireCollection, statePaths } from './state/state.ts';
import { sweepExpired } from './state/sweep.ts';

export interface GatewayOptions extends Named, Chosen, Told {
  /** State folder, or `null` to keep everything in memory. */
  folder: string | null;
  /** 0 uses a free port. */
  port: number;
  /** Opens `/_local/faults`. */
  faults: boolean;
  /** Removes all state first. */
  fresh?: boolean;
  /** Makes the table of the tree again, also if its lock is there. */
  recover?: boolean;
  /** Epoch milliseconds. */
  now?: () => number;
  /** Starts the OpenID Connect issuer of the sample people under `/people`. `tokens`: only its keys, for tests. */
  people?: boolean | 'tokens';
  /** When that issuer's setting demands a second factor of people. Default: never. */
  factors?: 'always' | 'recent';
  /**
   * Milliseconds between steps of the log's tree, of casework and of rechecks; 3000 by default. `null`: they
   * run only if `sequencer`, `casework` or `verifier` is called.
   */
  sequenceEvery?: number | null;
  /** How many requests work and wait; those of `npm start` by default. */
  limits?: Limits;
  /** The offices that are registered. Default: those of the sample. */
  agencies?: readonly SampleAgency[];
  /** People who can log in. Default: those of the default pack's sample. */
  persons?: readonly SamplePerson[];
}

export interface Gateway {
  url: string;
  /** Where it listens: `url`, unless something stands before it. */
  address: string;
  env: Env<EnvName>;
  /** Clients of the operator, without injected faults. */
  kms: KMSClient;
  dynamo: DynamoDBClient;
  tables: Tables<EnvName>;
  ring: KeyRing;
  /** Departments with accounts of their own. */
  owners: Owners;
  trail: Trail;
  faults: Faults;
  tree: TreeStore;
  /** Adds stored entries to the tree of the log. */
  sequencer: Sequencer;
  /** Reads the new part of that tree. */
  watcher: Watcher;
  /** Opens the tasks that log entries require. */
  casework: Pick<Casework, 'pass'>;
  verifier: Pick<Verifier, 'recheck' | 'lists'>;
  /** Access tokens of people, if an issuer is open. */
  signIn?: PeopleIssuer['sign'];
  /** Private keys of a sample agency. @throws Error if no agency has this id. */
  agency(clientId: string): AgencyKeys;
  app: { fetch(request: Request): Response | Promise<Response> };
  files: FileFolder;
  /** Completes running work, then closes the files. */
  close(): Promise<void>;
}

/** @throws StartError whose one line states what to do. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { now = Date.now, persons = SAMPLE_PEOPLE, factors } = options;
  let app: { fetch: MountedApp['fetch'] } = { fetch: () => new Response(null, { status: 503 }) };
  let people: PeopleIssuer | null = null;
  let files: Pick<FileFolder, 'answer'> = { answer: async () => new Response(null, { status: 503 }) };
  let callerOf: CallerOf = () => null;
  // The port is opened first, so that a second gateway never touches the state of the first.
  const { url: address, stop } = await serve({
    port: options.port,
    limits: options.limits ?? LIMITS,
    now,
    names: namesOf(options),
    app: (request, env) => app.fetch(request, env),
    held: HELD,
    bodyLimit: BODY_LIMIT,
    callerOf: (authorization) => callerOf(authorization),
    files: (request) => files.answer(request),
    people: () => people?.handle ?? null,
  });
  const url = options.publicUrl ?? address;
  try {
    if (options.people === 'tokens') people = await openKeysAlone(address, now);
    else if (options.people)
      people = await (await import('./people/issuer.ts')).openPeopleIssuer(address, now, persons, factors);
    const parts = await openParts(options, url, now, people?.setting);
    ({ app, files } = parts);
    callerOf = parts.callerOf;
    return {
      ...parts,
      ...{ url, address },
      ...defined({ signIn: people?.sign }),
      async close() {
        await stop();
        await parts.close();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openParts(options: GatewayOptions, url: string, now: () => number, people = 'none') {
  const paths = options.folder === null ? null : statePaths(options.folder);
  if (paths) prepareState(paths, options.fresh ?? false);
  if (paths) requireCollection(paths, pack.collection);
  const store = await openStore(paths?.store ?? null);
  try {
    const ring = openKeyRing(paths?.keys ?? null, now);
    const trail = openTrail(paths?.trail ?? null);
    const owners = openOwners(paths?.owners ?? null, options.accounts ?? {}, pack);
    let published: MountedApp | undefined;
    const purposes = options.purposes ?? (options.authorization === 'iam' ? 'code' : 'token');
    const issuer = { url, keys: () => keysOf(url, published) };
    const trust = sessionTrust(pack, purposes === 'token' ? issuer : undefined);
    const guard = { sts: localSts(trust, now), mayUse: keyPolicies(pack, owners) };
    const stores = new Map(
      Object.entries(options.stores ?? {}).map(([owner, store]) => [options.accounts?.[owner] ?? '', store]),
    );
    const kms = localKms(ring, trail, now, guard, owners, stores);
    const chosen = { ...options, purposes, fields: pack.fields, tells: options.notify !== undefined };
    const env = localSettings(url, ring, store.tables, pack.classes.keys(), people, chosen);
    const faults = faultList();
    const deps = <Names extends EnvName>(role: string, names: readonly Names[]): Deps<Names> => {
      const clients = {
        kms: injectFaults(kms.client(`fieldgate-${role}`), faults),
        dynamo: injectFaults(withoutNeedless(store.client()), faults, env.logTable),
      };
      return withTables({ env: pick(env, names, role), now, ...clients, ...options.outside });
    };
    const tree = openLogFolder(paths?.log ?? null);
    const lists = openListFolder(paths?.lists ?? null);
    const files = openFileFolder(paths?.files ?? null, `${url}${FILES}`, now);
    const operator = { kms: kms.client('fieldgate-operator'), dynamo: store.client() };
    const aside = withoutNeedless(store.client(true));
    // Faults are for requests. Background work would use them up.
    const beside = <Names extends EnvName>(role: string, names: readonly Names[]): Deps<Names> =>
      withTables({
        env: pick(env, names, role),
        kms: kms.client(`fieldgate-${role}`),
        dynamo: aside,
        now,
        ...options.outside,
      });
    const sequencer = sequencerApp({ ...beside('sequencer', SEQUENCER_ENV), tree });
    const watcher = watchApp({
      ...beside('watch', WATCH_ENV),
      tree: tree.files,
      trail: trailFiles(paths?.trail ?? null, trail),
      ...runningHere(env, options.code),
    });
    const { verify } = await tokenKey(beside('token', ['tokenKey']));
    const callerOf = callersBy(url, verify, now);
    const maintenance = openMaintenance({ ...deps('maintenance', MAINTENANCE_ENV), files });
    const kmsAs: LocalKms['clientAs'] = (credentials) => injectFaults(kms.clientAs(credentials), faults);
    const casework = openCasework(beside('casework', CASEWORK_ENV));
    const verifier = openVerify({ ...beside('verify', VERIFY_ENV), lists });
    const apps = [...mountApps(deps, { tree, lists, files }, kmsAs, now), maintenance.app];
    const composed = compose([...apps, ...(options.faults ? [faultsApp(faults)] : [])], url);
    published = composed;
    const { agencies: register } = tablesOf(operator.dynamo, env);
    const agencies = await registerAgencies({
      folder: paths?.agencies ?? null,
      issuer: url,
      table: register,
      now: now(),
      ...defined({ agencies: options.agencies }),
    });
    const app = await signedApi(composed, env.authorization, {
      ...{ offices: agencies.keys(), agencies: register, folder: paths?.roles ?? null, now },
    });
    await makeDecoy({ ...beside('intake', INTAKE_ENV), files }).catch(unlessRefused);
    const agency = (clientId: string) => {
      const keys = agencies.get(clientId);
      if (!keys) throw new Error('no such sample agency');
      return keys;
    };
    if (paths) await remakeTree(sequencer, paths.log, options.recover).then(() => markOpened(paths));
    if (paths) await replayIfRestored(paths, () => maintenance.replay());
    const backups = paths && answerBackups(paths, store.snapshot, now);
    const every = options.sequenceEvery === undefined ? 3000 : options.sequenceEvery;
    const sweeps = [
      () => sweepExpired(aside, store.tables, now()),
      async () => lists.sweep(now()),
      async () => files.sweep(now()),
    ];
    const soon = passSoon(beside('maintenance', MAINTENANCE_ENV), pack, maintenance.retain);
    const loops =
      every === null
        ? []
        : [
            stepNowAndThen(sequencer, every, paths ? standsStill(paths.log) : undefined),
            workNowAndThen(() => casework.pass(), every),
            workNowAndThen(() => verifier.recheck(), every),
            ...besidesNowAndThen({ sequencer, watcher, maintenance, soon, sweeps }, every),
            lists.workHere(verifier.lists),
            ...tellEvery(every, options, tablesOf(aside, env).watch, now),
          ];
    const jobs = maintenance.runHere();
    const close = async () => {
      backups?.();
      await Promise.all([...loops.map((stop) => stop()), jobs.stop()]);
      for (const client of [operator.dynamo, aside]) client.destroy();
      await store.close();
      files.close();
      for (const one of [trail, ...[...owners.values()].map((own) => own.trail)]) one.close();
    };
    return {
      env,
      ...operator,
      tables: tablesOf(operator.dynamo, env),
      ...{ ring, owners, trail, faults, tree, sequencer, watcher, casework, verifier },
      agency,
      app,
      files,
      callerOf,
      close,
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
