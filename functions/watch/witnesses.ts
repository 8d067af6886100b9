/** Whether enough of the operator's witnesses have seen the log lately. Nothing waits for them, so an officer is told. */
import type { TreeReader } from '../../shared/log/files/stores.ts';
import { sha256, verifyCosignature } from '../../shared/log/node-crypto.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Table } from '../../shared/store/table.ts';
import { judge } from '../../shared/tree/judge.ts';
import type { Verifier } from '../../shared/tree/note.ts';
import { parsePolicy } from '../../shared/tree/witness-policy.ts';
import { POLICY_PATH, WITNESSED_PATH } from '../../shared/witness/received.ts';
import { GATEWAY } from '../session/actor.ts';
import type { Alert } from './raise.ts';
import { forget, recall, remember } from './state.ts';

const CODE = 'WITNESSES_LATE';
/** Seconds: a round gives way after ten minutes, so that one without a quorum alone is no alert. */
const LATE = 15 * 60;
/** Since when no quorum has been seen whose own time could say it. */
const LACKING = { part: 'witnesses', item: 'lacking' };

interface Looking {
  tree: TreeReader;
  state: Table;
  now(): number;
  verifier(): Promise<Verifier>;
}

/** One alert for each time that they fall behind; none without a policy. @throws PolicyError, which stops no other alert */
export async function witnessesLate({ tree, state, now, verifier }: Looking, pack: Pack): Promise<Alert[]> {
  const text = await tree.read(POLICY_PATH);
  if (!text) return [];
  const policy = parsePolicy(sha256, Buffer.from(text).toString('utf8'));
  const log = await verifier();
  const note = await tree.read(WITNESSED_PATH);
  const how = { verify: verifyCosignature, now: now(), fresh: LATE };
  const { fault, since, by, without } = await judge(policy, log, note, how);
  const known = (await recall(state, LACKING))?.['since']?.N;
  if (!fault || fault === 'OLD') {
    if (known !== undefined) await forget(state, LACKING);
    if (!fault) return [];
  }
  const from = since ?? Number(known ?? Math.floor(now() / 1000));
  if (since === null && known === undefined) await remember(state, LACKING, { since: { N: String(from) } });
  if (now() / 1000 - from <= LATE) return [];
  const names = [by.map(({ name }) => name).join(', ') || 'nobody', without.join(', ') || 'nobody'];
  const at = new Date(from * 1000).toISOString();
  const finding = `${fault}: no quorum has seen the log since ${at}; the last one is by ${names[0]}, without ${names[1]}`;
  const rule = pack.alerts.get(CODE)?.rule ?? pack.grounds.frozen;
  const said = { kind: 'alert', handler: GATEWAY, outcome: 'raised', code: CODE, rule } as const;
  return [{ key: `${CODE} ${from}`, grave: true, entry: { ...said, words: { finding } } }];
}
