/** Failures in words that state what to do, and exit codes for scripts. */
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import { paint } from './table.ts';

/** Exit codes; `fieldgate help` lists them. */
export const EXIT = {
  ok: 0,
  /** The gateway refused or failed, for the whole request or for some records or people. */
  refused: 1,
  /** The command was used wrongly: an option, a file, a key. */
  usage: 2,
  /** The gateway cannot be reached. */
  unreachable: 3,
  /**
   * A release was sent and its answer was lost, so it may have been carried out. Check the log before
   * repeating it.
   */
  lost: 4,
} as const;

/** A mistake in the use of the command. */
export class UsageError extends Error {}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['UNREACHABLE', 'Is the gateway running? Start it with: npm start. Another address: --url <url>.'],
  ['ANSWER_LOST', 'Check the log before repeating it: fieldgate log --as <auditor> --agency <client id>.'],
  ['PURPOSE_NOT_FOR_ROLE', 'fieldgate whoami shows the purposes that are open to this agency.'],
  ['PURPOSE_UNKNOWN', 'fieldgate whoami shows the purposes that are open to this agency.'],
  ['PURPOSE_ROUTE', 'This purpose is not served by a release.'],
  ['ACTION_NOT_GRANTED', 'Another agency may do this: choose it with --as <client id>.'],
  [
    'ROLE_REQUIRED',
    'Another agency or person may do this: choose them with --as <client id>, for the log audit-office, and fieldgate login.',
  ],
  ['NO_CASE', 'Name the case: --case <number>.'],
  ['NO_OFFICER', 'Name the officer: --officer <name>.'],
  ['NO_REASON', 'Give a reason: --reason <text>.'],
  ['APPROVER_IS_REQUESTER', 'Another person has to do it: with --officer <name> of their own.'],
  ['NO_INSTRUMENT', 'Name the legal instrument: --instrument <number>.'],
  ['TOKEN_INVALID', 'Did you log in at an earlier start of the gateway? Run fieldgate login again.'],
  ['PROOF_INVALID', 'Do not use the proof; ask the operator of the gateway.'],
  ['NO_SIGNATURE', 'Sign the request: --signed.'],
  ['NO_ACTIVITY', 'Name the registered activity: --activity <number>.'],
  ['NO_IMMINENT_DANGER', 'If there is an imminent danger, attest it: --imminent-danger.'],
  [
    'SECOND_OFFICER_REQUIRED',
    'Log in, and name the login file of a colleague: --second-officer. Reviews of earlier accesses make room.',
  ],
  [
    'REASON_NEEDS_REVIEW',
    'A person of another department weighs it within five working days. Then ask again.',
  ],
  ['BODY_UNLISTED', 'Only designated bodies may ask for this. The attempt raised an alert.'],
  ['BATCH_LIMIT', 'Request fewer people at a time.'],
  [
    'CALENDAR_ENDED',
    'Waiting does not help. The operator publishes a policy with the next calendar: fieldgate policy publish.',
  ],
  ['NO_ENCRYPTION_KEY', 'The key file needs the agency’s private encryption key as "enc".'],
  ['PROHIBITED_PURPOSE', 'This use is prohibited for everyone. The attempt was logged and raised an alert.'],
]);

/** The meaning of the token endpoint's refusals for users of the command line. */
const OAUTH: ReadonlyMap<string, readonly [what: string, hint: string]> = new Map([
  [
    'invalid_authorization_details',
    [
      'The gateway gives this agency no token for that',
      'It lacks the action or the purpose. fieldgate whoami shows its rights (with --purpose <code> for one that only verifies).',
    ],
  ],
  [
    'invalid_client',
    [
      'The gateway does not know this agency with this key',
      'Is the key file from an earlier start, or from another gateway? The agency may also be suspended.',
    ],
  ],
]);

/** Writes the failure to standard error and returns the exit code. With `json` it is one JSON object. */
export function report(error: unknown, json: boolean): number {
  if (error instanceof FieldgateError) {
    process.stderr.write(json ? `${JSON.stringify({ error: asJson(error) })}\n` : inWords(error));
    if (error.code === 'UNREACHABLE') return EXIT.unreachable;
    return error.code === 'ANSWER_LOST' ? EXIT.lost : EXIT.refused;
  }
  const known = error instanceof UsageError || error instanceof TypeError;
  const message = known ? error.message : 'Unexpected failure. Please report it with the command used.';
  process.stderr.write(
    json ? `${JSON.stringify({ error: { code: 'USAGE', message } })}\n` : `${paint('red', '✗')} ${message}\n`,
  );
  if (!known && process.env['FIELDGATE_DEBUG']) console.error(error);
  return known ? EXIT.usage : EXIT.refused;
}

function inWords(error: FieldgateError): string {
  const code = error.rule ? `${error.code}, rule ${error.rule}` : error.code;
  const [what, oauthHint] = OAUTH.get(error.oauth ?? '') ?? [error.message];
  const lines = [`${paint('red', '✗')} ${what} ${paint('gray', `(${error.oauth ?? code})`)}`];
  if (error.reason && error.reason !== error.message) lines.push(`  ${error.reason}`);
  for (const { path, message } of error.errors.slice(0, 10)) lines.push(`  ${path || '/'}: ${message}`);
  if (error.acknowledged) {
    lines.push(
      `  ${error.acknowledged} records were stored before that. Run the same command again: it creates no duplicates.`,
    );
  }
  if (error.retryAfter !== undefined) lines.push(`  Try again in ${error.retryAfter} s.`);
  const hint = oauthHint ?? HINTS.get(error.code);
  if (hint) lines.push(`  ${hint}`);
  if (error.requestId) lines.push(paint('gray', `  request ${error.requestId}`));
  return `${lines.join('\n')}\n`;
}

export function asJson(error: FieldgateError): Record<string, unknown> {
  const { code, status, rule, reason, requestId, oauth, retryAfter, acknowledged, message } = error;
  const errors = error.errors.length > 0 ? error.errors : undefined;
  return { code, message, status, rule, reason, oauth, requestId, retryAfter, acknowledged, errors };
}
