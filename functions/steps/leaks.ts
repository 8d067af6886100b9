/** The tokens of a sheet: claimed before its head moves, and dropped with the sheet. */

import type { SubjectId } from '../../shared/ids.ts';
import { leakTokensOf, memberOf } from '../../shared/keys/leak-tokens.ts';
import { formsOf } from '../../shared/policy/check/leak-forms.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Json } from '../../shared/policy/types.ts';
import { addLeak, dropLeak, dropUnused } from '../../shared/records/subject/leak-index.ts';
import type { SheetLeaks } from '../../shared/records/subject/sheets.ts';
import type { Deps } from '../deps.ts';

type LeakDeps = Pick<Deps<'leakKey' | 'indexTable'>, 'kms' | 'env' | 'tables'>;

/** @param fields as written; the tokens of other fields stay */
export async function leaksAfter(
  { kms, env }: Pick<Deps<'leakKey'>, 'kms' | 'env'>,
  pack: Pack,
  subject: SubjectId,
  before: SheetLeaks,
  fields: ReadonlyMap<string, Json>,
): Promise<SheetLeaks> {
  const after = new Map(before);
  for (const field of fields.keys()) after.delete(field);
  const forms = [...fields].map(([field, value]) => [field, formsOf(pack, field, value)] as const);
  const some = forms.filter(([, found]) => found.length > 0);
  if (some.length === 0) return after;
  const tokens = leakTokensOf(kms, env.leakKey);
  const sheet = tokens.sheet(subject, true);
  const hidden = async ({ kind, form }: (typeof forms)[number][1][number]) => {
    const [[newest], { hide }] = await Promise.all([tokens.of(pack.collection, kind, form), sheet]);
    return hide(newest);
  };
  const all = await Promise.all(some.map(([, found]) => Promise.all(found.map(hidden))));
  for (const [i, [field]] of some.entries()) after.set(field, [...new Set(all[i])]);
  return after;
}

/** Whose sheet. */
interface LeakPlace {
  subject: SubjectId;
  owner: string;
}

/** One update for each token of `to` that `from` does not have, all in parallel. */
export async function claimLeaks(
  deps: LeakDeps,
  place: LeakPlace,
  from: SheetLeaks | undefined,
  to: SheetLeaks,
): Promise<void> {
  await forEach(deps, place, missing(to, from), (token, member) => addLeak(deps.tables.index, token, member));
}

/**
 * Removes the tokens of `from` that `to` does not have.
 * @param prune also removes those under which no person is left, which takes a further call
 */
export async function dropLeaks(
  deps: LeakDeps,
  place: LeakPlace,
  from: SheetLeaks | undefined,
  to?: SheetLeaks,
  prune = false,
): Promise<void> {
  const { index } = deps.tables;
  await forEach(deps, place, missing(from, to), async (token, member) => {
    await dropLeak(index, token, member);
    if (prune) await dropUnused(index, token);
  });
}

function missing(all: SheetLeaks | undefined, known: SheetLeaks | undefined): string[] {
  const held = new Set([...(known?.values() ?? [])].flat());
  return [...new Set([...(all?.values() ?? [])].flat())].filter((hidden) => !held.has(hidden));
}

async function forEach(
  { kms, env }: LeakDeps,
  { subject, owner }: LeakPlace,
  hidden: readonly string[],
  act: (token: string, member: { sealed: string; owner: string }) => Promise<unknown>,
): Promise<void> {
  if (hidden.length === 0) return;
  const { show } = await leakTokensOf(kms, env.leakKey).sheet(subject);
  const tokens = hidden.map(show);
  await Promise.all(tokens.map((one) => act(one.name, { sealed: memberOf(one, subject), owner })));
}
