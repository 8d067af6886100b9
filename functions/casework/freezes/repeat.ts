import { isDeepStrictEqual } from 'node:util';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { readActDocument } from '../../../shared/records/casework/acts.ts';
import {
  FREEZE,
  type Freeze,
  readFreezes,
  readPersonFreezes,
} from '../../../shared/records/casework/casework.ts';
import type { Act } from '../act.ts';
import type { FreezeDocument, Target } from './view.ts';

/** Milliseconds in which a freeze that would last longer is a call that arrives again. */
const AGAIN = 60_000;

/**
 * @param until when it would end by itself
 * @returns the freeze in force of the same person and target that the call repeats, with its receipt; `null` for a new one, such
 * as one that lasts longer
 */
export async function repeated(
  { deps, session, person, now }: Act,
  target: Target,
  until: string | undefined,
): Promise<(FreezeDocument & { receipt: Receipt }) | null> {
  const { casework } = deps.tables;
  const listed: readonly (Omit<Freeze, 'target'> & { target: Target; until?: string })[] =
    target.kind === 'subject'
      ? await readPersonFreezes(casework, now)
      : (await readFreezes(casework)).freezes;
  const same = listed.filter(
    ({ by, at, target: of, until: ends }) =>
      by === session.caller.clientId &&
      (ends === until || Date.parse(at) > now - AGAIN) &&
      isDeepStrictEqual(of, target),
  );
  for (const { id } of same) {
    const known = await readActDocument<FreezeDocument>(casework, FREEZE, id);
    if (known?.receipt && known.state === 'in-force' && known.person === person)
      return { ...known, receipt: known.receipt };
  }
  return null;
}
