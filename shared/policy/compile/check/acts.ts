/** Rules for rows of `acts` that the compiler enforces. */

import { ACT_NAMES, ACTS, type ActName, actDef } from '../../../acts.ts';
import { fieldsOfResponsible, fieldsThatPlace, isInstitution } from '../../decide/speaks.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Path } from '../../schema/source.ts';
import type { Built } from '../build/build.ts';

type Row = PackSource['acts'][string];
type Way = Row['who'][number];

/** Exactly one row for each act of the engine, and each open to some caller. */
export function acts(source: PackSource, _: Built, report: Report): void {
  for (const name of ACT_NAMES) {
    if (!Object.hasOwn(source.acts, name))
      report(['acts'], `the act "${name}" has no row: add \`${name}: { rule: …, who: [{ actions: … }] }\``);
  }
  for (const [name, row] of Object.entries(source.acts)) {
    if (!Object.hasOwn(ACTS, name)) report(['acts', name], `there is no act "${name}"`);
    else checkRow(source, name as ActName, row, report);
  }
  filers(source, report);
  places(source, report);
}

const isConfined = ({ purposes }: PackSource, role: string) => isInstitution(Object.values(purposes), role);

/** An office that writes where a person is placed, or who decides for the person, must speak for a department. */
function places(source: PackSource, report: Report): void {
  const deciders = source.approvals?.deciders;
  for (const role of deciders?.filter((one) => isConfined(source, one)) ?? [])
    report(['approvals', 'deciders'], `"${role}" is an institution, and decides for no department`);
  const deciding = Object.entries(source.roles).filter(
    ([role]) => !isConfined(source, role) && (deciders?.includes(role) ?? true),
  );
  const placing = [...fieldsThatPlace(Object.values(source.purposes))];
  const responsible = fieldsOfResponsible(source.evidence);
  for (const field of new Set([...placing, ...responsible])) {
    for (const owner of source.fields[field]?.owners ?? []) {
      if (deciding.some(([, { departments }]) => departments.includes(owner))) continue;
      report(
        ['fields', field, 'owners'],
        placing.includes(field)
          ? `the record places people by this field, and only institutions of "${owner}" could write it: add a role of it to \`deciders\``
          : `the record says by this field who decides for people, and only institutions of "${owner}" could write it: add a role of it to \`deciders\``,
      );
    }
  }
}

function checkRow(source: PackSource, name: ActName, row: Row, report: Report): void {
  const { proves, of: kinds, open, finds, stops, task, fresh } = actDef(name);
  const at = ['acts', name];
  for (const [index, way] of row.who.entries()) {
    const path = [...at, 'who', index];
    for (const relation of way.needs ?? []) {
      if (!(proves as readonly string[]).includes(relation))
        report(path, `no caller can prove to be "${relation}" for this act`);
    }
    for (const kind of way.of ?? []) {
      if (!kinds?.includes(kind)) report(path, `this act is about no "${kind}"`);
    }
    const fault = unmeetable(source, way);
    if (fault) report(path, fault);
    // What stops something for a person whom a number names reaches that person, also if it proves no area.
    if (proves.includes('area') || (finds && stops)) reaching(source, way, path, report);
    else if (proves.length > 0 || stops || OF_ALL.has(name)) meddling(source, way, path, report);
    if (open && Object.keys(way).length > 0)
      report(path, "this act is served without a token, so it can't require anything");
  }
  if (finds && source.misses && !row.limits?.includes('misses'))
    report([...at, 'limits'], 'this act looks people up: its misses must be limited');
  if (stops && source.stops && !row.limits?.includes('stops'))
    report([...at, 'limits'], 'this act stops something: limit it by `stops`');
  for (const kind of kinds ?? []) {
    if (!row.who.some(({ of }) => !of || of.includes(kind)))
      report(at, `no caller may do this about a "${kind}"`);
  }
  if (task !== undefined && source.casework && row.task === undefined)
    report(at, `this act opens a task, for ${task}: add \`task: <a kind of tasks.yaml>\``);
  if (task === undefined && row.task !== undefined) report([...at, 'task'], 'this act opens no task');
  if (row.fresh !== undefined && row.fresh !== 'always' && row.fresh !== fresh)
    report([...at, 'fresh'], `a recent login for this act can't depend on "${row.fresh}"`);
  if (open && row.fresh !== undefined) report([...at, 'fresh'], 'an act without a token has no login');
  if (open && (row.person ?? 'none') !== 'none') report(at, "an act without a token can't require a person");
  if (row.second && row.person !== 'authenticated')
    report(
      at,
      'two people are two who have logged in, not names that an office gives: add `person: authenticated`',
    );
  if (row.second?.by === 'other-line' && !hasTwoLines(source, row))
    report(at, 'a second person of another line is required, but only one line may act');
  if (row.waits !== undefined && !row.second) report(at, 'an act with a waiting time needs two people');
}

/** The reason why no agency could ever meet this way, or `null`. */
function unmeetable(source: PackSource, { roles, departments, needs = [] }: Way): string | null {
  const lines = linesOf(source, roles);
  if (departments && lines !== null && !departments.some((code) => lines.includes(code)))
    return 'none of these roles is of one of these departments';
  const inside = needs.find((name) => INSIDE.has(name));
  if (inside !== undefined && lines?.length === 0 && !departments)
    return `"${inside}" needs a department, and these roles have none`;
  const both = needs.includes('self') && needs.includes('other');
  return both ? "an agency can't be both itself and another one" : null;
}

/**
 * Every office of an area has an action, and its institutions and desks have the code of their department: neither ties an
 * office to a person. An institution is tied to those alone whom the record places in it, with every role.
 */
function reaching(source: PackSource, way: Way, path: Path, report: Report): void {
  if (isTied(way)) return;
  if (!way.roles)
    report(
      path,
      'any office of the area reaches a person here: add `speaks`, `placed` or the roles that may',
    );
  for (const role of way.roles ?? []) {
    if (isConfined(source, role))
      report(path, `"${role}" is an institution, and reaches everyone of the area here: add "placed"`);
    else if (isOutside(source, role))
      report(
        path,
        `"${role}" is of no department, and reaches everyone of the area here: add \`needs: [<a relation>]\``,
      );
  }
}

/** The same about what other offices have: their registrations, requests, cases, holds, and the log of all. */
function meddling(source: PackSource, way: Way, path: Path, report: Report): void {
  if (isTied(way)) return;
  if (!way.roles)
    report(
      path,
      'any office reaches what is of other offices here: add `needs: [<a relation>]` or the `roles` that may',
    );
  for (const role of way.roles ?? []) {
    if (isConfined(source, role) || isOutside(source, role))
      report(
        path,
        `"${role}" speaks for no department, and reaches what is of other offices here: add \`needs: [<a relation>]\``,
      );
  }
}

/** Whether only an office that watches over all may go this way, or one with a relation of its own. */
function isTied({ actions = [], needs = [] }: Way): boolean {
  if (!needs.every((name) => LOOSE.has(name))) return true;
  return actions.length > 0 && actions.every((action) => OVERSIGHT.has(action));
}

/** Acts that are about everyone, so that no relation to a thing limits them. */
const OF_ALL: ReadonlySet<ActName> = new Set([
  'policy.publish',
  'agency.read',
  'keys.maintain',
  'keys.replay',
  'job.read',
  'log.read',
  'log.review',
  'log.reconcile',
  'log.revoke',
  'alert.read',
  'alert.acknowledge',
  'decoy.read',
]);

/** Actions that two stewards give to bodies that watch over all offices. */
const OVERSIGHT: ReadonlySet<string> = new Set(['steward', 'audit']);

/** What every office of an area has to every person. */
const LOOSE: ReadonlySet<string> = new Set(['department', 'area', 'other', 'other-line']);

/** Relations that only departments can have. */
const INSIDE: ReadonlySet<string> = new Set(['department', 'speaks', 'owner', 'holder', 'decider']);

/** The departments of these roles; `null` if the way names no roles and is open to every department. */
function linesOf(source: PackSource, roles: readonly string[] | undefined): string[] | null {
  if (!roles) return null;
  return [...new Set(roles.flatMap((role) => source.roles[role]?.departments ?? []))];
}

/** An office outside the departments is a line of its own. */
function hasTwoLines(source: PackSource, { who }: Row): boolean {
  const lines = new Set<string>();
  for (const { roles, departments } of who) {
    const held = departments ?? linesOf(source, roles);
    if (held === null) return true;
    for (const code of held) lines.add(code);
    for (const role of roles ?? []) {
      if (source.roles[role]?.departments.length === 0) lines.add(role);
    }
  }
  return lines.size > 1;
}

/** A purpose on consent needs some caller who may file that consent. */
function filers(source: PackSource, report: Report): void {
  const ways = Object.hasOwn(source.acts, 'consent.file') ? (source.acts['consent.file']?.who ?? []) : [];
  for (const [code, { kinds, who }] of Object.entries(source.purposes)) {
    const asks = kinds.some(({ kind }) => source.kinds[kind]?.needsConsent);
    const mayFile = ({ purposes, needs = [] }: Way) =>
      (!purposes || purposes.includes(code)) &&
      (!needs.includes('recipient') ||
        !needs.includes('department') ||
        who.some((role) => isInside(source, role)));
    if (asks && !ways.some(mayFile))
      report(
        ['purposes', code],
        `${code} needs a consent that no caller may file: add a way to \`consent.file\``,
      );
    // What its recipient files counts once another office has seen the giver.
    else if (
      asks &&
      !source.casework &&
      ways.filter(mayFile).every(({ needs }) => needs?.includes('recipient'))
    )
      report(
        ['purposes', code],
        `only the recipient files consents to ${code}: add \`casework.consents\`, who confirms them`,
      );
  }
}

/** A body of no department that a purpose serves. An office that watches over all others is of none, either, and no purpose serves it. */
function isOutside(source: PackSource, role: string): boolean {
  return !isInside(source, role) && Object.values(source.purposes).some(({ who }) => who.includes(role));
}

function isInside(source: PackSource, role: string): boolean {
  return (source.roles[role]?.departments.length ?? 0) > 0;
}
