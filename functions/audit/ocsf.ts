/** Entries as OCSF events (class 6003 API Activity), for a SIEM. */
import type { StoredEntry } from '../../shared/log/read.ts';

const ACTIVITY = new Map([
  ['collect', 1],
  ['store', 1],
  ['use', 2],
  ['process', 3],
  ['transmit', 2],
  ['provide', 2],
  ['disclose', 2],
  ['delete', 4],
]);
const OTHER = 99;

/** @returns one event: who asked for what, with what outcome, under which rule; never a value. */
export function ocsfEvent({ id, entry, words, hash }: StoredEntry): object {
  const activity = ACTIVITY.get(entry?.operation ?? '') ?? OTHER;
  const alert = entry?.kind === 'alert' || entry?.kind === 'prohibited';
  const refused = entry?.outcome === 'refused';
  return {
    category_uid: 6,
    class_uid: 6003,
    activity_id: activity,
    type_uid: 600_300 + activity,
    time: entry ? Date.parse(entry.time) : 0,
    severity_id: alert ? 4 : refused ? 2 : 1,
    status_id: refused ? 2 : 1,
    ...(entry?.code !== undefined && { status_code: entry.code }),
    metadata: { version: '1.4.0', uid: id, product: { name: 'Fieldgate', vendor_name: 'Fieldgate' } },
    actor: {
      app_uid: entry?.handler?.agency ?? 'gateway',
      ...(words.officer !== undefined && { user: { name: words.officer, type_id: 1 } }),
    },
    api: { operation: entry?.operation ?? entry?.kind ?? 'damaged', service: { name: 'fieldgate' } },
    src_endpoint: { uid: entry?.handler?.agency ?? 'gateway' },
    unmapped: {
      ...{ kind: entry?.kind ?? 'damaged', leafHash: hash.toString('base64') },
      ...{ purpose: entry?.purpose, rule: entry?.rule, fields: entry?.fields, subject: entry?.subject },
    },
  };
}
