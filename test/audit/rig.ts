/** The audit app over a local KMS and dynalite, with tokens minted as the token function would. */

import { hash, randomBytes } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Hono } from 'hono';
import { auditApp } from '../../functions/audit/app.ts';
import { withTables } from '../../functions/deps.ts';
import { sequencerApp } from '../../functions/sequencer/app.ts';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { localKms } from '../../infra/local/aws/kms/local-kms.ts';
import { openTrail } from '../../infra/local/aws/kms/trail.ts';
import { openLogFolder } from '../../infra/local/aws/log-folder.ts';
import { openStore } from '../../infra/local/aws/store.ts';
import { envOf, localSettings, writerKeyOf } from '../../infra/local/settings.ts';
import type { Writer } from '../../shared/env.ts';
import { type Agency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';
import { mintAccessToken } from '../../shared/identity/tokens/access-token.ts';
import { asClientId, asLogId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import { kmsSign, publicKeyOf } from '../../shared/keys/sign.ts';
import { LogWriter } from '../../shared/log/write/writer.ts';
import { ALL_KINDS, ANY_KINDS, decision } from '../log/log.ts';
import { ecKey, proof } from '../support/jws.ts';

export type Rig = Awaited<ReturnType<typeof openRig>>;

/** The person who acts for an office of auditors. */
const AUDITOR = { issuer: 'https://people.example', roles: [], authTime: null };

/** The role that decides for a department. */
const DECIDES: Readonly<Record<string, string>> = {
  ...{ MCA: 'county-civil-affairs', MPS: 'police', EDU: 'county-education', HEALTH: 'hospital' },
  ...{ PROC: 'procuratorate', COURT: 'court', CDPF: 'disabled-federation' },
};

export async function openRig() {
  const clock = { now: Date.parse('2025-11-25T08:00:00.000Z') };
  const now = () => clock.now;
  const store = await openStore(null);
  const kms = localKms(openKeyRing(null, now), openTrail(null), now);
  const env = localSettings('http://127.0.0.1:8787', kms.ring, store.tables, ['identity']);
  const tree = openLogFolder(null);
  const deps = withTables({
    env: envOf(env, 'audit'),
    kms: kms.client('audit'),
    dynamo: store.client(),
    now,
    tree: tree.files,
  });
  const sequencer = sequencerApp({ ...deps, tree, kinds: ANY_KINDS });
  const app: Hono = auditApp(deps);

  const registerAs = (clientId: string, departments: string[], more: Partial<Agency> = {}) =>
    putAgency(deps.tables.agencies, {
      clientId,
      name: { en: clientId },
      departments,
      roles: departments.flatMap((code) => DECIDES[code] ?? []),
      areas: ['990001'],
      purposes: [],
      actions: ['intake'],
      jwks: { keys: [] },
      trainedUntil: '2026-11-25',
      suspended: false,
      ...more,
    });
  const register = (
    clientId: string,
    departments: string[],
    actions: Agency['actions'],
    areas = ['990001'],
  ) => registerAs(clientId, departments, { actions, areas });

  const dpop = ecKey();
  const token = async (clientId: string, actions: string[]) => {
    const jwk = (await publicKeyOf(deps.kms, env.tokenKey)).export({ format: 'jwk' });
    return mintAccessToken(
      {
        ...{ clientId: asClientId(clientId), grant: { actions } as never },
        jkt: thumbprintOf(dpop.jwk) as string,
        actor: actions.includes('audit') ? { ...AUDITOR, subject: `auditor of ${clientId}` } : null,
      },
      {
        issuer: env.publicUrl,
        kid: thumbprintOf(jwk as Json) as string,
        sign: (message) => kmsSign(deps.kms, env.tokenKey, 'ECDSA_SHA_256', message),
        now: clock.now,
      },
    );
  };

  const send = async (
    clientId: string,
    action: string,
    path: string,
    { headers, ...init }: { method?: string; headers: Record<string, string>; body?: string },
  ) => {
    const text = await token(clientId, [action]);
    const ath = hash('sha256', text, 'base64url');
    const method = init.method ?? 'GET';
    const about = { key: dpop, method, url: env.publicUrl + path, now: clock.now, ath };
    const own = { authorization: `DPoP ${text}`, dpop: proof(about) };
    const response = await app.request(path, { ...init, headers: { ...own, ...headers } });
    const body = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && !body.includes('}\n{');
    return {
      status: response.status,
      headers: response.headers,
      text: body,
      // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
      json: (isJson && body !== '' ? JSON.parse(body) : undefined) as any,
    };
  };

  const writerOf = (name: Writer) =>
    new LogWriter({
      ...{ dynamo: deps.dynamo, table: env.logTable, wordsTable: env.wordsTable, treeTable: env.treeTable },
      sign: (message) => kmsSign(deps.kms, writerKeyOf(env, name), 'ED25519_SHA_512', message),
      ...{ now, name, kinds: ALL_KINDS },
    });

  return {
    clock,
    env,
    tables: deps.tables,
    deps,
    register,
    registerAs,
    token,
    tree,
    sequencer,
    log: writerOf('release'),
    writerOf,
    get: (clientId: string, action: string, path: string, headers: Record<string, string> = {}) =>
      send(clientId, action, path, { headers }),
    post: (clientId: string, action: string, path: string, body: object) =>
      send(clientId, action, path, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify(body),
      }),
    request: (path: string, init?: RequestInit) => app.request(path, init),
    close: () => store.close(),
  };
}

/** A rig whose log has five entries, a second apart, most of them about one subject. */
export async function openLogged() {
  const rig = await openRig();
  const subject = randomBytes(16).toString('base64url');
  const logId = asLogId(randomBytes(16).toString('base64url'));
  await rig.register('audit-office', [], ['audit']);
  await rig.register('mps-county', ['MPS'], ['intake']);
  await rig.register('mps-neighbour', ['MPS'], ['intake'], ['990002']);
  await rig.register('edu-county', ['EDU'], ['intake']);
  await rig.register('health-hospital', ['HEALTH'], ['intake']);
  await rig.register('charity-sunrise', [], ['intake']);
  await rig.deps.dynamo.send(
    new PutItemCommand({
      TableName: rig.env.keysTable,
      Item: {
        ...{ subject: { S: subject }, logId: { S: logId } },
        ...{ collection: { S: 'children' }, county: { S: '990001' } },
      },
    }),
  );
  /** Oldest first. */
  const ids: string[] = [];
  for (const entry of [
    decision({ kind: 'attempt', outcome: 'open', words: { officer: 'zhang.wei', subject } }),
    decision({
      ...{ subject: logId, outcome: 'released' },
      owners: ['MPS', 'HEALTH', 'EDU'],
      fields: {
        MPS: { name: 'plain', birth_date: 'generalised' },
        HEALTH: { illness: 'predicate' },
        EDU: { school_name: 'plain' },
      },
      words: { ...decision().words, subject },
    }),
    decision({ kind: 'intake', operation: 'store', fields: { MPS: { name: 'written' } } }),
    decision({
      kind: 'prohibited',
      outcome: 'refused',
      code: 'PROHIBITED_PURPOSE',
      rule: 'A15.1',
      fields: {},
      words: { ...decision().words, subject, finding: 'OUT_OF_AREA' },
    }),
    decision({ owners: ['HEALTH'], fields: { HEALTH: { illness: 'plain' } }, purpose: 'W1' }),
  ]) {
    ids.push(...(await rig.log.append([entry])).map((receipt) => receipt.entry));
    rig.clock.now += 1000;
  }
  return { rig, ids, subject, logId };
}
