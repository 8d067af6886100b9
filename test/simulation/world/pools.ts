/** The instances of each function, as Lambda keeps them: one request at a time each, frozen between two. */
import { clock, type Instance, running, thaw } from '../engine/clock.ts';
import { hashOf } from '../engine/random.ts';
import { crash as endOf } from '../engine/schedule.ts';

export interface Pool<Parts> {
  /** Runs on an instance for an act. @throws Error if the instance dies meanwhile */
  invoke<T>(act: number, run: (parts: Parts) => Promise<T>): Promise<T>;
  /** Ends all instances: the next call begins with a new one. */
  clear(): void;
}

export interface Pools {
  /** @param open makes the function over clients of the instance */
  of<Parts>(name: string, open: () => Parts): Pool<Parts>;
  crash(instance: Instance): void;
  clear(): void;
}

/** Instances of a function at once, unless all of them are busy. */
const WARM = 3;

export function openPools(): Pools {
  const died = new Map<Instance, () => void>();
  let invocations = 0;
  const all: Pool<never>[] = [];
  const crash = (instance: Instance) => endOf(instance, () => died.get(instance)?.());
  return {
    crash,
    clear: () => all.forEach((pool) => void pool.clear()),
    of<Parts>(name: string, open: () => Parts) {
      let made = 0;
      let members: { instance: Instance; parts: Parts; busy: boolean }[] = [];
      const begin = (act: number) => {
        const instance = { name: `${name}-${made++}`, dead: false, frozen: false, parked: [] };
        const parts = running.run({ act, instance }, open);
        const member = { instance, parts, busy: false };
        members.push(member);
        return member;
      };
      const pool: Pool<Parts> = {
        async invoke(act, run) {
          members = members.filter(({ instance }) => !instance.dead);
          const idle = members.filter(({ busy }) => !busy);
          const chance = hashOf(act, name, clock.now);
          const another = idle.length === 0 || (members.length < WARM && chance % 6 === 0);
          const member = another ? begin(act) : (idle[(chance >>> 8) % idle.length] ?? begin(act));
          const { instance, parts } = member;
          member.busy = true;
          thaw(instance);
          const death = new Promise<never>((_, reject) => {
            died.set(instance, () => reject(new Error('the instance died')));
          });
          try {
            return await Promise.race([
              running.run({ act, instance, invocation: ++invocations }, () => run(parts)),
              death,
            ]);
          } finally {
            member.busy = false;
            instance.frozen = true;
            died.delete(instance);
          }
        },
        clear() {
          for (const { instance } of members) crash(instance);
          members = [];
        },
      };
      all.push(pool as never);
      return pool;
    },
  };
}
