/** A gateway whose functions run in instances under the schedule, over one local store, KMS and S3. */
import { auditApp } from '../../../functions/audit/app.ts';
import { AUDIT_ENV } from '../../../functions/audit/deps.ts';
import { openCasework } from '../../../functions/casework/app.ts';
import { CASEWORK_ENV } from '../../../functions/casework/deps.ts';
import { type Deps, withTables } from '../../../functions/deps.ts';
import { insightApp } from '../../../functions/insight/app.ts';
import { INSIGHT_ENV } from '../../../functions/insight/deps.ts';
import { intakeApp, makeDecoy } from '../../../functions/intake/app.ts';
import { INTAKE_ENV } from '../../../functions/intake/deps.ts';
import { openMaintenance } from '../../../functions/maintenance/app.ts';
import { MAINTENANCE_ENV } from '../../../functions/maintenance/deps.ts';
import { releaseApp } from '../../../functions/release/app.ts';
import { RELEASE_ENV } from '../../../functions/release/deps.ts';
import { SEQUENCER_ENV, sequencerApp } from '../../../functions/sequencer/app.ts';
import { s3Store } from '../../../functions/sequencer/stores/s3.ts';
import { pack } from '../../../functions/session/policy.ts';
import { stewardApp } from '../../../functions/steward/app.ts';
import { STEWARD_ENV } from '../../../functions/steward/deps.ts';
import { TOKEN_ENV, tokenApp } from '../../../functions/token/app.ts';
import { openVerify } from '../../../functions/verify/app.ts';
import { VERIFY_ENV } from '../../../functions/verify/deps.ts';
import { WATCH_ENV, watchApp } from '../../../functions/watch/app.ts';
import { openFileFolder } from '../../../infra/local/aws/file-folder.ts';
import { keyPolicies, sessionTrust } from '../../../infra/local/aws/kms/key-policies.ts';
import { openKeyRing } from '../../../infra/local/aws/kms/keys.ts';
import { localKms } from '../../../infra/local/aws/kms/local-kms.ts';
import { openTrail, type TrailRecord } from '../../../infra/local/aws/kms/trail.ts';
import { trailFiles } from '../../../infra/local/aws/kms/trail-files.ts';
import { openStore } from '../../../infra/local/aws/store.ts';
import { localSts } from '../../../infra/local/aws/sts.ts';
import { compose, type MountedApp } from '../../../infra/local/compose.ts';
import { openSigner, settingFor } from '../../../infra/local/people/sign-in.ts';
import { registerAgencies } from '../../../infra/local/sample/agencies.ts';
import { localSettings, pick } from '../../../infra/local/settings.ts';
import { withoutNeedless } from '../../../shared/clients.ts';
import type { EnvName } from '../../../shared/env.ts';
import { tablesOf } from '../../../shared/store/table.ts';
import { TILE_WIDTH, tilePath } from '../../../shared/tree/tiles.ts';
import { openMonitor } from '../check/monitor.ts';
import { outside } from '../engine/calls.ts';
import { underSchedule } from '../engine/clients.ts';
import { clock, running } from '../engine/clock.ts';
import { simulatedS3 } from '../engine/s3.ts';
import { openPools, type Pool } from './pools.ts';

export const URL = 'http://127.0.0.1:8787';

/** Remembers every checkpoint that was ever published, and what must not happen to a file. */
class Objects extends Map<string, Buffer> {
  readonly checkpoints: string[] = [];
  readonly faults: string[] = [];
  override set(name: string, content: Buffer): this {
    // The bucket of tiles has an object lock.
    if (name.startsWith('tiles/') && this.has(name))
      this.faults.push('a final file of the log was put again');
    if (name === 'edge/checkpoint') {
      if (sizeOf(content.toString()) < sizeOf(this.checkpoints.at(-1)))
        this.faults.push('the log became shorter');
      this.checkpoints.push(content.toString());
      this.#requireBundle(sizeOf(content.toString()));
    }
    return super.set(name, content);
  }

  /** A checkpoint is put after the leaves that it covers. */
  #requireBundle(size: number): void {
    if (size === 0) return;
    const index = Math.floor((size - 1) / TILE_WIDTH);
    const path = tilePath({ level: 'entries', index, width: size - index * TILE_WIDTH });
    if (!this.has(`tiles/${path}`) && !this.has(`edge/${path}`))
      this.faults.push('a checkpoint was put before its leaves');
  }
}

const sizeOf = (checkpoint = '') => Number(checkpoint.split('\n')[1] ?? 0);

/** Marks what API Gateway would answer in place of an instance that died. */
const DIED = 'x-instance-died';

export type SimulatedGateway = Awaited<ReturnType<typeof openGateway>>;

export async function openGateway() {
  const now = () => clock.now;
  const store = await openStore(null);
  const ring = openKeyRing(null, now);
  const trail = openTrail(null);
  const kms = localKms(ring, trail, now, {
    sts: localSts(sessionTrust(pack), now),
    mayUse: keyPolicies(pack),
  });
  // The trail outlives the instances that read it.
  const kept: TrailRecord[] = [];
  trail.subscribe((record) => kept.push(record));
  const records = {
    ...trail,
    subscribe(listener: (record: TrailRecord) => void) {
      kept.forEach(listener);
      return trail.subscribe(listener);
    },
  };
  const signer = await openSigner(URL, now);
  const env = localSettings(
    URL,
    ring,
    store.tables,
    pack.classes.keys(),
    settingFor(signer.issuer, URL, { bearer: true }),
  );
  const objects = new Objects();
  // No act writes a file.
  const files = openFileFolder(null, URL, now);
  const newS3 = simulatedS3(objects);
  const pools = openPools();
  const monitor = openMonitor(store.client());

  const { d: _, ...published } = signer.key;
  const documents = new Map<string, object>([
    [
      `${signer.issuer}/.well-known/openid-configuration`,
      { issuer: signer.issuer, jwks_uri: `${signer.issuer}/jwks` },
    ],
    [`${signer.issuer}/jwks`, { keys: [published] }],
  ]);
  /** One for each instance: what it read is cached by this function. */
  const issuerFetcher = () => (url: string) =>
    outside({
      name: 'issuer',
      refuse: (): string => {
        throw new Error('the issuer is busy');
      },
      arrive: async () => JSON.stringify(documents.get(url) ?? {}),
    });
  const deps = <Names extends EnvName>(role: string, names: readonly Names[]): Deps<Names> =>
    withTables({
      env: pick(env, names, role),
      now,
      kms: underSchedule(kms.client(`fieldgate-${role}`), 'kms', monitor.around),
      dynamo: underSchedule(withoutNeedless(store.client()), 'dynamo', monitor.around),
      fetchIssuer: issuerFetcher(),
    });
  const kmsAs = (credentials: Parameters<typeof kms.clientAs>[0]) =>
    underSchedule(kms.clientAs(credentials), 'kms', monitor.around);
  const buckets = () => ({ s3: underSchedule(newS3(), 's3'), tilesBucket: 'tiles', edgeBucket: 'edge' });
  const tree = () => s3Store(buckets());

  const of = {
    token: pools.of('token', () => ({ app: tokenApp(deps('token', TOKEN_ENV)) })),
    intake: pools.of('intake', () => ({ app: intakeApp({ ...deps('intake', INTAKE_ENV), files }) })),
    release: pools.of('release', () => ({
      app: releaseApp({ ...deps('release', RELEASE_ENV), kmsAs, files }),
    })),
    verify: pools.of('verify', () => openVerify(deps('verify', VERIFY_ENV))),
    insight: pools.of('insight', () => ({ app: insightApp(deps('insight', INSIGHT_ENV)) })),
    casework: pools.of('casework', () => openCasework(deps('casework', CASEWORK_ENV))),
    audit: pools.of('audit', () => ({ app: auditApp({ ...deps('audit', AUDIT_ENV), tree: tree().files }) })),
    steward: pools.of('steward', () => ({ app: stewardApp(deps('steward', STEWARD_ENV)) })),
    maintenance: pools.of('maintenance', () =>
      openMaintenance({ ...deps('maintenance', MAINTENANCE_ENV), files }),
    ),
    sequencer: pools.of('sequencer', () =>
      sequencerApp({ ...deps('sequencer', SEQUENCER_ENV), tree: tree() }),
    ),
    watch: pools.of('watch', () =>
      watchApp({ ...deps('watch', WATCH_ENV), tree: tree().files, trail: trailFiles(null, records) }),
    ),
  };
  const serving = ({ invoke }: Pool<{ app: MountedApp }>, { app }: { app: MountedApp }): MountedApp => ({
    routes: app.routes,
    fetch: (request, env) =>
      invoke(running.getStore()?.act ?? 0, async (parts) => {
        const answer = await parts.app.fetch(request, env);
        // The whole answer leaves the instance before it is frozen.
        const body = await answer.arrayBuffer();
        return new Response(body.byteLength > 0 ? body : null, answer);
      }).catch(() => new Response(null, { status: 502, headers: { [DIED]: 'yes' } })),
  });
  const { sequencer: _sequencer, watch: _watch, ...served } = of;
  const mounted = await Promise.all(
    Object.values(served).map((pool) =>
      pool.invoke(-1, async (parts) => serving(pool as never, parts as never)),
    ),
  );
  const app = compose(mounted);
  const operator = { kms: kms.client('fieldgate-operator'), dynamo: store.client() };
  const tables = tablesOf(operator.dynamo, env);
  const agencies = await registerAgencies({ folder: null, issuer: URL, table: tables.agencies, now: now() });
  await makeDecoy({
    files,
    ...withTables({
      env: pick(env, INTAKE_ENV, 'intake'),
      kms: kms.client('fieldgate-intake'),
      dynamo: operator.dynamo,
      now,
    }),
  });
  return {
    url: URL,
    now,
    env,
    ...operator,
    tables,
    pools,
    of,
    operatorS3: newS3(),
    checkpoints: objects.checkpoints,
    objectFaults: objects.faults,
    stepFaults: monitor.faults,
    lateCasework: monitor.late,
    trail: kept,
    /** May unwrap, without the code that logs. */
    maintainer: kms.client('fieldgate-maintenance'),
    signIn: signer.sign,
    agency(clientId: string) {
      const keys = agencies.get(clientId);
      if (!keys) throw new Error('no such sample agency');
      return keys;
    },
    /** One request from outside, over the network. */
    fetch: (url: string | URL, init?: RequestInit): Promise<Response> =>
      outside({
        name: `${init?.method ?? 'GET'} ${new globalThis.URL(url).pathname}`,
        refuse: () => new Response(null, { status: 503 }),
        async arrive() {
          const answer = await app.fetch(new Request(url, init));
          if (answer.headers.has(DIED)) throw new Error('the instance died');
          return answer;
        },
      }),
    close: () => store.close(),
  };
}
