/**
 * The reporter of harm is shown to two people: one asks and gets a word, the other opens with it. The word is a text under a MAC,
 * for one report, office and person. It serves once.
 */

import { hash, timingSafeEqual } from 'node:crypto';
import { fromBase64url, toBase64url } from '../../../shared/bytes.ts';
import { encodeParts } from '../../../shared/encoding.ts';
import { invalid } from '../../../shared/errors.ts';
import { claimOnce } from '../../../shared/identity/replay.ts';
import type { ClientId } from '../../../shared/ids.ts';
import { generateMac, keyVersions } from '../../../shared/keys/kms.ts';
import { releaseTexts } from '../../../shared/messages/release.ts';
import type { ReleaseDeps } from '../deps.ts';

/** Milliseconds for which the word is good. */
export const LIFETIME = 600_000;
/** Characters of a MAC of 32 bytes. */
const MAC = 43;

/** What the word says: the first person, the entry of the request, and its end in epoch milliseconds. */
interface Said {
  person: string;
  entry: string;
  expires: number;
}

export interface WordFor {
  report: string;
  agency: ClientId;
}

export async function makeWord(deps: ReleaseDeps, about: WordFor, said: Said): Promise<string> {
  const text = toBase64url(Buffer.from(JSON.stringify(said)));
  return toBase64url(await macOf(deps, about, text)) + text;
}

/** @throws Problem INVALID_REQUEST for one of another report or office, and for one that has ended or has served */
export async function readWord(deps: ReleaseDeps, about: WordFor, word: string): Promise<Said> {
  const [mac, text] = [fromBase64url(word.slice(0, MAC)), word.slice(MAC)];
  const right = await macOf(deps, about, text);
  const fault = invalid('/second', releaseTexts.noSecondPerson);
  if (mac?.length !== right.length || !timingSafeEqual(mac, right)) throw fault;
  const said = JSON.parse(Buffer.from(text, 'base64url').toString()) as Said;
  if (said.expires <= deps.now()) throw fault;
  return said;
}

/** @throws as `readWord`, if it has served */
export async function spendWord(deps: ReleaseDeps, word: string, { expires }: Said): Promise<void> {
  const claim = `harm second:${hash('sha256', word, 'base64url')}`;
  if (!(await claimOnce(deps.tables.claims, { claim, expires: expires / 1000 }, deps.now())))
    throw invalid('/second', releaseTexts.noSecondPerson);
}

function macOf({ kms, env }: ReleaseDeps, { report, agency }: WordFor, text: string): Promise<Buffer> {
  const [key = ''] = keyVersions(env.referenceKey);
  return generateMac(kms, key, encodeParts('fieldgate harm second v1', agency, report, text));
}
