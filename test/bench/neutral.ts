/**
 * The long neutrality run: every case is asked `samples` times over HTTP, in random order among the others, and a
 * rank test on wall time must see no difference to an unknown person.
 */
import { type Answer, type Callers, callers } from '../support/gateway.ts';
import { rankScore } from '../support/ranks.ts';
import type { World } from '../verify/world.ts';

export interface Asked {
  why: string;
  /** What of the answer may be compared beside the time; equal for all. */
  ask(call: Callers['call']): Promise<Answer>;
  before?(): Promise<void>;
}

const AT_ONCE = 12;
/** Rounds under one token, which ends after five minutes. */
const PART = 240;
/** Beyond this score chance alone gives one time in a thousand. */
const LIMIT = 3.3;

export async function neutrality(
  what: string,
  { gateway, now }: World,
  { cases, samples, warm }: { cases: readonly Asked[]; samples: number; warm: Asked['ask'] },
): Promise<void> {
  const times = new Map(cases.map(({ why }) => [why, [] as number[]]));
  const sizes = new Set<number>();
  const round = async (call: Callers['call']) => {
    for (const { why, ask } of cases.toSorted(() => Math.random() - 0.5)) {
      const start = performance.now();
      const answer = await ask(call);
      times.get(why)?.push(performance.now() - start);
      if (answer.status !== 200) throw new Error(answer.text);
      sizes.add(sizeOf(answer));
    }
  };
  for (let done = 0; done < samples; done += PART) {
    for (const { before } of cases) await before?.();
    let left = Math.min(PART, samples - done);
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        const { call } = callers(gateway, now);
        // Fetches the token, so that no case waits for it.
        await warm(call);
        while (left-- > 0) await round(call);
      }),
    );
    console.error(`${what}: ${Math.min(samples, done + PART)} of ${samples} rounds`);
  }
  const unknown = times.get('unknown') ?? [];
  console.log(`${what}, ${unknown.length} samples a case, answers of ${[...sizes].join(' and ')} bytes:`);
  for (const [why, list] of times) {
    const score = rankScore(list, unknown);
    const told = Math.abs(score) < LIMIT ? '' : '  TOLD APART';
    console.log(`  ${why}: p50 ${at(list, 50)} ms, p99 ${at(list, 99)} ms, z ${score.toFixed(2)}${told}`);
  }
}

/** Bytes without the receipt's place in the log, which is longer the more was written. */
function sizeOf({ text, json }: Answer): number {
  const { results } = json;
  if (!Array.isArray(results)) return text.length;
  return text.length - JSON.stringify(results[0].receipt).length;
}

export function at(times: readonly number[], p: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? 0).toFixed(1);
}
