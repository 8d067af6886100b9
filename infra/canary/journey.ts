/**
 * What the gateway is for, once, with a person who does not exist: a record goes in, a field comes out by a purpose, the receipt
 * holds, the entry is in the tree, KMS unwrapped exactly the keys that the log names, and after the erasure or deletion nothing
 * comes out. Values are never printed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type ConnectOptions, connect, type Fieldgate, FieldgateError } from '../../shared/client/connect.ts';
import { type Erasers, eraseByTwo } from './erasure.ts';
import type { Plan } from './plan.ts';

/** One sentence that holds, or says what does not. */
export interface Stage {
  name: string;
  /** `null`: it holds. */
  fault: string | null;
  milliseconds: number;
}

export interface Journey {
  office: ConnectOptions;
  plan: Plan;
  /** `null`: the log and KMS's record are not compared. */
  compare: {
    auditor: ConnectOptions;
    /** Ids of the data keys that were unwrapped since then, each as often as it was. */
    unwrapped: (since: Date) => Promise<string[]>;
  } | null;
  /** `null`: it is not erased; the owner deletes its fields. */
  erase?: Erasers | null;
  /** Milliseconds until the tree contains an entry, and until KMS's record has it; `null`: the receipt is checked without the tree. */
  wait: { tree: number; record: number; pause: number } | null;
}

/** @throws nothing: what goes wrong is in the stages. After a fault the rest is not tried, but for the deletion */
export async function travel({ office, plan, compare, erase, wait }: Journey): Promise<Stage[]> {
  const stages: Stage[] = [];
  const since = new Date(Math.floor(Date.now() / 1000) * 1000);
  const { match, ask, fields } = plan;
  let gate: Fieldgate | undefined;
  let stored = false;
  const receipts: Parameters<Fieldgate['checkReceipt']>[0][] = [];
  const stage = async (name: string, run: () => Promise<string | null>) => {
    const started = performance.now();
    const fault = await run().catch(codeOf);
    stages.push({ name, fault, milliseconds: Math.round(performance.now() - started) });
    return fault === null;
  };
  const put = async (what: Plan['fields']) => {
    const { results } = await (gate as Fieldgate).intake([{ match, fields: what }]);
    const [one] = results;
    return one && 'problem' in one && one.problem ? String((one.problem as { code?: string }).code) : null;
  };
  const release = async () => {
    const why = {
      purpose: ask.purpose,
      // A person who has logged in is named by the login.
      ...(!office.actorToken && { officer: 'smoke' }),
      reason: ask.reason,
    };
    return (gate as Fieldgate).release({ ...why, subjects: [{ match }], fields: [ask.field] });
  };
  const forward: readonly (readonly [string, () => Promise<string | null>])[] = [
    [
      'an office gets a token',
      async () => {
        gate = await connect(office);
        await gate.whoami();
        return null;
      },
    ],
    [
      'a record goes in',
      async () => {
        stored = true;
        return put(fields);
      },
    ],
    [
      'a field comes out, as it went in, by its purpose',
      async () => {
        const [person] = (await release()).results;
        if (!person || !('fields' in person)) return 'REFUSED';
        receipts.push(person.receipt);
        const value = Object.values(person.fields)
          .flatMap((one) => [one])
          .map((one) => (one as { value?: unknown })?.value ?? one);
        return JSON.stringify(value).includes(JSON.stringify(fields[ask.field])) ||
          isDeepStrictEqual(value[0], fields[ask.field])
          ? null
          : 'another value than went in';
      },
    ],
    [
      wait ? 'the receipt holds, and its entry is in the tree of the log' : 'the receipt holds',
      async () => {
        const [receipt] = receipts;
        if (!receipt) return 'no receipt';
        const { place } = await (gate as Fieldgate).checkReceipt(receipt, { wait: wait?.tree ?? 0 });
        return wait && place === null ? 'NOT_IN_TREE' : null;
      },
    ],
    ...(compare
      ? [['KMS unwrapped exactly the keys that the log names', () => compared(compare)] as const]
      : []),
  ];
  for (const [name, run] of forward) if (!(await stage(name, run))) break;
  const isGone = async () => {
    const [person] = (await release()).results;
    return person && 'fields' in person && Object.keys(person.fields).length > 0 ? 'a field came out' : null;
  };
  const erased =
    stored &&
    erase &&
    (await stage('two people of two lines erase the record, and no field comes out any more', async () => {
      const receipt = await eraseByTwo(erase, plan);
      await (gate as Fieldgate).checkReceipt(receipt, { wait: wait?.tree ?? 0 });
      return isGone();
    }));
  if (stored && !erased)
    await stage('the record is deleted, and no field comes out any more', async () => {
      const left = Object.fromEntries(Object.keys(fields).map((field) => [field, null]));
      return (await put(left)) ?? isGone();
    });
  return stages;

  async function compared({ auditor, unwrapped }: NonNullable<Journey['compare']>): Promise<string | null> {
    const log = await connect(auditor);
    const logged: string[] = [];
    for await (const entry of log.log({ agency: office.clientId, from: since.toISOString() }))
      if (UNWRAPPING.has(entry.kind)) logged.push(...((entry as { keys?: string[] }).keys ?? []));
    if (logged.length === 0) return 'the log names no key';
    for (const until = Date.now() + (wait?.record ?? 0); ; await sleep(wait?.pause ?? 0)) {
      const seen = await unwrapped(since);
      const own = seen.filter((key) => logged.includes(key)).sort();
      if (isDeepStrictEqual(own, [...logged].sort())) return null;
      if (Date.now() > until) return `the log names ${logged.length}, KMS's record ${own.length} of them`;
    }
  }
}

const UNWRAPPING: ReadonlySet<string> = new Set(['attempt', 'decision']);

const codeOf = (error: unknown): string => (error instanceof FieldgateError ? error.code : 'FAULT');
