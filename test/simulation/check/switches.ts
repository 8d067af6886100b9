/** Whether a use was allowed although what stops it was known to be in force. */
import type { History } from '../world/history.ts';

export function switchFaults({ turns, uses }: History): string[] {
  const faults: string[] = [];
  for (const use of uses) {
    if (!use.allowed) continue;
    for (const off of turns) {
      if (off.name !== use.name || off.to !== 'off' || off.ended >= use.began) continue;
      // Turned on since, or perhaps.
      const on = turns.some(
        ({ name, to, began, ended, refused }) =>
          name === use.name && to === 'on' && !refused && ended > off.began && began < use.ended,
      );
      if (!on) faults.push(`${use.name} stopped it, and it was allowed`);
    }
  }
  return faults;
}
