import { Problem } from '../../shared/errors.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import type { Refusal } from '../../shared/policy/types.ts';
import { type SentRequest, sentView } from '../steps/approval-requests.ts';
import { fileRequest } from '../steps/file-request.ts';
import { findSubjects } from '../steps/find-subjects.ts';
import { currentFreezes, frozenRefusal } from '../steps/freezes.ts';
import type { ReleaseCall } from './release-fields.ts';
import { refusalEntry } from './screen.ts';

/** What a release that needs an approval is answered in its place. */
export type FiledAnswer = SentRequest & { request: string; receipt?: Receipt };

/**
 * Where all is in place but an approval, and no request is named, files the request. Nobody's record is looked at but
 * for the county that it lies in.
 * @returns `null` where the release goes its ordinary way, be that to a refusal
 * @throws Problem as a release does
 */
export async function fileInstead(call: ReleaseCall): Promise<FiledAnswer | null> {
  const { deps, pack, session, ask, now } = call;
  if (!waitsForApproval(call)) return null;
  const screening = screen(pack, session.caller, { ...ask, request: '' }, now);
  if (!screening.ok) return null;
  const [freezes] = await Promise.all([currentFreezes(deps), session.replay.claim(ask.officer)]);
  const frozen = frozenRefusal(pack, freezes, { ...ask, agency: session.caller.clientId });
  if (frozen) await refuse(call, frozen);
  const found = await findSubjects(call, call.subjects);
  const subjects = found.map(({ subject }) => subject);
  const filing = { deps, pack, session, ask, names: call.subjects, subjects, screening, now };
  const filed = await fileRequest(filing);
  if (!filed) {
    const purpose = pack.purposes.get(ask.purpose);
    await refuse(call, { code: 'NO_APPROVAL', rule: purpose?.rule ?? '', reason: '' });
  }
  const { record, receipt } = filed as NonNullable<typeof filed>;
  return { request: record.id, ...sentView(record, now), ...(receipt && { receipt }) };
}

/** The purpose needs an approval as a whole, or a field does that the caller named. */
function waitsForApproval({ pack, session, ask, now }: ReleaseCall): boolean {
  if (ask.request !== undefined || !pack.approvals) return false;
  const screening = screen(pack, session.caller, ask, now);
  if (!screening.ok) return screening.code === 'NO_APPROVAL';
  return (ask.fields ?? []).some((field) => screening.withheld.get(field)?.code === 'NO_APPROVAL');
}

async function refuse(
  call: ReleaseCall,
  { code, rule, reason }: Omit<Refusal, 'ok' | 'alert'>,
): Promise<never> {
  await call.deps.log.append([refusalEntry(call, { code, rule })]);
  throw new Problem(code, { rule, reason });
}
