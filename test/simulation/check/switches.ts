/** Whether a use was allowed although what stops it was known to be in force. */
import type { Access, History, Turn, Use } from '../world/history.ts';

/** Milliseconds after which a freeze counts that each instance reads now and then. */
const delayOf = (name: string) => (name === 'freeze of W1' ? 1_000 : 0);

/** After an erasure a department may report the child again: that is a new record. */
function isWrittenAgain({ name, ended }: Use, off: Turn, writes: readonly Access[]): boolean {
  const child = /^erase (.+)$/.exec(name)?.[1];
  return writes.some(
    (write) => write.register.startsWith(`${child}.`) && write.ended > off.began && write.began < ended,
  );
}

export function switchFaults({ turns, uses, writes }: History): string[] {
  const faults: string[] = [];
  for (const use of uses) {
    if (!use.allowed) continue;
    for (const off of turns) {
      if (off.name !== use.name || off.to !== 'off' || off.ended + delayOf(use.name) >= use.began) continue;
      // Turned on since, or perhaps.
      const on = turns.some(
        ({ name, to, began, ended, refused }) =>
          name === use.name && to === 'on' && !refused && ended > off.began && began < use.ended,
      );
      if (!on && !isWrittenAgain(use, off, writes)) faults.push(`${use.name} stopped it, and it was allowed`);
    }
  }
  return faults;
}

/** Milliseconds after which each instance decides by a published policy. */
const FOLLOWS = 30_000;

/** No answer is decided by a policy that another one had replaced for sure. */
export function versionFaults({ versions, decided }: History): string[] {
  const old = ({ hash, began }: History['decided'][number]) => {
    const mine = versions.find((one) => one.hash === hash);
    return versions.some((next) => next.ended + FOLLOWS < began && (mine ? mine.ended < next.began : true));
  };
  return decided.some(old) ? ['an answer was decided by a policy that was replaced'] : [];
}
