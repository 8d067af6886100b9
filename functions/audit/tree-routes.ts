import type { Context, MiddlewareHandler } from 'hono';
import { treeRoutes } from '../../shared/contract/routes/log.ts';
import type { RouteContract } from '../../shared/contract/routes/route.ts';
import { Problem } from '../../shared/errors.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import { treeFile } from '../../shared/log/files/tree-files.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { readPosition } from '../../shared/log/read/index-table.ts';
import { auditTexts } from '../../shared/messages/audit.ts';
import { formatVerifier, makeVerifier, type Verifier } from '../../shared/tree/note.ts';
import { PENDING_PATH, POLICY_PATH, WITNESSED_PATH } from '../../shared/witness/received.ts';
import type { App } from '../http/app.ts';
import { accepts } from '../http/headers.ts';
import { openBudget } from '../http/open-budget.ts';
import { serve } from '../http/serve.ts';
import { authenticate } from '../session/authenticate.ts';
import type { SessionVariables } from '../session/session.ts';
import { logStore } from '../steps/log.ts';
import { keepCosignatures } from './cosignatures.ts';
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
    return send(c, found.bytes, 'application/octet-stream', caching);
  };
  const witnessed = async ({ c }: { c: Context }) => send(c, await file(WITNESSED_PATH), TEXT, 'no-cache');
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
      async readCheckpoint({ c }) {
        // The note itself has no time. An idle log has an old checkpoint, and all of its entries are in it.
        const position = await readPosition(store).catch(() => null);
        const note = await file('checkpoint');
        const answer = send(c, note, TEXT, 'no-cache');
        // While a step of the tree is published, the index is ahead of the checkpoint.
        const [, size] = Buffer.from(note).toString().split('\n');
        if (position?.until && position.size <= Number(size))
          answer.headers.set(UNTIL, new Date(position.until).toISOString());
        return answer;
      },
      readWriterKey: async ({ c }) => send(c, await file('writer-key'), TEXT, 'no-cache'),
      readLogKey: async ({ c }) =>
        send(c, Buffer.from(`${formatVerifier(await logVerifier(deps))}\n`), TEXT, 'no-cache'),
      readTile: tile,
      readSignatures: tile,
      readWitnessedTile: tile,
      readWitnessed: witnessed,
      readWitnessedCheckpoint: witnessed,
      readPending: async ({ c }) => send(c, await file(PENDING_PATH), TEXT, 'no-cache'),
      // Empty, and no refusal, for a log that asks no witnesses: readers ask about it now and then.
      readWitnessPolicy: async ({ c }) =>
        send(c, (await tree.read(POLICY_PATH)) ?? new Uint8Array(), TEXT, 'no-cache'),
      cosign: async ({ body }) => keepCosignatures(deps, await logVerifier(deps), body.cosignatures),
      async proveInclusion({ c, query }) {
        const log = await logVerifier(deps);
        if (!accepts(c, 'text/plain')) return inclusionOf(deps, log, query.entry);
        return send(c, Buffer.from(await witnessedProofOf(deps, log, query.entry)), TEXT, 'no-cache');
      },
      proveConsistency: async ({ query }) =>
        consistencyOf(deps, await logVerifier(deps), query.from, query.to),
    },
  );
}

function send(c: Context, bytes: Uint8Array, type: string, caching: string): Response {
  return c.body(new Uint8Array(bytes), 200, { 'content-type': type, 'cache-control': caching });
}
