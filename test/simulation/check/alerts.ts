/** What the gateway's own watch found out: KMS's record and the log must agree after every run. */

import { GATEWAY } from '../../../functions/session/actor.ts';
import { logStore } from '../../../functions/steps/log.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import { callers } from '../../support/gateway.ts';
import { clock, wholeRun } from '../engine/clock.ts';
import type { Stage } from '../world/stage.ts';

/**
 * Alerts of a broken promise; others are about the acts, such as many refusals. ENTRY_WITHOUT_UNWRAP is none of them:
 * an act that died or failed after its entry opened nothing.
 */
const BROKEN = new Set(['CHAIN_FAULT', 'UNWRAP_WITHOUT_ENTRY', 'UNWRAP_DIFFERS', 'FOREIGN_PRINCIPAL']);

interface Alert {
  code?: string;
  about?: string;
  words?: { finding?: string };
}

export async function alertFaults(stage: Stage): Promise<string[]> {
  const { gateway } = stage;
  const { intrusions } = stage.history;
  const caller = callers({ ...gateway }, () => clock.now);
  const { entries = [] } = await caller.audit('/v1/log/entries?kind=alert&limit=200');
  const isIntrusion = ({ words }: Alert) => intrusions.some((event) => words?.finding?.includes(event));
  const broken = (entries as Alert[]).filter((one) => BROKEN.has(one.code ?? '') && !isIntrusion(one));
  // An unwrap within a minute of an erasure may be of an entry that the erasure forgot: see SECURITY.md.
  const erased = stage.history.turns.some(({ name }) => name.startsWith('erase '));
  const missed = (erased ? [] : intrusions).filter(
    (event) =>
      !(entries as Alert[]).some(
        ({ code, words }) => code === 'UNWRAP_WITHOUT_ENTRY' && words?.finding?.includes(event),
      ),
  );
  return [
    ...broken.map(({ code, about, words }) => `alert ${code}: ${about ?? ''} ${words?.finding ?? ''}`),
    ...missed.map(() => 'a key was unwrapped behind the log, and no alert says so'),
    ...(await unnoticed(stage, entries)),
  ];
}

/** Milliseconds by which the order of the tree may differ from that of time. */
const ORDER = 15_000;

/** The first use of a purpose by an officer raises an alert, which names an entry of about then. */
async function unnoticed({ gateway }: Stage, alerts: readonly Alert[]): Promise<string[]> {
  const named = alerts.filter(({ code }) => code === 'FIRST_PURPOSE').map(({ about }) => about);
  const uses = new Map<string, { id: string; at: number }[]>();
  for await (const { id, entry, words } of walkEntries(logStore(gateway), wholeRun(), {})) {
    if (entry?.kind !== 'decision' || entry.purpose === undefined || entry.handler?.agency === GATEWAY.agency)
      continue;
    const use = JSON.stringify([entry.handler?.agency, words.officer, entry.purpose]);
    uses.set(use, [...(uses.get(use) ?? []), { id, at: Date.parse(entry.time) }]);
  }
  const missed = [...uses.values()].filter((some) => {
    const first = Math.min(...some.map(({ at }) => at));
    return !some.some(({ id, at }) => at <= first + ORDER && named.includes(id));
  });
  return missed.map(() => 'an officer used a purpose first, and no alert says so');
}
