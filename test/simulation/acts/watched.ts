/** What the watch must notice: keys that are unwrapped behind the log's back. */
import { pack } from '../../../functions/session/policy.ts';
import { findByMatch } from '../../../functions/steps/find-subjects.ts';
import { readClassKeyVersions } from '../../../shared/env.ts';
import { asSubjectId } from '../../../shared/ids.ts';
import { unwrapDataKey } from '../../../shared/keys/unwrap.ts';
import { readKeyItem } from '../../../shared/records/subject/key-items.ts';
import type { Stage } from '../world/stage.ts';
import type { Act } from './acts.ts';

/** An intruder has the rights of maintenance, and not its code. Of this child nothing else is opened. */
async function intrude({ gateway, lonely, history }: Stage): Promise<void> {
  const keys = new Map(Object.entries(lonely.match));
  const found = await findByMatch({ deps: gateway, pack }, keys, 'mps-county');
  const item = found && (await readKeyItem(gateway.tables.keys, asSubjectId(found)));
  const [known] = item ? [...item.keys] : [];
  if (!item || !known) return;
  const [keyId, { class: name, owner, wrapped, kms }] = known;
  const place = { collection: item.collection, class: name, owner, subject: item.subject, keyId };
  const classKey = readClassKeyVersions(gateway.env.classKeys).get(name)?.[(kms ?? 1) - 1] ?? '';
  const from = gateway.trail.length;
  await unwrapDataKey(gateway.maintainer, classKey, place, wrapped);
  history.intrusions.push(...gateway.trail.slice(from).map(({ eventID }) => eventID));
}

export const WATCHED: Record<string, Act> = {
  intrude: { weight: 1, run: intrude },
};
