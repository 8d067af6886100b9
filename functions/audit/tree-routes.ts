import { hash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { treeRoutes } from '../../shared/contract/routes/log.ts';
import type { RouteContract } from '../../shared/contract/routes/route.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import { treeFile } from '../../shared/log/files/tree-files.ts';
import { sha256, verifyCosignature } from '../../shared/log/node-crypto.ts';
import { readPosition } from '../../shared/log/read/index-table.ts';
import { auditTexts } from '../../shared/messages/audit.ts';
import { BUILDS_PATH } from '../../shared/tree/builds.ts';
import { openCosigned } from '../../shared/tree/cosignature.ts';
import {
  formatVerifier,
  makeVerifier,
  readNote,
  signatureLine,
  type Verifier,
} from '../../shared/tree/note.ts';
import { parsePolicy } from '../../shared/tree/witness-policy.ts';
import { keepCosignature, PENDING_PATH, POLICY_PATH, WITNESSED_PATH } from '../../shared/witness/received.ts';
import type { App } from '../http/app.ts';
import { accepts } from '../http/headers.ts';
import { openBudget } from '../http/open-budget.ts';
import { serve } from '../http/serve.ts';
import { authenticate } from '../session/authenticate.ts';
import type { SessionVariables } from '../session/session.ts';
import { logStore } from '../steps/log.ts';
import type { AuditDeps } from './deps.ts';
import { consistencyOf, inclusionOf, witnessedProofOf } from './proofs.ts';

/** The log's name, and its public key from KMS. */
export async function logVerifier({ env, kms }: Pick<AuditDeps, 'env' | 'kms'>): Promise<Verifier> {
  const { x } = (await publicKeyOf(kms, env.logKey)).export({ format: 'jwk' });
  return makeVerifier(sha256, env.logName, Buffer.from(x as string, 'base64url'));
}

/** Header of a checkpoint: what was stored before this instant is in its tree. */
const UNTIL = 'fieldgate-until';

const TEXT = 'text/plain; charset=utf-8';

/** Routes of checkpoint, tiles, keys and proofs. */
export function mountTree(app: App<SessionVariables>, deps: AuditDeps): void {
  const { env, tree } = deps;
  const store = logStore(deps);
  const file = async (name: string) => {
    const bytes = await tree.read(name);
    if (!bytes) throw new Problem('NOT_FOUND', { detail: auditTexts.noCheckpoint });
    return bytes;
  };
  const tile = async ({ c }: { c: Context }) => {
    const name = c.req.path.replace(/^\/(log|witnessed)\//, '');
    const found = await treeFile(tree, await logVerifier(deps), name);
    if (!found) throw new Problem('NOT_FOUND');
    const caching = found.final ? 'public, max-age=31536000, immutable' : 'no-cache';
    const headers = { 'content-type': 'application/octet-stream', 'cache-control': caching };
    return c.body(found.bytes as Uint8Array<ArrayBuffer>, 200, headers);
  };
  const checkpoint = async ({ c }: { c: Context }) => {
    // The note itself has no time. An idle log has an old checkpoint, and all of its entries are in it.
    const position = await readPosition(store).catch(() => null);
    const note = await file('checkpoint');
    const answer = sendText(c, note);
    // While a step of the tree is published, the index is ahead of the checkpoint.
    const [, size] = Buffer.from(note).toString().split('\n');
    if (position?.until && position.size <= Number(size))
      answer.headers.set(UNTIL, new Date(position.until).toISOString());
    return answer;
  };
  const witnessed = async ({ c }: { c: Context }) => sendText(c, await file(WITNESSED_PATH));
  // Empty, and no refusal, for a log that asks no witnesses or names no releases: readers ask about it now and then.
  const orEmpty =
    (path: string) =>
    async ({ c }: { c: Context }) =>
      sendText(c, (await tree.read(path)) ?? new Uint8Array());
  const policy = orEmpty(POLICY_PATH);
  const isPublic = ({ act }: RouteContract) => act === 'log.tree' && env.publicLog === 'yes';
  // A log that is not public is open to any token, as its proofs are.
  const actOf = ({ act }: RouteContract) => (act === 'log.tree' ? 'log.prove' : act);
  const guards = (route: RouteContract) => [
    isPublic(route) ? openBudget(deps.now) : (authenticate(deps, actOf(route)) as MiddlewareHandler),
  ];
  serve(
    app,
    treeRoutes,
    { guards, first: (): [] => [] },
    {
      readCheckpoint: checkpoint,
      followCheckpoint: checkpoint,
      readWriterKey: async ({ c }) => sendText(c, await file('writer-key')),
      readLogKey: async ({ c }) => sendText(c, Buffer.from(`${formatVerifier(await logVerifier(deps))}\n`)),
      readTile: tile,
      readSm3Tile: tile,
      readSignatures: tile,
      readWitnessedTile: tile,
      readWitnessed: witnessed,
      followWitnessed: witnessed,
      readWitnessedCheckpoint: witnessed,
      readPending: async ({ c }) => sendText(c, await file(PENDING_PATH)),
      readWitnessPolicy: policy,
      followPolicy: policy,
      readBuilds: orEmpty(BUILDS_PATH),
      cosign: async ({ body }) => keepCosignatures(deps, await logVerifier(deps), body.cosignatures),
      async proveInclusion({ c, query }) {
        const log = await logVerifier(deps);
        if (!accepts(c, 'text/plain')) return inclusionOf(deps, log, query.entry);
        return sendText(c, Buffer.from(await witnessedProofOf(deps, log, query.entry)));
      },
      proveConsistency: async ({ query }) =>
        consistencyOf(deps, await logVerifier(deps), query.from, query.to),
    },
  );
}

/** A file as text with the digest of its bytes as `ETag`; 304 in its place if `If-None-Match` names it. */
function sendText(c: Context, bytes: Uint8Array): Response {
  const etag = `"${hash('sha256', bytes)}"`;
  const isKnown = c.req.header('if-none-match')?.includes(etag);
  const headers = { 'content-type': TEXT, 'cache-control': 'no-cache', etag };
  return c.newResponse(isKnown ? null : (bytes as Uint8Array<ArrayBuffer>), isKnown ? 304 : 200, headers);
}

/** Seconds by which the clock of a witness may differ. */
const SKEW = 600;

/**
 * Keeps what witnesses of the operator's policy say of the checkpoint that they are asked about. The
 * cosignature is the proof, whichever office sends it.
 * @returns the size of the checkpoint and the names of the witnesses
 * @throws Problem CONFLICT if none of them cosigned this checkpoint; INVALID_REQUEST for another time
 */
async function keepCosignatures(
  { tree, tables, now }: AuditDeps,
  log: Verifier,
  lines: string,
): Promise<{ size: number; witnesses: string[] }> {
  const [note, text] = await Promise.all([tree.read(PENDING_PATH), tree.read(POLICY_PATH)]);
  if (!note || !text) throw new Problem('NOT_FOUND', { detail: auditTexts.noRound });
  const { witnesses } = parsePolicy(sha256, Buffer.from(text).toString('utf8'));
  const whole = Buffer.concat([note, Buffer.from(lines)]);
  const cosigners = witnesses.map(({ cosigner }) => cosigner);
  const opened = await openCosigned(whole, log, cosigners, verifyCosignature);
  if (!opened || opened.cosigned.length === 0)
    throw new Problem('CONFLICT', { detail: auditTexts.otherRound });
  if (opened.cosigned.some(({ time }) => Math.abs(time - now() / 1000) > SKEW))
    throw invalid('/cosignatures', auditTexts.otherTime);
  const { size } = opened.checkpoint;
  const sent = readNote(whole)?.signatures ?? [];
  for (const { cosigner, time } of opened.cosigned) {
    const { signature } = sent.find(({ name, id }) => name === cosigner.name && id === cosigner.id) ?? {};
    if (signature)
      await keepCosignature(tables.tree, size, cosigner, time, signatureLine(cosigner, signature));
  }
  const told = witnesses.filter(({ cosigner }) => opened.cosigned.some((one) => one.cosigner === cosigner));
  return { size, witnesses: told.map(({ name }) => name) };
}
