/**
 * Policies of readers (C2SP tlog-policy): which logs and witnesses they trust, and how many witnesses must have seen a
 * checkpoint. A policy is the reader's own: one that comes from the log proves nothing.
 */

import { type Cosigned, type Cosigner, parseCosigner } from './cosignature.ts';
import type { Sha256 } from './merkle.ts';
import { parseVerifier, type Verifier } from './note.ts';

export interface WitnessPolicy {
  logs: { verifier: Verifier; url?: string }[];
  witnesses: { name: string; cosigner: Cosigner; url?: string }[];
  /** Groups by name, each with the number of its members that must have witnessed. */
  groups: ReadonlyMap<string, { least: number; members: readonly string[] }>;
  /** A witness or a group; `null`: no cosignature is needed. */
  quorum: string | null;
}

export const POLICY_FAULTS = [
  'FORM',
  'KEYWORD',
  'KEY',
  'TWICE',
  'UNKNOWN_NAME',
  'THRESHOLD',
  'QUORUM',
  'NONE',
  'OTHER_LOG',
] as const;
export type PolicyFault = (typeof POLICY_FAULTS)[number];

/** A policy that does not hold together. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly fault: PolicyFault;
  /** From 1; 0 for a fault of the whole policy. */
  readonly line: number;

  constructor(fault: PolicyFault, line: number) {
    super(`${fault} in line ${line} of the policy`);
    this.fault = fault;
    this.line = line;
  }
}

const NONE = 'none';

/** @throws PolicyError */
export function parsePolicy(sha256: Sha256, text: string): WitnessPolicy {
  const lines = text.split('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a policy has no control characters but tab and newline
  const odd = lines.findIndex((line) => /[\u0000-\u0008\u000b-\u001f\u007f]/.test(line));
  if (odd >= 0) throw new PolicyError('FORM', odd + 1);
  if (lines.pop() !== '') throw new PolicyError('FORM', lines.length + 1);
  const logs: WitnessPolicy['logs'] = [];
  const witnesses: WitnessPolicy['witnesses'] = [];
  const groups = new Map<string, { least: number; members: readonly string[] }>();
  const keys = new Set<string>();
  const members = new Set<string>();
  let quorum: string | undefined;
  for (const [index, line] of lines.entries()) {
    const [keyword, ...words] = line.split(/[ \t]+/).filter((word) => word !== '');
    if (keyword === undefined || keyword.startsWith('#')) continue;
    const fail = (fault: PolicyFault) => new PolicyError(fault, index + 1);
    const isKnown = (name: string) => groups.has(name) || witnesses.some((one) => one.name === name);
    const define = (name: string) => {
      if (name === NONE || isKnown(name)) throw fail('TWICE');
    };
    // Of a log and of a witness too: a key that makes both would be its own witness.
    const claim = (key: Uint8Array) => {
      if (keys.has(key.join())) throw fail('TWICE');
      keys.add(key.join());
    };
    switch (keyword) {
      case 'log': {
        const [vkey = '', url, ...rest] = words;
        const verifier = parseVerifier(sha256, vkey);
        if (rest.length > 0) throw fail('FORM');
        if (!verifier) throw fail('KEY');
        claim(verifier.key);
        logs.push({ verifier, ...(url !== undefined && { url }) });
        break;
      }
      case 'witness': {
        const [name = '', vkey = '', url, ...rest] = words;
        const cosigner = parseCosigner(sha256, vkey);
        if (rest.length > 0) throw fail('FORM');
        if (!cosigner) throw fail('KEY');
        define(name);
        claim(cosigner.key);
        // Lines of notes name a key by these two.
        if (witnesses.some(({ cosigner: { name, id } }) => name === cosigner.name && id === cosigner.id))
          throw fail('TWICE');
        witnesses.push({ name, cosigner, ...(url !== undefined && { url }) });
        break;
      }
      case 'group': {
        const [name = '', threshold = '', ...named] = words;
        if (named.length === 0) throw fail('FORM');
        define(name);
        for (const member of named) {
          if (!isKnown(member)) throw fail('UNKNOWN_NAME');
          if (members.has(member)) throw fail('TWICE');
          members.add(member);
        }
        const least = leastOf(threshold, named.length);
        if (least === null) throw fail('THRESHOLD');
        groups.set(name, { least, members: named });
        break;
      }
      case 'quorum': {
        const [name = '', ...rest] = words;
        if (rest.length > 0 || quorum !== undefined) throw fail('QUORUM');
        if (name !== NONE && !isKnown(name)) throw fail('UNKNOWN_NAME');
        quorum = name;
        break;
      }
      default:
        throw fail('KEYWORD');
    }
  }
  if (quorum === undefined) throw new PolicyError('QUORUM', lines.length);
  return { logs, witnesses, groups, quorum: quorum === NONE ? null : quorum };
}

function leastOf(threshold: string, count: number): number | null {
  if (threshold === 'all') return count;
  if (threshold === 'any') return 1;
  const least = /^[1-9]\d{0,8}$/.test(threshold) ? Number(threshold) : 0;
  return least >= 1 && least <= count ? least : null;
}

/** Whether cosignatures of these witnesses are enough. */
export function isQuorum({ groups, quorum }: WitnessPolicy, names: ReadonlySet<string>): boolean {
  const has = (name: string): boolean => {
    const group = groups.get(name);
    return group ? group.members.filter(has).length >= group.least : names.has(name);
  };
  return quorum === null || has(quorum);
}

/** What a policy says of a checkpoint. */
export interface Witnessed {
  /** By the names of the policy, the newest first; POSIX seconds. */
  by: { name: string; time: number }[];
  /** Those that have not cosigned it. */
  without: string[];
  enough: boolean;
  /** Of all that is needed for a quorum, the oldest time, POSIX seconds; `null` without a quorum, or if none is needed. */
  since: number | null;
}

/** @param cosigned opened with the witnesses of this policy */
export function witnessedBy(policy: WitnessPolicy, { cosigned }: Pick<Cosigned, 'cosigned'>): Witnessed {
  const timeOf = new Map(cosigned.map(({ cosigner, time }) => [cosigner, time]));
  const by = policy.witnesses
    .flatMap(({ name, cosigner }) => {
      const time = timeOf.get(cosigner);
      return time === undefined ? [] : [{ name, time }];
    })
    .sort((a, b) => b.time - a.time);
  const names = new Set<string>();
  const last = by.find(({ name }) => isQuorum(policy, names.add(name)));
  return {
    by,
    without: policy.witnesses.map(({ name }) => name).filter((name) => !by.some((one) => one.name === name)),
    enough: policy.quorum === null || last !== undefined,
    since: policy.quorum === null ? null : (last?.time ?? null),
  };
}
