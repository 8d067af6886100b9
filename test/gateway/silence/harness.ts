/** Makes calls one by one, each at an instant of its own, and adds to each what the log and later views say of it. */
import { DeleteItemCommand, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { fromAttributes } from '../../../shared/log/write/item.ts';
import type { Callers, TestGateway } from '../../support/gateway.ts';
import { reasonFor } from '../../support/reasons.ts';
import { SCENE } from '../scenes/scene.ts';
import { blank, type idsInOrder, type Observation, observe } from './observe.ts';
import type { Call } from './row.ts';

/** Milliseconds between two calls: so few that no cached record of an agency ends between two that are compared. */
const APART = 1;

/** Offices that read the uses of their department's fields and also receive them. */
const OWNERS: ReadonlySet<string> = new Set(SCENE.silence.readers);

/** With a reason that its purpose lists: any other is weighed before a lookup, and would hide nothing. */
export function stated({ details, ...call }: Call): Call {
  const purpose = details.purpose ?? (call.body as { purpose?: string } | undefined)?.purpose;
  const reason = details.reason && reasonFor(purpose, details.reason);
  return { ...call, details: { ...details, ...(reason && { reason }) } };
}

export class Harness {
  readonly gateway: TestGateway;
  readonly send: Callers['call'];
  /** In which every call asks for its words. Calls that are compared ask in the same one. */
  language = 'en';
  readonly #clock: { now: number };
  readonly #held: number[];
  readonly #moments: { at: string; seen: Observation; agency: string }[] = [];

  /** @param held smallest steps of answers that were held back, as the mocked deadlines record them */
  constructor(gateway: TestGateway, send: Callers['call'], clock: { now: number }, held: number[]) {
    this.gateway = gateway;
    this.send = send;
    this.#clock = clock;
    this.#held = held;
  }

  /** One call at an instant of its own, by which the log and the views name it. */
  async ask(method: string, call: Call, naming?: ReturnType<typeof idsInOrder>): Promise<Observation> {
    const { agency, details, path, body } = stated(call);
    // Tasks of acts that wait are dated to whole seconds, and no call may share their instant.
    this.#clock.now += (this.#clock.now + APART) % 1000 === 0 ? 2 * APART : APART;
    await this.#takeCounts(agency);
    const at = new Date(this.#clock.now).toISOString();
    const seen = await observe(
      this.gateway,
      this.#held,
      () => this.send(agency, details, method, path, body, { 'accept-language': this.language }),
      naming,
    );
    seen.counted.push(...(await this.#takeCounts(agency)));
    this.#moments.push({ at, seen, agency });
    return seen;
  }

  /** Adds the sizes of the leaves, and each caller's later readings of its own acts, to the calls so far. */
  async readLater(): Promise<void> {
    await this.#readLog();
    this.#clock.now += 1000;
    while ((await this.gateway.sequencer.step()).sequenced > 0);
    await this.gateway.casework.pass();
    for (const agency of new Set(this.#moments.map((one) => one.agency))) {
      const mine = new Map(
        this.#moments.filter((one) => one.agency === agency).map((one) => [one.at, one.seen]),
      );
      for (const use of OWNERS.has(agency) ? await this.#all(agency, 'intake', '/v1/usage', 'entries') : [])
        mine.get(use['time'] ?? '')?.usage.push(JSON.stringify(blank({ ...use, id: '' })));
      for (const task of await this.#all(agency, 'casework', '/v1/tasks', 'tasks'))
        mine.get(task['opened'] ?? '')?.tasks.push(JSON.stringify(blank(task)));
    }
    this.#moments.length = 0;
  }

  /** Every item of a list; none if the agency may not read it. */
  async #all(agency: string, action: string, path: string, name: string): Promise<Record<string, string>[]> {
    const items: Record<string, string>[] = [];
    let next = '';
    do {
      const page = await this.send(agency, { actions: [action] }, 'GET', `${path}?limit=200${next}`).catch(
        () => null,
      );
      items.push(...(page?.json?.[name] ?? []));
      next = page?.json?.cursor ? `&cursor=${encodeURIComponent(page.json.cursor)}` : '';
    } while (next !== '');
    return items;
  }

  /** Takes the counts of misses, so that those of the next call begin at nothing. */
  async #takeCounts(agency: string): Promise<string[]> {
    const { dynamo, env } = this.gateway;
    const Key = { claim: { S: `misses:${agency}:${new Date(this.#clock.now).toISOString().slice(0, 10)}` } };
    const { Attributes } = await dynamo.send(
      new DeleteItemCommand({ TableName: env.claimsTable, Key, ReturnValues: 'ALL_OLD' }),
    );
    const counts = Object.entries(Attributes ?? {}).flatMap(([name, { N }]) => (N ? [`${name} ${N}`] : []));
    return counts.filter((one) => !one.startsWith('expires')).sort();
  }

  async #readLog(): Promise<void> {
    const leaves = await this.#leaves();
    const holders = new Map<string, Set<string>>();
    for (const { text } of leaves)
      for (const value of valuesOf(JSON.parse(text)))
        holders.set(value, (holders.get(value) ?? new Set()).add(text));
    const at = new Map(this.#moments.map((one) => [one.at, one.seen]));
    for (const leaf of leaves) {
      const seen = at.get(leaf.at);
      if (!seen) continue;
      seen.leaves.push(leaf.text.replaceAll(/"(id|seq)":[^,]*/g, '').length);
      const others = new Set(valuesOf(JSON.parse(leaf.text)).flatMap((one) => [...(holders.get(one) ?? [])]));
      others.delete(leaf.text);
      seen.linked.push(
        ...[...others].map((text) => JSON.stringify(blank({ ...JSON.parse(text), ...PLACE }))),
      );
      seen.linked.sort();
    }
  }

  async #leaves(): Promise<{ at: string; text: string }[]> {
    const found: { at: string; text: string }[] = [];
    let start: ScanCommandOutput['LastEvaluatedKey'];
    do {
      const page: ScanCommandOutput = await this.gateway.dynamo.send(
        new ScanCommand({
          TableName: this.gateway.env.logTable,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      for (const item of (page.Items ?? []).map(fromAttributes))
        found.push(...item.leaves.map((text) => ({ at: item.at, text })));
      start = page.LastEvaluatedKey;
    } while (start);
    return found;
  }
}

/** A leaf's place, which every leaf has of its own. */
const PLACE = { id: '', seq: 0, leaf: 0, previous: '' };

/** Members that all leaves of one writer or one policy share. */
const SHARED: ReadonlySet<string> = new Set([
  'id',
  'time',
  'writer',
  'previous',
  'hash',
  'attempt',
  'certificate',
]);

/** Values so long that two leaves share one only if they concern the same person or document. */
function valuesOf(value: unknown, name = ''): string[] {
  if (SHARED.has(name)) return [];
  if (typeof value === 'string') return value.length < 16 ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => valuesOf(one, Array.isArray(value) ? name : key));
}
