import type { SentRequest } from '../../../shared/contract/requests.ts';
import type { NewRequest } from '../../../shared/contract/routes/requests.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import type { DataEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { screen } from '../../../shared/policy/decide/screen.ts';
import type { Ask, Refusal, Screening, Withheld } from '../../../shared/policy/types.ts';
import { officerOf, wordsOf } from '../../session/actor.ts';
import type { Session } from '../../session/session.ts';
import { sentView } from '../../steps/approval-requests.ts';
import { fileRequest } from '../../steps/file-request.ts';
import { readNames } from '../../steps/find-subjects.ts';
import { currentFreezes, frozenRefusal } from '../../steps/freezes.ts';
import { heldBase, noteProhibited } from '../../steps/refusals.ts';
import { weighStated } from '../../steps/stated.ts';
import { type Act, beginAct, entryOf } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';

interface SubmittedRequest {
  request: SentRequest;
  /** Requested fields that no approval can release. */
  withheld: Record<string, Withheld>;
  /** Absent if the same request is already open. */
  receipt?: Receipt;
}

/**
 * Files a request with the owners. It is refused for the same reasons as a release, as far as they follow
 * from caller, purpose and request alone.
 * @throws Problem with a rule; INVALID_REQUEST if no field needs an approval; NO_OFFICER, NO_REASON
 */
export async function submitRequest(
  deps: CaseworkDeps,
  session: Session,
  request: NewRequest,
): Promise<SubmittedRequest> {
  const { context = {}, purpose, subjects: names, fields, text } = request;
  const { instrument, activity, basis, ...rest } = context;
  const words = wordsOf(session, { officer: rest.officer, reason: rest.reason, case: rest.case });
  const act = await beginAct(deps, session, words);
  const { pack, now } = act;
  const { route, fits } = pack.purposes.get(purpose) ?? {};
  if ((fits !== undefined) !== (text !== undefined))
    throw invalid('/text', fits ? commonTexts.textDigestRequired : caseworkTexts.textRequestOnly);
  const stated: Ask = {
    purpose,
    collection: pack.collection,
    subjects: names.length,
    request: '',
    ...words,
    ...defined({ route }),
    ...defined({ fields: fields && [...new Set(fields)] }),
    ...defined({ instrument, activity, basis, text }),
    ...officerOf(session),
    ...defined({ signed: session.evidence ? true : undefined }),
  };
  const ask = await weighStated(deps, { pack, session, ask: stated });
  const screening = await screened(act, ask);
  readNames(act, names);
  await session.replay.charge(names.length);
  const filed = await fileRequest({ deps, pack, session, ask, names, screening, now });
  if (!filed) {
    throw invalid('/fields', caseworkTexts.noApprovalNeeded);
  }
  const { record, receipt } = filed;
  return {
    request: sentView(pack, record, now),
    withheld: Object.fromEntries(fields ? screening.withheld : []),
    ...defined({ receipt }),
  };
}

/** @throws Problem with a rule, after logging it; a request for a prohibited use counts as an attempt at it */
export async function screened(act: Act, ask: Ask): Promise<Screening> {
  const { deps, pack, session, now } = act;
  const screening = screen(pack, session.caller, ask, now);
  const freezes = await currentFreezes(deps);
  const refusal = screening.ok
    ? frozenRefusal(pack, freezes, { ...ask, agency: session.caller.clientId })
    : screening;
  if (screening.ok && !refusal) return screening;
  const { code, rule, reason, alert } = refusal as Refusal;
  const owners = [...pack.departments.keys()].sort();
  const denial: DataEntry = {
    ...entryOf(act, { kind: 'denial', operation: 'provide', owners, outcome: 'refused', code, rule }),
    purpose: ask.purpose,
  };
  if (!alert) await deps.log.append([heldBase(session.caller.clientId, ask, denial, code)]);
  const said =
    alert && (await noteProhibited(deps, { ...denial, kind: 'prohibited' }, pack.grounds.frozen, now));
  throw new Problem(code, { rule, reason, ...said });
}
