/** Opens the commitments of leaves with the entries sealed in their items. */

import { GATEWAY_KINDS } from '../../entry-kinds.ts';
import { toBase64 } from '../../tree/base64.ts';
import {
  ACTOR_MEMBERS,
  COMMITTED_BYTES,
  holds,
  type Member,
  type Opening,
  PERSON_MEMBERS,
} from '../../tree/commitments.ts';
import type { Entry, Words } from '../entry/entry.ts';
import { type LeafForm, parseLeaf } from '../entry/leaf.ts';
import { entryFrom, type Texts } from '../entry/members.ts';
import { openHalf, type SealedEntries } from '../entry/sealed.ts';
import { actorHalf, type EpochKeys, type Half, personHalf } from '../entry/secrets.ts';
import { sha256 } from '../node-crypto.ts';
import type { LogItem } from '../write/item.ts';

/** An entry as far as it can be opened. */
export interface OpenedEntry {
  /** `null` if the leaf is malformed or the actor can't be proven, which means that stored data was changed. */
  entry: Entry | null;
  words: Words;
  /** Whether the person's half is forgotten. */
  erased: boolean;
  /** Members whose stored text differs from the leaf's commitment, which means that stored data was changed. */
  mismatched: readonly Member[];
  /** Texts of the proven members. */
  texts: Texts;
  halves: { actor: Half | null; person: Half | null };
}

const NOTHING: OpenedEntry = {
  entry: null,
  words: {},
  erased: false,
  mismatched: [],
  texts: {},
  halves: { actor: null, person: null },
};

/** Names the kinds whose actor's half is enough for a reader. */
export type Passes = (kind: string) => boolean;

const passesNone: Passes = () => false;

/**
 * @param keys of the item's epoch; `undefined` if there are none
 * @param passes of such an entry the person's half stays closed: its members are absent, neither erased nor mismatched
 */
export function openEntry(
  { leaves, sealed }: Pick<LogItem, 'leaves' | 'sealed'>,
  leaf: number,
  keys: EpochKeys | undefined,
  passes: Passes = passesNone,
): OpenedEntry {
  const form = parseLeaf(leaves[leaf] ?? '');
  if (!form) return NOTHING;
  if (form.kind === 'writer') return { ...NOTHING, entry: form };
  if (!keys || !sealed) return NOTHING;
  const committed = Buffer.from(form.committed, 'base64');
  if (committed.length !== COMMITTED_BYTES) return NOTHING;
  const half = actorHalf(keys, form.seq, leaf);
  const actor = openHalf(half, 'actors', sealed, leaf);
  const proven = actor && prove(half, actor, ACTOR_MEMBERS, committed);
  const passed = proven?.texts.kind !== undefined && passes(JSON.parse(proven.texts.kind));
  const halves = { actor: half, person: passed ? null : personHalf(keys, form.seq, leaf) };
  if (!proven || proven.mismatched.length > 0) return { ...NOTHING, halves };
  const person = openPerson(halves.person, sealed, leaf, committed);
  const texts = { ...proven.texts, ...person.texts };
  const { said, words } = entryFrom(texts);
  if (!isOfKind(form, said)) return { ...NOTHING, halves };
  const { committed: _, ...place } = form;
  const entry = { ...said, ...place, kind: said.kind } as Entry;
  const erased = !passed && halves.person === null;
  return { entry, words, erased, mismatched: person.mismatched, texts, halves };
}

/**
 * If the leaf names its kind, the sealed kind must be the same. If the leaf is closed, the kind must be one
 * of closed leaves.
 */
function isOfKind({ kind }: LeafForm, said: Partial<Entry>): boolean {
  const inClear = (GATEWAY_KINDS as readonly unknown[]).includes(said.kind) || said.kind === 'writer';
  return said.kind !== undefined && said.kind === (inClear ? kind : (kind ?? said.kind));
}

function openPerson(half: Half | null, sealed: SealedEntries, leaf: number, committed: Uint8Array) {
  if (!half) return { texts: {}, mismatched: [] };
  const texts = openHalf(half, 'persons', sealed, leaf);
  return texts
    ? prove(half, texts, PERSON_MEMBERS, committed)
    : { texts: {}, mismatched: [...PERSON_MEMBERS] };
}

/** Compares all members of a half, including absent ones. */
function prove(half: Half, texts: Texts, names: readonly Member[], committed: Uint8Array) {
  const good: Partial<Record<Member, string>> = {};
  const mismatched: Member[] = [];
  for (const name of names) {
    const text = texts[name];
    if (!holds(sha256, committed, name, half.salt(name), text ?? '')) mismatched.push(name);
    else if (text !== undefined) good[name] = text;
  }
  return { texts: good, mismatched };
}

/** The openings that prove members to a holder of the leaf. Forgotten and unopened members are omitted. */
export function openingsOf(
  { halves, texts, mismatched }: OpenedEntry,
  names: readonly Member[],
): Partial<Record<Member, Opening>> {
  const openings: Partial<Record<Member, Opening>> = {};
  for (const name of names) {
    const half = (ACTOR_MEMBERS as readonly string[]).includes(name) ? halves.actor : halves.person;
    if (!half || mismatched.includes(name)) continue;
    openings[name] = { salt: toBase64(half.salt(name)), text: texts[name] ?? '' };
  }
  return openings;
}
