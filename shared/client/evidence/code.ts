/**
 * The release of the package that a writer's certificate names, by what a key of releases signed. That the writer runs it is its
 * own word.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { type Build, buildOf, openBuilds } from '../../tree/builds.ts';
import { parseVerifier } from '../../tree/note.ts';
import type { Releases } from '../wire/types.ts';
import { verifyEd25519 } from './evidence.ts';

/**
 * `signed`: the key of releases signed this package of the function, as `release`. `unsigned`: it signed no such package.
 * `unchecked`: no key was given, the signed builds can't be read, or the writer names no package.
 */
export interface Written {
  name: string;
  /** Digest of the package that the writer's certificate names. */
  build?: string;
  code: 'signed' | 'unsigned' | 'unchecked';
  release?: string;
  commit?: string;
}

/** @throws TypeError for what is no key */
export function releasesOf(key: string | undefined, builds: string | undefined): Releases | null {
  if (key === undefined) return null;
  const parsed = parseVerifier(sha256, key.trim());
  if (!parsed) throw new TypeError('releaseKey is not in vkey form');
  return { key: parsed, builds };
}

/** @param read gives the file of signed builds; `null` if it can't be read now */
export async function codeOf(
  releases: Releases | null,
  by: Pick<Written, 'name' | 'build'>,
  read: () => Promise<string | null>,
): Promise<Written> {
  const text = releases && by.build !== undefined ? (releases.builds ?? (await read())) : null;
  if (!releases || by.build === undefined || text === null) return { ...by, code: 'unchecked' };
  const builds: Build[] = await openBuilds(text, releases.key, verifyEd25519);
  const build = buildOf(builds, { name: by.name, code: by.build });
  if (!build) return { ...by, code: 'unsigned' };
  return { ...by, code: 'signed', release: build.release, commit: build.commit };
}
