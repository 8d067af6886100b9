/** Whether the reads and writes of each field could have happened one after the other. */
import { type Access, type History, NONE } from '../world/history.ts';

/** @returns what no order of the acts explains */
export function registerFaults({ reads, writes, turns }: History): string[] {
  const faults: string[] = [];
  for (const read of reads) {
    const own = writes.filter(({ register }) => register === read.register);
    const source = own.find(({ value }) => value === read.value);
    // What is of before the run was written before everything.
    const written: Access = source ?? {
      ...read,
      began: Number.NEGATIVE_INFINITY,
      ended: Number.NEGATIVE_INFINITY,
    };
    const erasure = turns.find(
      ({ name, to, began, ended }) =>
        to === 'off' &&
        name === `erase ${read.register.split('.')[0]}` &&
        read.value !== NONE &&
        ended < read.began &&
        written.ended < began,
    );
    if (erasure) faults.push(`${read.register}: ${read.value} outlived an erasure`);
    if (written.began > read.ended) faults.push(`${read.register}: a value before its write`);
    const newer = own.find((other) => other.began > written.ended && other.ended < read.began);
    if (newer) faults.push(`${read.register}: ${read.value} was read after ${newer.value} had replaced it`);
    for (const later of reads) {
      if (later.register !== read.register || later.began <= read.ended || later.value === read.value)
        continue;
      const its = own.find(({ value }) => value === later.value);
      const end = its ? its.ended : Number.NEGATIVE_INFINITY;
      if (end < written.began) faults.push(`${read.register}: ${later.value} came back after ${read.value}`);
    }
  }
  return faults;
}
