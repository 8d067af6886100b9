/** A list of checks that the gateway works off for an agency, and who may see what of it. */

import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import type { ListState } from '../../../shared/contract/lists.ts';
import type { ListRequest } from '../../../shared/contract/routes/verify-lists.ts';
import { defined } from '../../../shared/defined.ts';
import { encodeParts } from '../../../shared/encoding.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Grant } from '../../../shared/identity/details.ts';
import type { Person } from '../../../shared/identity/people/people.ts';
import type { ClientId } from '../../../shared/ids.ts';
import { parseJson } from '../../../shared/json.ts';
import { intoKey } from '../../../shared/keys/block.ts';
import { generateMac, keyVersions } from '../../../shared/keys/kms.ts';
import {
  headOf,
  type ListFiles,
  pathOf,
  resultsOf,
  rowsOf,
  startOf,
  stopOf,
} from '../../../shared/records/list-files.ts';
import type { Session } from '../../session/session.ts';
import type { VerifyDeps } from '../deps.ts';

/** Milliseconds after its submission in which a list acts for its agency. */
export const AUTHORITY_MS = 12 * 3_600_000;

/** Files that are removed concurrently: one after the other, a long list would outlast the request. */
const REMOVED_AT_ONCE = 32;

/** The submission: under whose authority each row is checked. */
export interface Head {
  clientId: ClientId;
  grant: Grant;
  person: Person | null;
  programme: string;
  context: NonNullable<ListRequest['context']>;
  parts: number;
  rows: number;
  /** Languages that the submission accepts, for what is wrong with a row. */
  wanted: string[];
  /** Epoch milliseconds. */
  until: number;
}

export interface OpenList extends ListSeal {
  files: ListFiles;
  list: string;
}

/** @throws Problem NOT_FOUND in a deployment without lists, ACTION_NOT_GRANTED for a person at the console */
export function listOf(deps: VerifyDeps, session: Session, id: string): Promise<OpenList> {
  // A person at the console asks for one person at a time.
  if (session.page) throw new Problem('ACTION_NOT_GRANTED');
  return openList(deps, pathOf(session.caller.clientId, id));
}

export async function openList(deps: VerifyDeps, list: string): Promise<OpenList> {
  if (!deps.lists) throw new Problem('NOT_FOUND');
  return { ...(await sealOf(deps, list)), files: deps.lists, list };
}

export async function readHead({ files, list, open }: OpenList): Promise<Head | null> {
  const path = headOf(list);
  return open(path, await files.read(path)) as Head | null;
}

/** @throws Problem NOT_FOUND, also for a list of another agency */
export async function viewList(of: OpenList): Promise<ListState> {
  const head = await readHead(of);
  if (!head) throw new Problem('NOT_FOUND');
  const [results, stop] = await Promise.all([
    of.files.names(resultsOf(of.list)),
    of.files.read(stopOf(of.list)),
  ]);
  const { parts, rows, until } = head;
  const code = stop === null ? undefined : Buffer.from(stop).toString('utf8');
  const state = results.length >= parts ? 'done' : code === undefined ? 'open' : 'stopped';
  const ends = new Date(until).toISOString();
  return { state, rows, parts, done: results.length, until: ends, ...defined({ code }) };
}

/** @returns the JWE of one part. @throws Problem NOT_FOUND while there is none */
export async function resultOf({ files, list, open }: OpenList, part: string): Promise<string> {
  const path = resultsOf(list) + part;
  const jwe = open(path, await files.read(path));
  if (typeof jwe !== 'string') throw new Problem('NOT_FOUND');
  return jwe;
}

/** Ends the work and deletes everything. Rows that were checked stay in the log. May be repeated. */
export async function removeList({ files, list }: OpenList): Promise<void> {
  // Without a head no worker goes on.
  await files.remove(headOf(list));
  const parts = await Promise.all(
    [rowsOf(list), resultsOf(list)].map(async (folder) =>
      (await files.names(folder)).map((name) => folder + name),
    ),
  );
  const left = [...parts.flat(), stopOf(list), startOf(list)].values();
  const remove = async () => {
    for (const path of left) await files.remove(path);
  };
  await Promise.all(Array.from({ length: REMOVED_AT_ONCE }, remove));
}

/** Rows and head of a list at rest: AES-256-GCM under a key of the list, which KMS alone can make. */
const NONCE = 12;
const TAG = 16;

interface ListSeal {
  seal(path: string, value: unknown): Buffer;
  /** @returns `null` unless the bytes were sealed for this path */
  open(path: string, bytes: Uint8Array | null): unknown;
}

/** The key follows from the key of references and the list's path; the domain keeps it apart from all references. */
async function sealOf(
  { kms, env }: Pick<VerifyDeps, 'kms'> & { env: Pick<VerifyDeps['env'], 'referenceKey'> },
  list: string,
): Promise<ListSeal> {
  // The first version, because a list must stay readable while another comes.
  const [first] = keyVersions(env.referenceKey) as [string];
  const key = intoKey(await generateMac(kms, first, encodeParts('fieldgate list', 1, list)));
  return {
    seal: (path, value) => sealUnder(key, path, Buffer.from(JSON.stringify(value))),
    open: (path, bytes) => (bytes === null ? null : openUnder(key, path, Buffer.from(bytes))),
  };
}

function sealUnder(key: KeyObject, path: string, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(Buffer.from(path));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function openUnder(key: KeyObject, path: string, bytes: Buffer): unknown {
  try {
    const nonce = bytes.subarray(0, NONCE);
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
    cipher.setAAD(Buffer.from(path)).setAuthTag(bytes.subarray(-TAG));
    const plain = Buffer.concat([cipher.update(bytes.subarray(NONCE, -TAG)), cipher.final()]);
    return parseJson(plain.toString('utf8')) ?? null;
  } catch {
    return null;
  }
}
