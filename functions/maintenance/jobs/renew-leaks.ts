import type { SubjectId } from '../../../shared/ids.ts';
import { type LeakToken, leakTokensOf, memberOf } from '../../../shared/keys/leak-tokens.ts';
import { addLeak, dropLeak, dropUnused } from '../../../shared/records/subject/leak-index.ts';
import { putSheet, querySheets } from '../../../shared/records/subject/sheets.ts';
import type { MaintenanceDeps } from '../deps.ts';

/**
 * Moves the tokens of the subject's sheets to the newest version of their key, each from the older token. A sheet
 * that is superseded meanwhile stays as an orphan, which a sweep removes.
 * @returns whether there was anything to do
 */
export async function renewLeaks(
  { kms, env, tables, now }: MaintenanceDeps,
  subject: SubjectId,
): Promise<boolean> {
  const tokens = leakTokensOf(kms, env.leakKey);
  let done = false;
  for (const sheet of await querySheets(tables.sheets, subject)) {
    const leaks = new Map<string, string[]>();
    const moves: { old: LeakToken; next: LeakToken }[] = [];
    const { hide, show } = await tokens.sheet(subject);
    const renewed = async (hidden: string) => {
      const old = show(hidden);
      const next = await tokens.renew(old);
      if (next.name !== old.name) moves.push({ old, next });
      return hide(next);
    };
    for (const [field, hidden] of sheet.leaks) leaks.set(field, await Promise.all(hidden.map(renewed)));
    if (moves.length === 0) continue;
    const member = (token: LeakToken) => ({ sealed: memberOf(token, subject), owner: sheet.owner });
    await Promise.all(moves.map(({ next }) => addLeak(tables.index, next.name, member(next))));
    await putSheet(tables.sheets, subject, { ...sheet, leaks }, now());
    await Promise.all(
      moves.map(async ({ old }) => {
        await dropLeak(tables.index, old.name, member(old));
        await dropUnused(tables.index, old.name);
      }),
    );
    done = true;
  }
  return done;
}
