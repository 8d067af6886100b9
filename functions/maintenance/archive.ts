/**
 * Files of the archive. Before a record that holds one is destroyed, by the end of its retention or by two people, an office of
 * the archive appraises it: its task lists the fields and the kind of each, and no value. Until it approves, and until what is to
 * be handed over was released to it after its last write, the record stays, as under a legal hold.
 */

import type { EntryId } from '../../shared/ids.ts';
import { namesOf } from '../../shared/log/read/subject-names.ts';
import { recipientsOf } from '../../shared/log/read/walk.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Retention } from '../../shared/policy/pack/parts.ts';
import { inboxOfDepartment, readTask, taskId } from '../../shared/records/casework/tasks.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import type { StoredSheet } from '../../shared/records/subject/sheets.ts';
import { timesOf } from '../steps/approval-requests.ts';
import { logStore } from '../steps/log.ts';
import { openAndTell } from '../steps/open-task.ts';
import type { MaintenanceDeps } from './deps.ts';
import { instantIn } from './reseal.ts';
import { indexPosition, wholeLog } from './span.ts';

type Archive = NonNullable<Retention['archive']>;

/** A file: the owner, the field, and the instant of its last write. */
type File = readonly [owner: string, field: string, written: string];

/** A file that is to be kept is appraised again after so long. */
const AGAIN_MS = 365 * 86_400_000;

/**
 * Opens the appraisal if none is open. May be repeated.
 * @returns whether the record must stay
 */
export async function staysForArchive(
  deps: MaintenanceDeps,
  pack: Pack,
  item: KeyItem,
  sheets: Iterable<StoredSheet>,
): Promise<boolean> {
  const archive = pack.retention?.archive;
  if (!archive) return false;
  const files = filesIn(archive, item, sheets);
  if (files.length === 0) return false;
  const { task: kind, to } = archive;
  const inbox = inboxOfDepartment(to, item.county);
  const { tables, now } = deps;
  for (let before: EntryId | undefined; ; ) {
    const key = JSON.stringify([item.subject, files, before ?? null]);
    const known = await readTask(tables.tasks, taskId(kind, inbox, key));
    if (known?.done?.outcome === 'approved') return !(await isHandedOver(deps, archive, item, files));
    if (known?.done && now() - Date.parse(known.done.at) > AGAIN_MS) {
      before = known.done.entry;
      continue;
    }
    if (known) return true;
    await openAndTell(deps, {
      kind,
      inbox,
      about: item.logId,
      subject: item.subject,
      owners: [...new Set(files.map(([owner]) => owner))],
      key,
      details: {
        held: files.map(([owner, field, written]) => ({
          owner,
          field,
          written,
          label: { ...archive.kinds[archive.fields[field] ?? '']?.label },
        })),
      },
      ...timesOf(pack, kind, now()),
    });
    return true;
  }
}

function filesIn({ fields }: Archive, item: KeyItem, sheets: Iterable<StoredSheet>): File[] {
  return [...sheets]
    .flatMap((sheet) =>
      [...sheet.fields.keys()]
        .filter((field) => Object.hasOwn(fields, field))
        .map((field): File => [sheet.owner, field, instantIn(item, sheet, field)]),
    )
    .sort();
}

/** By the log: a release to the archive in clear, after the last write. */
async function isHandedOver(
  deps: MaintenanceDeps,
  { kinds, fields, purpose }: Archive,
  item: KeyItem,
  files: readonly File[],
): Promise<boolean> {
  const span = wholeLog(deps.now(), await indexPosition(deps));
  for (const [owner, field, written] of files) {
    if (!kinds[fields[field] ?? '']?.handedOver) continue;
    const given = await recipientsOf(logStore(deps), namesOf(item), span, [`${owner}/${field}`]);
    const isOver = given.some(
      (one) => one.purpose === purpose && one.last > written && one.fields[owner]?.[field]?.includes('plain'),
    );
    if (!isOver) return false;
  }
  return true;
}
