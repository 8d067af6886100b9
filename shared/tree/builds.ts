/**
 * The file `builds` of a log names what each release runs: in-toto statements with SLSA provenance, each in a DSSE envelope on a
 * line of its own, as other tools read them. The key of releases signs them; no part of a gateway has it. Runs in browsers.
 */
import { fromBase64, toBase64 } from './base64.ts';
import type { Verifier, VerifySignature } from './note.ts';

/** In the folder of the log's edge. */
export const BUILDS_PATH = 'builds';

/** One function of a release. */
export interface Built {
  name: string;
  /** SHA-256 of the archive that Lambda runs, hex. It is that of the signed archive if AWS Signer signs. */
  archive: string;
  /** The digest of the package's files by which the template names it, hex. Anyone who builds the commit gets the same. */
  code: string;
}

export interface Build {
  release: string;
  /** Of git. */
  commit: string;
  /** Node, system and architecture that made it: the code cache depends on them. */
  builder: string;
  functions: readonly Built[];
}

const TYPE = 'application/vnd.in-toto+json';
const STATEMENT = 'https://in-toto.io/Statement/v1';
const PROVENANCE = 'https://slsa.dev/provenance/v1';
const KIND = 'urn:fieldgate:build:1';

/** The bytes of a statement about a build, in one form only. */
export function formatBuild({ release, commit, builder, functions }: Build): Uint8Array {
  const subject = [...functions]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, archive, code }) => ({ name, digest: { sha256: archive }, annotations: { code } }));
  const resolvedDependencies = [{ name: 'source', digest: { gitCommit: commit } }];
  const predicate = {
    buildDefinition: { buildType: KIND, externalParameters: { release }, resolvedDependencies },
    runDetails: { builder: { id: `urn:fieldgate:builder:${builder}` } },
  };
  return bytesOf(JSON.stringify({ _type: STATEMENT, subject, predicateType: PROVENANCE, predicate }));
}

/** What the key of releases signs (DSSE). */
export function signedBytes(statement: Uint8Array): Uint8Array {
  const head = bytesOf(`DSSEv1 ${TYPE.length} ${TYPE} ${statement.length} `);
  const all = new Uint8Array(head.length + statement.length);
  all.set(head);
  all.set(statement, head.length);
  return all;
}

/** One line of the file. */
export function envelopeOf(statement: Uint8Array, { id }: Verifier, signature: Uint8Array): string {
  const signatures = [{ keyid: id, sig: toBase64(signature) }];
  return `${JSON.stringify({ payload: toBase64(statement), payloadType: TYPE, signatures })}\n`;
}

/** @returns the builds that this key of releases signed, oldest first. Lines of other keys, and what is no build, name nothing. */
export async function openBuilds(text: string, key: Verifier, verify: VerifySignature): Promise<Build[]> {
  const opened = await Promise.all(text.split('\n').map((line) => openLine(line, key, verify)));
  return opened.filter((one) => one !== null);
}

async function openLine(line: string, { key }: Verifier, verify: VerifySignature): Promise<Build | null> {
  try {
    const { payload, payloadType, signatures } = JSON.parse(line);
    const statement = fromBase64(payload);
    if (payloadType !== TYPE || !statement) return null;
    for (const { sig } of signatures) {
      const signature = fromBase64(sig, 64);
      if (signature && (await verify(key, signedBytes(statement), signature))) return readBuild(statement);
    }
  } catch {
    // It is no envelope.
  }
  return null;
}

/** @throws Error for anything but the form that `formatBuild` gives */
function readBuild(statement: Uint8Array): Build | null {
  const text = new TextDecoder().decode(statement);
  const { subject, predicate } = JSON.parse(text);
  const { buildDefinition, runDetails } = predicate;
  const build: Build = {
    release: buildDefinition.externalParameters.release,
    commit: buildDefinition.resolvedDependencies[0].digest.gitCommit,
    builder: runDetails.builder.id.replace(/^urn:fieldgate:builder:/, ''),
    functions: subject.map(({ name, digest, annotations }: never) => {
      const { sha256: archive } = digest as { sha256: string };
      return { name, archive, code: (annotations as { code: string }).code };
    }),
  };
  return new TextDecoder().decode(formatBuild(build)) === text ? build : null;
}

/** The newest build in which this function has such an archive, or such a package. */
export function buildOf(
  builds: readonly Build[],
  wanted: { name: string; archive: string } | { name: string; code: string },
): Build | undefined {
  const isIt = (one: Built) =>
    one.name === wanted.name &&
    ('archive' in wanted ? one.archive === wanted.archive : one.code === wanted.code);
  return [...builds].reverse().find(({ functions }) => functions.some(isIt));
}

/** What one version of a function runs, as a leaf of kind `deployment` says it. */
export interface Runs {
  name: string;
  /** `$LATEST`, or a number. */
  version: string;
  archive: string;
  /** SHA-256 of what else decides what it does, hex: runtime, role, layers, environment. */
  configuration: string;
  /** The release whose signed build names the archive, or `-`. */
  release: string;
}

export function formatRuns({ name, version, archive, configuration, release }: Runs): string {
  return [name, version, archive, configuration, release].join(' ');
}

/** @returns `null` for anything else */
export function parseRuns(text: string): Runs | null {
  const [, name = '', version = '', archive = '', configuration = '', release = ''] =
    /^([a-z]+) (\$LATEST|\d+|local) ([0-9a-f]{64}) ([0-9a-f]{64}) (\S+)$/.exec(text) ?? [];
  return name === '' ? null : { name, version, archive, configuration, release };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
