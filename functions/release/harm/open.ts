/** Opens a report of harm for the body that received it, under the one purpose that may. */

import type * as v from 'valibot';
import type { OpenReport } from '../../../shared/contract/routes/harm-reports.ts';
import { DataKey } from '../../../shared/crypto/data-key.ts';
import { SealBroken } from '../../../shared/crypto/field-format.ts';
import { openField } from '../../../shared/crypto/open.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { asKeyId, asLogId, asSubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { unwrapDataKey } from '../../../shared/keys/unwrap.ts';
import { screen } from '../../../shared/policy/decide/screen.ts';
import type { HarmReports } from '../../../shared/policy/pack/casework.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import {
  type ReportedHarm,
  type Reporter,
  readReport,
  type SealedPart,
  type StoredReport,
} from '../../../shared/records/casework/harm-reports.ts';
import { evidenceWord, handlerOf, personOf, wordsOf } from '../../session/actor.ts';
import { requireAct } from '../../session/acts.ts';
import { currentPack } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { policyOf } from '../../steps/entry-base.ts';
import { currentFreezes, frozenBy, frozenClasses } from '../../steps/freezes.ts';
import { appendOne } from '../../steps/log.ts';
import type { ReleaseDeps } from '../deps.ts';

/**
 * The entry is durable before a key is unwrapped. Opening the reporter has a code of its own in the log.
 * @throws Problem NO_OFFICER, NO_REASON; what the purpose refuses before any look-up; a freeze; NOT_FOUND for a report of
 * another body or none
 */
export async function openReport(
  deps: ReleaseDeps,
  session: Session,
  id: string,
  { reporter, ...body }: v.InferOutput<typeof OpenReport>,
) {
  const pack = await currentPack(deps);
  const words = wordsOf(session, { case: body.case, officer: body.officer, reason: body.reason });
  personOf(session, words);
  const rules = pack.casework?.harm;
  if (!rules) throw new Problem('NOT_FOUND');
  const stored = await readReport(deps.tables.casework, id);
  requireAct(session, { addressee: stored !== null && isReceiver(session, stored) });
  await requirePurpose(deps, { pack, session, rules, reporter }, words);
  const { to, at, report: said, reporter: by } = stored as StoredReport;
  const receipt = await appendOne(deps.log, {
    kind: 'request',
    operation: 'use',
    handler: handlerOf(session),
    owners: [to],
    about: id,
    purpose: rules.purpose,
    collection: pack.collection,
    policy: policyOf(pack, rules.purpose),
    outcome: 'opened',
    code: reporter ? 'HARM_REPORTER_OPENED' : 'HARM_REPORT_OPENED',
    rule: rules.rule,
    keys: [said, ...(reporter ? [by] : [])].map(({ keyId }) => asKeyId(keyId)),
    words: { ...words, ...evidenceWord(session) },
  });
  const open = (part: SealedPart, name: string) =>
    openPart(deps, session, { pack, rules, part, name }, stored as StoredReport);
  const [opened, known, references] = await Promise.all([
    open(said, rules.classes.report),
    reporter ? open(by, rules.classes.reporter) : undefined,
    referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId),
  ]);
  const { subject, ...rest } = opened as ReportedHarm;
  const named =
    subject.id === undefined ? { match: subject.match } : { ref: references.toRef(asSubjectId(subject.id)) };
  const report = { id, at, subject: named, ...rest, ...defined({ reporter: known as Reporter | undefined }) };
  return { report, receipt };
}

interface Opening {
  pack: Pack;
  session: Session;
  rules: HarmReports;
  reporter: boolean;
}

/** Role, purpose and training, as for a release that asks for nothing. The report itself is the case. */
async function requirePurpose(
  deps: ReleaseDeps,
  { pack, session, rules, reporter }: Opening,
  words: { case?: string; officer?: string; reason?: string },
): Promise<void> {
  const { caller, grant } = session;
  const { purpose, classes } = rules;
  if (grant.purpose !== purpose) throw new Problem('PURPOSE_NOT_FOR_ROLE', { rule: rules.rule });
  const ask = {
    purpose,
    collection: pack.collection,
    subjects: 0,
    fields: [],
    cleared: true,
    authenticated: true,
  };
  const screened = screen(pack, caller, { ...ask, ...words, case: words.case ?? 'report' }, deps.now());
  if (!screened.ok) throw new Problem(screened.code, { rule: screened.rule, reason: screened.reason });
  const freezes = await currentFreezes(deps);
  const frozen = frozenClasses(freezes);
  const needed = reporter ? Object.values(classes) : [classes.report];
  const code =
    frozenBy(freezes, { agency: caller.clientId, officer: words.officer, purpose }) ??
    (needed.some((name) => frozen.includes(name)) ? 'CLASS_FROZEN' : null);
  if (code !== null) throw new Problem(code, { rule: pack.grounds.frozen });
}

function isReceiver({ caller }: Session, { to, county }: StoredReport): boolean {
  return (
    caller.departments.includes(to) && caller.areas.some((area) => area !== '' && county.startsWith(area))
  );
}

async function openPart(
  deps: ReleaseDeps,
  { caller }: Session,
  { pack, rules, part, name }: { pack: Pack; rules: HarmReports; part: SealedPart; name: string },
  { id, to, at }: StoredReport,
): Promise<unknown> {
  const classKey = deps.classKeys.get(name)?.[part.kms - 1];
  // Wrapped under a key version that this instance does not know.
  if (!classKey) throw new Problem('KMS_UNAVAILABLE');
  const kms = await deps.sessions.client(caller.clientId, rules.purpose);
  const place = { collection: pack.collection, subject: asSubjectId(id), owner: to, class: name };
  const keyId = asKeyId(part.keyId);
  const raw = await unwrapDataKey(kms, classKey, { ...place, keyId }, Buffer.from(part.wrapped, 'base64'));
  try {
    const use = { place, logId: asLogId(part.logId), keyId, version: 1, at };
    const key = DataKey.fromStored(use, raw, Buffer.from(part.commitment, 'base64'));
    return openField(key, name, Buffer.from(part.sealed, 'base64'));
  } catch (error) {
    if (error instanceof SealBroken) throw new Problem('INTEGRITY_FAULT', { cause: error });
    throw error;
  }
}
