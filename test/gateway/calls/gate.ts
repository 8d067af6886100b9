/**
 * Holds every SDK call of this process back until nothing else happens, then lets all that wait go at once.
 * Calls of one round did not wait for one another, and each round waited for the one before: the rounds are
 * the dependent round trips.
 */
import { createHook } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';

export interface Gate {
  /** Calls since `clear`, as `service Operation table`, sorted, by round. */
  rounds(): string[][];
  clear(): void;
  /** Resolves when no call is held back or under way any more. */
  idle(): Promise<void>;
  /** Calls are no longer held back. */
  open(): void;
}

/**
 * Nothing new for this long means that whatever runs waits for an answer, in milliseconds: longer than a short
 * step. Signatures are made on other threads, which a busy machine lets wait, so they are counted.
 */
const QUIET = 40;
/** Their completion is not always reported, so this is the longest wait for it. */
const LONGEST = 300;
const ON_THREADS = /^(SIGN|VERIFY|HASH|CIPHER)REQUEST$/;

export function gateCalls(): Gate {
  let rounds: string[][] = [];
  let waiting: (() => void)[] = [];
  let names: string[] = [];
  let running = 0;
  let timer: NodeJS.Timeout | undefined;
  const onThreads = new Set<number>();
  const threads = createHook({
    init(id, type) {
      if (ON_THREADS.test(type)) onThreads.add(id);
    },
    after: (id) => void onThreads.delete(id),
    destroy: (id) => void onThreads.delete(id),
  }).enable();

  const startRound = () => {
    onThreads.clear();
    const [calls, round] = [waiting, names];
    [waiting, names] = [[], []];
    rounds.push(round.sort());
    for (const go of calls) go();
  };
  let changes = 0;
  const settle = (waited = 0) => {
    clearTimeout(timer);
    const seen = ++changes;
    if (running > 0 || waiting.length === 0) return;
    timer = setTimeout(async () => {
      // If this thread was blocked, the timer comes before the results that are ready.
      for (let turn = 0; turn < 3; turn++) await setImmediate();
      if (seen !== changes) return;
      if (onThreads.size > 0 && waited < LONGEST) settle(waited + QUIET);
      else startRound();
    }, QUIET);
  };
  const hold = async (name: string | null, call: () => Promise<unknown>) => {
    if (name !== null) names.push(name);
    await new Promise<void>((go) => {
      waiting.push(go);
      settle();
    });
    running++;
    try {
      return await call();
    } finally {
      running--;
      settle();
    }
  };
  const given = [DynamoDBClient, KMSClient].map(({ prototype }) => {
    const { send } = prototype;
    prototype.send = function (this: unknown, command: unknown) {
      const call = () => Reflect.apply(send, this, [command]);
      const name = nameOf(command);
      // The mode is read within another call, at the same time as that: held back, it would hold its own round.
      return name === 'GetItem mode' ? call() : hold(name, call);
    } as never;
    return () => Object.assign(prototype, { send });
  });
  return {
    rounds: () => rounds,
    clear() {
      rounds = [];
    },
    async idle() {
      let last = -1;
      while (last !== changes || running > 0 || waiting.length > 0) {
        last = changes;
        await new Promise((resolve) => setTimeout(resolve, QUIET));
      }
    },
    open() {
      threads.disable();
      for (const giveBack of given) giveBack();
    },
  };
}

/** @returns `null` for a reservation of the rate limiter, of which one serves many requests of a minute */
function nameOf(command: unknown): string | null {
  const { input } = command as { input: Input };
  if (input.Key?.['claim']?.S?.startsWith('rate:')) return null;
  const operation = (command as object).constructor.name.replace(/Command$/, '');
  const partition = input.ExpressionAttributeValues?.[':subject']?.S ?? '';
  const of = partition.startsWith('#') ? ` ${partition}` : '';
  const table = input.TableName ?? Object.keys(input.RequestItems ?? {})[0];
  return table ? `${operation} ${table.replace(/^fieldgate-/, '')}${of}` : `KMS ${operation}`;
}

interface Input {
  TableName?: string;
  RequestItems?: object;
  Key?: Record<string, { S?: string }>;
  ExpressionAttributeValues?: { ':subject'?: { S?: string } };
}
