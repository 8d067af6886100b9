import { ACTIONS } from '../../../actions.ts';
import type { ConditionMap } from '../../schema/condition-schema.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

/** The parts that say who decides on a request. */
export const DECIDING = ['approvals', 'roles', 'fields'];

type PurposeSource = PackSource['purposes'][string];

/**
 * How `approval: case` or `role` of a purpose is met, if no case of the register is it. Each way rests on something that the
 * engine enforces. A pack without a register of cases leaves the approval to its offices.
 */
const WAYS: readonly ((source: PackSource, code: string, purpose: PurposeSource) => boolean)[] = [
  // A programme lists the bodies that may check, and a giver of each person consents to it or starts the check by a code.
  ({ programmes = {}, kinds: known }, code, { route, kinds }) =>
    route === 'verifications' &&
    kinds.every(({ kind }) => known[kind]?.needsConsent) &&
    Object.values(programmes).some(({ purpose }) => purpose === code),
  // Name and number of each kind of inquirer are compared with the record.
  ({ casework }, _, { route, requires = [] }) =>
    route === 'inquiries' &&
    casework !== undefined &&
    casework.inquiries.who.every((who) =>
      requires.some(({ inquirers, any = [] }) => inquirers?.includes(who) && any.every(comparesIdentity)),
    ),
  // The answer shows no person: counts, or whether a text that was found outside matches.
  (_, __, { route, cells }) =>
    route === 'leak-checks' ||
    (route === 'statistics' && Object.values(cells).every((cell) => /^(none|generalised count) /.test(cell))),
  // A standing caseload: the people of the caller's own institution; for a role without one those of its area, by officers whom
  // the office appoints.
  (_, __, { approval, area, route, who, requires = [] }) =>
    approval === 'role' &&
    route === undefined &&
    requires.some(({ any = [], exempt = [], appointed, kinds }) => {
      const confined =
        who.every((role) => !exempt.includes(role)) || (area !== 'any' && appointed !== undefined);
      return kinds === undefined && confined && any.length > 0 && any.every(isOfInstitution);
    }),
];

/** An approval that a purpose states and nothing enforces would be a word alone. */
export function approved(source: PackSource, _: Built, report: Report): void {
  if (source.casework?.cases === undefined) return;
  for (const [code, purpose] of Object.entries(source.purposes)) {
    if (purpose.approval !== 'case' && purpose.approval !== 'role') continue;
    if (purpose.case !== undefined || WAYS.some((meets) => meets(source, code, purpose))) continue;
    report(
      ['purposes', code, 'approval'],
      `nothing enforces the approval: set \`case: registered\`, or confine ${code} to a caseload`,
    );
  }
}

const sames = (conditions: ConditionMap) =>
  Object.values(conditions).map((condition) =>
    typeof condition === 'object' && 'same' in condition ? condition.same : null,
  );

function comparesIdentity(conditions: ConditionMap): boolean {
  return sames(conditions).every((same) => same === 'compared');
}

function isOfInstitution(conditions: ConditionMap): boolean {
  return sames(conditions).includes('institution');
}

/** What no agency is at once: names exist, no side meets the other, and each role stays one that some department may hold. */
export function apart(source: PackSource, _: Built, report: Report): void {
  const rows = source.apart ?? [];
  for (const [index, { one, other }] of rows.entries()) {
    const at = ['apart', index];
    for (const name of [...one, ...other]) {
      const known = Object.hasOwn(source.roles, name) || Object.hasOwn(source.departments, name);
      if (!known && !ACTIONS.has(name)) report(at, `"${name}" is no role, department or action`);
    }
    for (const name of one) if (other.includes(name)) report(at, `"${name}" stands on both sides`);
  }
  for (const [role, { departments }] of Object.entries(source.roles)) {
    const excluded = (code: string) => rows.some(({ one, other }) => meets(one, other, role, code));
    if (departments.length > 0 && departments.every(excluded))
      report(['apart'], `no department that may hold the role "${role}" is left to it`);
  }
}

function meets(one: readonly string[], other: readonly string[], a: string, b: string): boolean {
  return (one.includes(a) && other.includes(b)) || (one.includes(b) && other.includes(a));
}
