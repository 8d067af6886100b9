/**
 * The long neutrality run: every case is requested `samples` times over HTTP, in random order among the
 * others, and a rank test on wall time must see no difference to an unknown person.
 */
import { STEP } from '../../functions/http/deadline.ts';
import { type Answer, type Callers, callers } from '../support/gateway.ts';
import { rankScore } from '../support/ranks.ts';
import type { World } from '../verify/world.ts';

export interface Asked {
  why: string;
  /** The parts of an answer that are compared besides the time; equal for all. */
  ask(call: Callers['call']): Promise<Answer>;
  before?(): Promise<void>;
}

const AT_ONCE = 6;
/** Rounds until counters are reset and progress is printed. */
const PART = 240;
/** Milliseconds for which one token is used, which ends after five minutes. */
const TOKEN = 150_000;

export async function neutrality(
  what: string,
  { gateway, now }: World,
  { cases, samples, warm }: { cases: readonly Asked[]; samples: number; warm: Asked['ask'] },
): Promise<void> {
  const times = new Map(cases.map(({ why }) => [why, [] as number[]]));
  const shapes = new Set<string>();
  const round = async (call: Callers['call']) => {
    for (const { why, ask } of cases.toSorted(() => Math.random() - 0.5)) {
      const start = performance.now();
      const answer = await ask(call);
      times.get(why)?.push(performance.now() - start);
      if (answer.status !== 200) throw new Error(answer.text);
      shapes.add(shapeOf(answer));
    }
  };
  for (let done = 0; done < samples; done += PART) {
    for (const { before } of cases) await before?.();
    let left = Math.min(PART, samples - done);
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let until = 0, call = callers(gateway, now).call; left-- > 0; ) {
          if (performance.now() > until) {
            call = callers(gateway, now).call;
            // Fetches the token, so that no case waits for it.
            await warm(call);
            until = performance.now() + TOKEN;
          }
          await round(call);
        }
      }),
    );
    console.error(`${what}: ${Math.min(samples, done + PART)} of ${samples} rounds`);
  }
  const unknown = times.get('unknown') ?? [];
  console.log(`${what}, ${unknown.length} samples a case; different bytes or headers: ${shapes.size - 1}`);
  for (const [why, list] of times) {
    const p = chance(rankScore(list, unknown));
    console.log(`  ${why}: p50 ${at(list, 50)} ms, p99 ${at(list, 99)} ms, p = ${p.toFixed(3)}`);
  }
  const steps = [...times.values()].flat().map((ms) => Math.floor((ms + 1) / STEP.ms));
  const late = steps.filter((step) => step > 1).length / steps.length;
  console.log(`  ${(100 * late).toFixed(1)} % of the answers missed their first step`);
}

/** Two-sided: the probability of such a score or a greater one by chance alone. */
function chance(score: number): number {
  // Abramowitz and Stegun 7.1.26, exact to 1.5e-7.
  const x = Math.abs(score) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const terms = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  return terms.reduce((sum, term) => (sum + term) * t, 0) * Math.exp(-x * x);
}

/** Status, headers and bytes without the receipt's place in the log, which is longer the more was written. */
function shapeOf({ status, headers, text, json }: Answer): string {
  const { results } = json;
  const receipt = Array.isArray(results) ? JSON.stringify(results[0].receipt).length : 0;
  const told = [...headers].filter(([name]) => !['x-request-id', 'date', 'content-length'].includes(name));
  return JSON.stringify([status, told, text.length - receipt]);
}

function at(times: readonly number[], p: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? 0).toFixed(1);
}
