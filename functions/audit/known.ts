/** Filters that only a closed list knows: a mistyped one would match nothing, and an auditor would read that nothing happened. */

import { KINDS, OF_TASKS, OUTCOMES } from '../../shared/entry-kinds.ts';
import { invalid } from '../../shared/errors.ts';
import { readAgency } from '../../shared/identity/agencies/agencies.ts';
import type { ClientId } from '../../shared/ids.ts';
import type { Text } from '../../shared/language.ts';
import { auditTexts } from '../../shared/messages/audit.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { nearestOf } from '../../shared/nearest.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { GATEWAY } from '../session/actor.ts';
import type { AuditDeps } from './deps.ts';

export interface Names {
  kind?: readonly string[] | undefined;
  outcome?: readonly string[] | undefined;
  purpose?: readonly string[] | undefined;
  agency?: string | undefined;
  rule?: string | undefined;
  field?: string | undefined;
  owner?: string | undefined;
}

/** @throws Problem INVALID_REQUEST that names the nearest, and never the submitted one */
export async function requireKnown(
  deps: Pick<AuditDeps, 'tables'>,
  pack: Pack,
  { kind, outcome, purpose, agency, rule, field, owner }: Names,
): Promise<void> {
  const outcomes = kind?.includes('task') ? [...OUTCOMES, ...OF_TASKS] : OUTCOMES;
  for (const one of kind ?? []) requireOne('/kind', one, KINDS, auditTexts.noSuchKindNear);
  for (const one of outcome ?? []) requireOne('/outcome', one, outcomes, auditTexts.noSuchOutcomeNear);
  const purposes = [...pack.purposes.keys(), ...pack.prohibited.keys()];
  for (const one of purpose ?? []) requireOne('/purpose', one, purposes, commonTexts.noSuchPurposeNear);
  requireOne('/rule', rule, [...pack.rules.keys()], auditTexts.noSuchRuleNear);
  requireOne('/field', field, [...pack.fields.keys()], commonTexts.noSuchFieldNear);
  requireOne('/owner', owner, [...pack.departments.keys()], auditTexts.noSuchDepartmentNear);
  if (agency === undefined || agency === GATEWAY.agency) return;
  if (!(await readAgency(deps.tables.agencies, agency as ClientId)))
    throw invalid('/agency', auditTexts.noSuchAgency);
}

/** @param raised codes of the span; an alert that the policy in force no longer knows can be asked for while it is there */
export function requireAlertCode(pack: Pack, code: string | undefined, raised: readonly string[]): void {
  requireOne('/code', code, [...pack.alerts.keys(), ...raised], auditTexts.noSuchAlertNear);
}

/** @throws Problem INVALID_REQUEST that names the nearest */
export function requireRole(path: string, role: string, known: readonly string[]): void {
  requireOne(path, role, known, auditTexts.noSuchRoleNear);
}

function requireOne(
  path: string,
  name: string | undefined,
  known: readonly string[],
  words: (nearest: string | null) => Text,
): void {
  if (name !== undefined && !known.includes(name)) throw invalid(path, words(nearestOf(name, known)));
}
