/** The observations of a caller, or of a bystander who meters the gateway, for one call; and their differences. */
import type { Answer, TestGateway } from '../../support/gateway.ts';

export interface Observation {
  status: number;
  /** Names and values, without those of each single request. */
  headers: Record<string, string>;
  /** The body with ids and instants blanked to their kind and length. */
  body: unknown;
  /** Characters of the body so blanked. */
  size: number;
  /** Calls of KMS, store and log, sorted. */
  calls: string[];
  /** For each time that the answer was held back: the smallest number of steps. */
  held: number[];
  /** The counts of the budgets of misses. */
  counted: string[];
  /** Sizes of the leaves that it wrote into the public log. */
  leaves: number[];
  /** The other leaves that share a value with one of these. */
  linked: string[];
  /** The caller's own later views of it. */
  usage: string[];
  tasks: string[];
}

/** Members that hold an entry's id, whose length depends on how much its writer wrote before, or a one-time code. */
const ONE_TIME: ReadonlySet<string> = new Set(['entry', 'watermark', 'ticket']);
/** `fieldgate-head` is the public checkpoint, which is another one after each entry. */
const EACH: ReadonlySet<string> = new Set([
  'fieldgate-head',
  'date',
  'x-request-id',
  'content-length',
  'dpop-nonce',
]);

/**
 * Names ids by their length alone: two answers are compared, and every id is another. Of several answers of one caller it
 * also matters which ids are equal: `idsInOrder`.
 */
type Naming = (id: string) => string;
const byLength: Naming = (id) => `<id ${id.length}>`;

/** Names each id by the order of its first appearance. */
export function idsInOrder(): Naming {
  const known = new Map<string, number>();
  return (id) => {
    if (!known.has(id)) known.set(id, known.size);
    return `<id ${id.length} no. ${known.get(id)}>`;
  };
}

/** Records the gateway's actions during `work`. One call at a time. */
export async function observe(
  { faults, env }: Pick<TestGateway, 'faults' | 'env'>,
  held: number[],
  work: () => Promise<Answer>,
  naming = byLength,
): Promise<Observation> {
  const calls: string[] = [];
  const take = faults.take;
  faults.take = (service, operation, isOn) => {
    // A writer begins an epoch of the log's keys after so many entries, whatever the entry is about.
    const begins = operation === 'PutItem' && isOn?.(env.wordsTable);
    // Jobs look for work by themselves; no route scans a table.
    if (operation !== 'Scan' && !begins) calls.push(`${service} ${operation}`);
    return take(service, operation, isOn);
  };
  held.length = 0;
  try {
    const { status, headers, text, json } = await work();
    const body = json === undefined ? '.'.repeat(text.length) : blank(json, '', naming);
    return {
      status,
      headers: Object.fromEntries([...headers].filter(([name]) => !EACH.has(name))),
      body,
      size: JSON.stringify(body).length,
      calls: countable(calls.sort()),
      held: [...held],
      counted: [],
      leaves: [],
      linked: [],
      usage: [],
      tasks: [],
    };
  } finally {
    faults.take = take;
  }
}

/** How often the tail of the log is read depends on what was written since the last step of its tree: kinds count. */
function countable(calls: readonly string[]): string[] {
  return calls.filter(
    (call, i) => call !== calls[i - 1] || !/^(log Query|log BatchGetItem|store BatchGetItem)$/.test(call),
  );
}

/**
 * The value with its ordinary differences between two calls blanked: ids keep their length, instants and
 * counts nothing.
 */
export function blank(value: unknown, name = '', naming = byLength): unknown {
  if (Array.isArray(value)) return value.map((one) => blank(one, name, naming));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, blank(one, key, naming)]));
  if (typeof value === 'number') return name === 'seq' || name === 'clockSkew' ? 0 : value;
  if (typeof value !== 'string') return value;
  if (ONE_TIME.has(name)) return `<${name}>`;
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return '<instant>';
  if (/^[\w-]{16,}\.\d+\.\d+$/.test(value)) return '<entry>';
  if (/^\w{4}-\w{4}-\w{4}$/.test(value)) return '<code>';
  if (/^[\w~.+/=-]{16,}$/.test(value) && !/^[A-Z_]+$/.test(value)) return naming(value);
  return value;
}

/** Characters around the first difference that a message shows. */
const SHOWN = 160;

/** @returns each part in which they differ, with the text around the first difference; none if they are equal */
export function differences(one: Observation, other: Observation): string[] {
  return Object.keys(one).flatMap((part) => {
    const [a, b] = [one, other].map((seen) => JSON.stringify(seen[part as keyof Observation])) as [
      string,
      string,
    ];
    if (a === b) return [];
    const at = [...a].findIndex((letter, i) => letter !== b[i]);
    const from = Math.max(0, (at < 0 ? a.length : at) - SHOWN / 2);
    return [`${part}: ${a.slice(from, from + SHOWN)} against ${b.slice(from, from + SHOWN)}`];
  });
}
