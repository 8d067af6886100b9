/** A pack has a text for each reason of the engine that can occur under it. */

import { ENGINE_REASONS, type EngineReason } from '../../pack/reasons.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

type When = (pack: PackSource) => unknown;

const purposes = (pack: PackSource) => Object.values(pack.purposes);
const demands =
  (word: PackSource['purposes'][string]['demands'][number]): When =>
  (pack) =>
    purposes(pack).some((purpose) => purpose.demands.includes(word));
const asksConsent: When = ({ kinds }) => Object.values(kinds).some(({ needsConsent }) => needsConsent);
const limitsCases: When = (pack) => purposes(pack).some(({ matter }) => matter);
const hasCases: When = ({ casework }) => casework?.cases;
const waitsForApproval: When = (pack) =>
  pack.approvals || purposes(pack).some(({ approval }) => approval === 'four-eyes');
const ends: When = (pack) =>
  purposes(pack).some(({ activity, matter }) => activity || matter) || pack.programmes || hasCases(pack);
const hasTexts: When = (pack) => purposes(pack).some(({ fits }) => fits);

/** Those that do not occur under every pack. */
const ONLY: Partial<Record<EngineReason, When>> = {
  REASON_UNLISTED: (pack) => purposes(pack).some(({ reasons }) => reasons),
  BODY_UNLISTED: (pack) => purposes(pack).some(({ unlisted }) => unlisted),
  NO_IMMINENT_DANGER: (pack) => purposes(pack).some(({ kinds }) => kinds.some(({ attested }) => attested)),
  NO_CASE: demands('case'),
  NO_OFFICER: demands('officer'),
  NO_REASON: demands('reason'),
  NO_INSTRUMENT: demands('instrument'),
  NO_ACTIVITY: demands('activity'),
  NO_SIGNATURE: demands('signature'),
  VALIDITY_ENDED: ends,
  LIST_FULL: limitsCases,
  NO_APPROVAL: waitsForApproval,
  NO_SECOND_PERSON: waitsForApproval,
  NOT_APPROVED: waitsForApproval,
  REQUESTS_OPEN: ({ approvals }) => approvals,
  SECOND_OFFICER_REQUIRED: ({ approvals }) => approvals?.review,
  CASE_UNKNOWN: hasCases,
  CASE_WAITS: hasCases,
  CASE_CLOSED: hasCases,
  CASE_ENDED: hasCases,
  CASE_NOT_ASSIGNED: hasCases,
  CASE_OF_ANOTHER: hasCases,
  NO_STATUTORY_AUTHORITY: (pack) => purposes(pack).some(({ requires }) => requires?.length),
  HELP_ENDED: ({ retention }) => retention?.help,
  CONSENT_SCOPE: asksConsent,
  DISPUTED_FIELD: ({ casework }) => casework,
  COMPARE_NEEDED: ({ predicates }) => JSON.stringify(predicates).includes('"same":"compared"'),
  COMPARED_ENOUGH: ({ comparisons }) => comparisons,
  MISSED_ENOUGH: ({ misses }) => misses,
  STOPPED_ENOUGH: ({ stops }) => stops,
  BUDGET_SPENT: ({ volume }) => volume,
  INQUIRED_ENOUGH: ({ casework }) => casework,
  NOT_SUBJECT_OR_GUARDIAN: ({ casework }) => casework,
  OBJECTED_ENOUGH: ({ casework }) => casework,
  REPORTED_ENOUGH: ({ casework }) => casework?.harm,
  K_TOO_SMALL: (pack) => pack.cohorts || hasTexts(pack),
  TEXTS_TESTED: ({ stories }) => stories,
  TEXT_NOT_TESTED: hasTexts,
  NO_ENCRYPTION_KEY: ({ classes }) => Object.values(classes).some(({ restricted }) => restricted),
  NO_HYBRID_KEY: ({ classes }) => Object.values(classes).some(({ sealing }) => sealing),
  FIELD_NOT_STORED: ({ fields }) => Object.values(fields).some(({ virtual }) => virtual),
};

function example({ languages }: PackSource, sentence: string): string {
  const quoted = `"${sentence}"`;
  if (languages.length === 1) return quoted;
  return `{ ${languages.map((tag) => `${tag}: ${tag.startsWith('en') ? quoted : '…'}`).join(', ')} }`;
}

/** Every reason of the engine has a text. */
export function reasons(source: PackSource, _: Built, report: Report): void {
  for (const [code, sentence] of Object.entries(ENGINE_REASONS)) {
    const only = ONLY[code as EngineReason];
    if ((!only || only(source)) && !Object.hasOwn(source.reasons, code))
      report(
        ['reasons'],
        `the engine gives the reason ${code}: add \`${code}: ${example(source, sentence)}\``,
      );
  }
}
