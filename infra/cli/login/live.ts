/** What a gateway knows for the tab key: purposes, fields, programmes, and ids of what is open. Kept for a minute, of this office alone. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Text } from '../../../shared/language.ts';
import { type GlobalOptions, open } from '../common.ts';
import { ownFolder } from '../identity/folders.ts';
import { language, spoken } from '../messages/language.ts';
import { safe } from '../terminal/table.ts';
import { writeWhole } from '../whole-files.ts';

export interface Word {
  name: string;
  about: string;
}

interface Listed {
  id: string;
  label?: Text;
  purpose?: string;
  case?: string;
  kind?: string;
}

type Labelled = Readonly<Record<string, { label: Text }>>;

const said = (label: Text | undefined) => (label === undefined ? '' : safe(spoken(label)));
const listed = (all: readonly Listed[]): Word[] =>
  all.map(({ id, label, purpose, case: of, kind }) => ({
    name: id,
    about: said(label) || safe([purpose, of, kind].filter((one) => one !== undefined).join(' ')),
  }));
const fields = async (gate: Fieldgate): Promise<Word[]> => {
  const { fields: all = {} } = (await gate.policy()) as { fields?: Labelled };
  return Object.entries(all).map(([name, { label }]) => ({ name, about: said(label) }));
};

const READERS = {
  purposes: async (gate: Fieldgate) =>
    (await gate.catalogue()).purposes.map(({ code, label }) => ({ name: code, about: said(label) })),
  fields,
  programmes: async (gate: Fieldgate) =>
    (await gate.call('GET /v1/programmes', {})).programmes.map(({ name, label }) => ({
      name,
      about: said(label),
    })),
  task: async (gate: Fieldgate) => listed((await gate.call('GET /v1/tasks', {})).tasks),
  case: async (gate: Fieldgate) => listed((await gate.call('GET /v1/cases', {})).cases),
  request: async (gate: Fieldgate) => listed((await gate.call('GET /v1/requests', {})).requests),
  objection: async (gate: Fieldgate) => listed((await gate.call('GET /v1/objections', {})).objections),
  incident: async (gate: Fieldgate) => listed((await gate.call('GET /v1/incidents', {})).incidents),
  unfreeze: async (gate: Fieldgate) => listed((await gate.call('GET /v1/freezes', {})).freezes),
  unhold: async (gate: Fieldgate) => listed((await gate.call('GET /v1/holds', {})).holds),
};
type Kind = keyof typeof READERS;

const OF_OPTION: Readonly<Record<string, Kind>> = {
  '--purpose': 'purposes',
  '--field': 'fields',
  '--compare': 'fields',
  '--programme': 'programmes',
};

/**
 * @param wanted an option's long name, or the placeholder of an operand
 * @param path the command's names
 */
export function kindOf(wanted: string, path: readonly string[]): Kind | null {
  if (wanted === 'purpose') return 'purposes';
  if (wanted === 'name' && path[0] === 'fields') return 'fields';
  const [group = ''] = path;
  if (wanted === 'id') return Object.hasOwn(READERS, group) ? (group as Kind) : null;
  return OF_OPTION[wanted] ?? null;
}

const KEPT = 'proposals.json';
const MILLISECONDS = 60_000;
/** A person who waits longer types on. */
const PATIENCE = 2000;

/** @returns nothing if the gateway does not answer, or refuses: the tab key is no place for a fault */
export async function liveWords(kind: Kind, options: GlobalOptions): Promise<Word[]> {
  const file = join(ownFolder(), KEPT);
  const name = [options.url, options.as, options.agencyFile, language, kind].join(' ');
  const kept = keptIn(file);
  const own = kept[name];
  if (own && own.until > Date.now()) return own.words;
  const late = new Promise<null>((done) => setTimeout(done, PATIENCE, null).unref());
  const words = await Promise.race([late, read(kind, options).catch(() => null)]);
  if (words === null) return [];
  const fresh = Object.entries(kept).filter(([, { until }]) => until > Date.now());
  const all = { ...Object.fromEntries(fresh), [name]: { until: Date.now() + MILLISECONDS, words } };
  try {
    writeWhole(file, JSON.stringify(all));
  } catch {
    // Without a folder nothing is kept.
  }
  return words;
}

const read = async (kind: Kind, options: GlobalOptions) => {
  const { gate } = await open({ ...options, json: true });
  return READERS[kind](gate);
};

function keptIn(file: string): Record<string, { until: number; words: Word[] }> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
