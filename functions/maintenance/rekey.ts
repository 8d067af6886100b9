import { keyIdOf } from '../../shared/crypto/field-format.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import type { StoredSheet } from '../../shared/records/subject/sheets.ts';
import { pack } from '../steps/policy.ts';
import type { JobRun } from './jobs/jobs.ts';
import { resealSubject } from './reseal.ts';

const KEYS_A_CLASS = 4;

/** New data keys for everything that was sealed before the job began. @returns whether anything moved */
export function rekeySubject(run: JobRun, subject: string): Promise<boolean> {
  const began = new Date(run.job.started).toISOString();
  return resealSubject(run, subject, 'REKEY', (item, sheet) =>
    fieldsOf(sheet, run.job.class).filter((field) => {
      const key = item.keys.get(keyIdOf(sheet.fields.get(field) as Uint8Array));
      return key === undefined || key.at < began;
    }),
  );
}

/**
 * One data key for each class of a sheet that has many.
 * @param most data keys of a class in one sheet that are left alone
 * @returns whether anything moved
 */
export function compactSubject(run: JobRun, subject: string, most = KEYS_A_CLASS): Promise<boolean> {
  return resealSubject(run, subject, 'COMPACT', (_: KeyItem, sheet) => {
    const keys = new Map<string, Set<string>>();
    for (const [field, sealed] of sheet.fields) {
      const name = classOf(field);
      const manifest = sheet.manifests.get(name)?.keyId ?? '';
      keys.set(name, (keys.get(name) ?? new Set([manifest])).add(keyIdOf(sealed)));
    }
    return fieldsOf(sheet, run.job.class).filter((field) => (keys.get(classOf(field))?.size ?? 0) > most);
  });
}

function fieldsOf(sheet: StoredSheet, only: string | null): string[] {
  return [...sheet.fields.keys()].filter((field) => only === null || classOf(field) === only);
}

function classOf(field: string): string {
  return pack.fields.get(field)?.class ?? '';
}
