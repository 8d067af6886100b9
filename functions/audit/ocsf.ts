/**
 * Entries as OCSF 1.4 events for a SIEM. Alerts, including sealed ones, become Detection Finding (2004); all other
 * entries become API Activity (6003). Both have the attributes that their class requires.
 */

import { defined } from '../../shared/defined.ts';
import type { StoredEntry } from '../../shared/log/read/read.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { sealedIn } from './views.ts';

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

/**
 * @param isOver whether it is the end of an alert
 * @returns one event with caller, operation, outcome and rule; never a value of a field.
 */
export function ocsfEvent({ alerts }: Pick<Pack, 'alerts'>, stored: StoredEntry, isOver = false): object {
  const detection = detectionIn(stored);
  if (!detection) return activity(stored);
  const severities = detection.codes.map((code) => SEVERITY[alerts.get(code)?.severity ?? 'high']);
  return finding(stored, detection, Math.max(...severities), isOver);
}

/** Content of an alert, or of the words of a `watch` entry. */
interface Detection {
  codes: string[];
  /** Ids of the entries that the alert is about. */
  about: string[];
}

function detectionIn({ entry, words }: StoredEntry): Detection | null {
  if (entry?.kind === 'alert') {
    const about = entry.about === undefined ? [] : [entry.about];
    return { codes: [entry.code ?? 'ALERT'], about };
  }
  const sealed = entry?.kind === 'watch' ? sealedIn(words.finding) : [];
  if (sealed.length === 0) return null;
  return {
    codes: [...new Set(sealed.map(({ code }) => code))],
    about: sealed.flatMap(({ entries }) => entries),
  };
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
    ...defined({ activity_name: activity === OTHER ? (entry?.kind ?? 'damaged') : undefined }),
    severity_id: severity,
    status_id: refused ? 2 : 1,
    ...common(stored),
    actor: {
      app_uid: agencyOf(stored),
      ...defined({ user: words.officer === undefined ? undefined : { name: words.officer, type_id: 1 } }),
    },
    api: { operation: entry?.operation ?? entry?.kind ?? 'damaged', service: { name: 'fieldgate' } },
    src_endpoint: { uid: agencyOf(stored) },
  };
}

/** `related_events` names the entries that the finding is about. */
function finding(
  stored: StoredEntry,
  { codes, about }: Detection,
  severity: number,
  isOver: boolean,
): object {
  const { id, words } = stored;
  const title = codes.join(', ');
  return {
    category_uid: 2,
    class_uid: 2004,
    // Created, or closed and resolved.
    ...(isOver ? { activity_id: 3, type_uid: 200_403 } : { activity_id: 1, type_uid: 200_401 }),
    severity_id: severity,
    status_id: isOver ? 4 : 1,
    is_alert: !isOver,
    ...common(stored),
    finding_info: {
      uid: id,
      title,
      types: codes,
      ...defined({ desc: words.finding }),
      ...(about.length > 0 && { related_events: about.map((uid) => ({ uid, type_uid: 600_302 })) }),
    },
    message: title,
  };
}

const INFORMATIONAL = 1;
const LOW = 2;
const HIGH = 4;
/** Severities of the pack as those of OCSF. */
const SEVERITY = { low: LOW, medium: 3, high: HIGH };

function common({ id, entry, hash }: StoredEntry): object {
  return {
    time: entry ? Date.parse(entry.time) : 0,
    ...defined({ status_code: entry?.code }),
    metadata: {
      version: '1.4.0',
      uid: id,
      product: { name: 'Fieldgate', vendor_name: 'Fieldgate' },
      log_name: 'decryption',
    },
    unmapped: {
      kind: entry?.kind ?? 'damaged',
      leafHash: hash.toString('base64'),
      agency: entry?.handler?.agency,
      purpose: entry?.purpose,
      rule: entry?.rule,
      fields: entry?.fields,
      subject: entry?.subject,
    },
  };
}

function agencyOf({ entry }: StoredEntry): string {
  return entry?.handler?.agency ?? 'gateway';
}
