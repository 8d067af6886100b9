import type { InquiryAnswer } from './release.ts';

type Use = InquiryAnswer['uses'][number];

/** Uses that differ in time alone are one row. @returns the newest first, as they came */
export function alike(uses: readonly Use[]): (Use & { times: string[] })[] {
  const rows = new Map<string, Use & { times: string[] }>();
  for (const use of uses) {
    const key = JSON.stringify([use.agency.id, use.purpose.code, use.fields]);
    const row = rows.get(key);
    if (row) row.times.push(use.time);
    else rows.set(key, { ...use, times: [use.time] });
  }
  return [...rows.values()];
}
