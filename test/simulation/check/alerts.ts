/** What the gateway's own watch found out: KMS's record and the log must agree after every run. */
import { decoySubject } from '../../../functions/steps/holding.ts';
import { callers } from '../../support/gateway.ts';
import { clock } from '../engine/clock.ts';
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

export async function alertFaults({ gateway }: Stage): Promise<string[]> {
  const caller = callers({ ...gateway }, () => clock.now);
  const { entries = [] } = await caller.audit('/v1/log/entries?kind=alert&limit=200');
  const decoy = await decoySubject(gateway, 'children');
  const ofDecoy = gateway.trail.filter(({ requestParameters }) =>
    JSON.stringify(requestParameters?.['encryptionContext'] ?? '').includes(decoy),
  );
  // Its attempt names another person, so that the watch can't tell whose it is if no decision follows. A process that
  // dies while it refuses therefore raises an alert, although it opened no record of a person.
  const isDeathAtRefusal = ({ code, words }: Alert) =>
    code === 'UNWRAP_WITHOUT_ENTRY' && ofDecoy.some(({ eventID }) => words?.finding?.includes(eventID));
  const broken = (entries as Alert[]).filter((one) => BROKEN.has(one.code ?? '') && !isDeathAtRefusal(one));
  return broken.map(({ code, about, words }) => `alert ${code}: ${about ?? ''} ${words?.finding ?? ''}`);
}
