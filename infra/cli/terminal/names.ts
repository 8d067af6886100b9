/** The policy's words for fields, departments and purposes. They are read once, and only if something that is printed names one. */
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Text } from '../../../shared/language.ts';
import { spoken } from '../messages/language.ts';
import { safe } from './table.ts';

type Kind = 'field' | 'department' | 'purpose';
type Source = Pick<Fieldgate, 'policy'>;
type Names = Readonly<Record<Kind, ReadonlyMap<string, string>>>;

/** What the members of answers name. */
const KINDS: Readonly<Record<string, Kind>> = {
  ...{ field: 'field', fields: 'field' },
  ...{ owner: 'department', owners: 'department', department: 'department', departments: 'department' },
  ...{ of: 'department', supervisor: 'department' },
  ...{ purpose: 'purpose', purposes: 'purpose', byPeople: 'purpose' },
};

let source: Source | null = null;
let names: Names | null = null;
let isLacking = false;
let unsaid: (() => string)[] = [];

/** For everything that is printed from now on. */
export function showNamesOf(gate: Source): void {
  [source, names] = [gate, null];
}

/**
 * A code of a member in words. A purpose keeps the code, by which officers know it; a field keeps it unless it stands in a table.
 * @param member its name in the contract
 */
export function nameOf(member: string, code: string, inTable = true): string {
  const kind = KINDS[member.split('.').at(-1) ?? ''];
  if (kind === undefined) return safe(code);
  isLacking ||= names === null;
  const name = names?.[kind].get(code);
  if (name === undefined || name === code) return safe(code);
  if (kind === 'purpose') return `${safe(code)} ${name}`;
  return kind === 'field' && !inTable ? `${name} (${safe(code)})` : name;
}

/** Writes to standard output; what needs names waits for them, and what follows it does, too. */
export function say(words: () => string): void {
  isLacking = false;
  const text = unsaid.length === 0 ? words() : null;
  if (text !== null && !(isLacking && source)) process.stdout.write(text);
  else unsaid.push(words);
}

/** All that was to be said is written. */
export async function allSaid(): Promise<void> {
  if (unsaid.length === 0 || !source) return;
  names = await namesFrom(source);
  for (const words of unsaid) process.stdout.write(words());
  unsaid = [];
}

type Labelled = Readonly<Record<string, { label: Text }>>;

async function namesFrom(gate: Source): Promise<Names> {
  // Without the words the codes stand.
  const policy = await gate.policy().catch(() => ({}));
  const { fields, purposes, departments } = policy as {
    [Name in 'fields' | 'purposes' | 'departments']?: Labelled;
  };
  const labels = (all: Labelled = {}) =>
    new Map(Object.entries(all).map(([code, { label }]) => [code, safe(spoken(label))]));
  return {
    field: labels(fields),
    purpose: labels(purposes),
    department: labels(departments),
  };
}
