import type { SubjectId } from '../../../shared/ids.ts';
import { leakTokensOf } from '../../../shared/keys/leak-tokens.ts';
import { addLeak, dropLeak, dropUnused } from '../../../shared/records/subject/leak-index.ts';
import { putSheet, querySheets } from '../../../shared/records/subject/sheets.ts';
import type { MaintenanceDeps } from '../deps.ts';

/**
 * Moves the tokens of the subject's sheets to the newest version of the index key, each from the older token. A sheet
 * that is superseded meanwhile stays as an orphan, which a sweep removes.
 * @returns whether there was anything to do
 */
export async function renewLeaks(
  { kms, env, tables, now }: MaintenanceDeps,
  subject: SubjectId,
): Promise<boolean> {
  const tokens = await leakTokensOf(kms, env.indexKey);
  let done = false;
  for (const sheet of await querySheets(tables.sheets, subject)) {
    const leaks = new Map<string, string[]>();
    const moves = new Map<string, string>();
    for (const [field, hidden] of sheet.leaks) {
      const renewed = hidden.map((one) => {
        const token = tokens.show(subject, one);
        const next = tokens.renew(token);
        if (next !== token) moves.set(token, next);
        return tokens.hide(subject, next);
      });
      leaks.set(field, renewed);
    }
    if (moves.size === 0) continue;
    const member = (token: string) => ({ sealed: tokens.member(token, subject), owner: sheet.owner });
    await Promise.all([...moves.values()].map((next) => addLeak(tables.index, next, member(next))));
    await putSheet(tables.sheets, subject, { ...sheet, leaks }, now());
    await Promise.all(
      [...moves.keys()].map(async (old) => {
        await dropLeak(tables.index, old, member(old));
        await dropUnused(tables.index, old);
      }),
    );
    done = true;
  }
  return done;
}
