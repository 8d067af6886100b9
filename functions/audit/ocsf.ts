/**
 * Entries as OCSF 1.4 events, for a SIEM: alerts as Detection Finding (2004), all others as API Activity (6003).
 * Both hold the attributes that their class requires.
 */
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
export function ocsfEvent(stored: StoredEntry): object {
  return stored.entry?.kind === 'alert' ? finding(stored) : activity(stored);
}

function activity(stored: StoredEntry): object {
  const { entry, words } = stored;
  const activity = ACTIVITY.get(entry?.operation ?? '') ?? OTHER;
  const refused = entry?.outcome === 'refused';
  const severity = entry?.kind === 'prohibited' || !entry ? HIGH : refused ? LOW : INFORMATIONAL;
  return {
    category_uid: 6,
    class_uid: 6003,
    activity_id: activity,
    type_uid: 600_300 + activity,
    ...(activity === OTHER && { activity_name: entry?.kind ?? 'damaged' }),
    severity_id: severity,
    status_id: refused ? 2 : 1,
    ...common(stored),
    actor: {
      app_uid: agencyOf(stored),
      ...(words.officer !== undefined && { user: { name: words.officer, type_id: 1 } }),
    },
    api: { operation: entry?.operation ?? entry?.kind ?? 'damaged', service: { name: 'fieldgate' } },
    src_endpoint: { uid: agencyOf(stored) },
  };
}

/** An alert; what it is about is the entry that its `related_events` names. */
function finding(stored: StoredEntry): object {
  const { id, entry, words } = stored;
  const code = entry?.code ?? 'ALERT';
  return {
    category_uid: 2,
    class_uid: 2004,
    activity_id: 1,
    type_uid: 200_401,
    severity_id: HIGH,
    status_id: 1,
    ...common(stored),
    finding_info: {
      uid: id,
      title: code,
      types: [code],
      ...(words.finding !== undefined && { desc: words.finding }),
      ...(entry?.about !== undefined && { related_events: [{ uid: entry.about, type_uid: 600_302 }] }),
    },
    message: code,
  };
}

const INFORMATIONAL = 1;
const LOW = 2;
const HIGH = 4;

function common({ id, entry, hash }: StoredEntry): object {
  return {
    time: entry ? Date.parse(entry.time) : 0,
    ...(entry?.code !== undefined && { status_code: entry.code }),
    metadata: {
      version: '1.4.0',
      uid: id,
      product: { name: 'Fieldgate', vendor_name: 'Fieldgate' },
      log_name: 'decryption',
    },
    unmapped: {
      ...{
        kind: entry?.kind ?? 'damaged',
        leafHash: hash.toString('base64'),
        agency: entry?.handler?.agency,
      },
      ...{ purpose: entry?.purpose, rule: entry?.rule, fields: entry?.fields, subject: entry?.subject },
    },
  };
}

function agencyOf({ entry }: StoredEntry): string {
  return entry?.handler?.agency ?? 'gateway';
}
