/** Whether the reads and writes of each field could have happened one after the other. */
import { type Access, type History, NONE } from '../world/history.ts';

/** What a field held before the run. */
const BEFORE = { began: Number.NEGATIVE_INFINITY, ended: Number.NEGATIVE_INFINITY };

/** @returns what no order of the acts explains */
export function registerFaults(history: History): string[] {
  const accesses = history.reads.map((read) => [read, ...sourcesOf(read, history)] as const);
  return accesses.flatMap(([read, own, sources]) => {
    const { register, value, began, ended } = read;
    if (sources.length === 0) return [`${register}: ${value} was read, and nothing had written it`];
    const replaced = sources.map((source) =>
      own.find((other) => other.began > source.ended && other.ended < began),
    );
    const said = (newer?: Access) =>
      newer?.value === NONE
        ? `${register}: ${value} outlived an erasure`
        : `${register}: ${value} was read after ${newer?.value} had replaced it`;
    const back = accesses.filter(
      ([later, , its]) =>
        later.register === register &&
        later.began > ended &&
        later.value !== value &&
        its.every((one) => sources.every((source) => one.ended < source.began)),
    );
    return [
      ...(sources.every((source) => source.began > ended) ? [`${register}: a value before its write`] : []),
      ...(replaced.every((newer) => newer) ? [said(replaced.at(-1))] : []),
      ...back.map(([later]) => `${register}: ${later.value} came back after ${value}`),
    ];
  });
}

/**
 * All acts that set the field, and those of them that the read may show. An erasure sets each field of its child to
 * nothing: who reports the child again makes a record that holds what is reported since.
 */
function sourcesOf(read: Access, { writes, turns, held }: History): [Access[], Access[]] {
  const { register, value, ended } = read;
  const erasures = turns.filter(
    ({ name, to, refused }) => to === 'off' && !refused && name === `erase ${register.split('.')[0]}`,
  );
  const own = [
    ...writes.filter((write) => write.register === register),
    ...erasures.map((erasure) => ({ ...erasure, register, value: NONE })),
  ];
  const known = own.filter((write) => write.value === value);
  const isOld = value === NONE ? !held.has(register) : known.length === 0;
  const all = [...(isOld ? [{ ...read, ...BEFORE }] : []), ...known];
  const before = all.filter(({ began }) => began <= ended);
  return [own, before.length > 0 ? before : all];
}
