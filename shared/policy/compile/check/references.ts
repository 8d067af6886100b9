/** Every name in the YAML must be defined in it, and no field may have a sealed name. */

import * as v from 'valibot';
import { nearestOf } from '../../../nearest.ts';
import type { Named } from '../../schema/plain.ts';
import { type PackSource, packSchema, type Report } from '../../schema/schema.ts';
import type { Path } from '../../schema/source.ts';
import { DECIDING } from './approvals.ts';

export function references(source: PackSource, report: Report): void {
  const check = definedIn(report);
  const { objections, incidents } = source.casework ?? {};
  // A part that is missing defines nothing, which is said of the part.
  const { departments, obligations, reasons, inputs, stage, verdicts } = source;
  const tasks = source.tasks ?? {};
  const checks: Record<Named, ReturnType<typeof check>> = {
    rule: check(source.rules, 'rule'),
    field: check(source.fields, 'field'),
    'field path': check(source.fields, 'field'),
    department: check(departments, 'department'),
    addressee: check(departments && { ...departments, handler: true, owners: true }, 'department'),
    role: check(source.roles, 'role'),
    obligation: check(obligations, 'obligation'),
    'obligation or reason': check(
      obligations && reasons && { ...obligations, ...reasons },
      'obligation or reason',
    ),
    reason: check(reasons, 'reason'),
    kind: check(source.kinds, 'kind'),
    'kind of task': check(tasks, 'kind of task'),
    purpose: check(source.purposes, 'purpose'),
    'prohibited use': check(source.prohibited, 'prohibited use'),
    'lawful basis': check(source.lawfulBases ?? {}, 'lawful basis'),
    mask: check(source.masks, 'mask'),
    input: check(inputs && stage && { ...inputs, [stage.input]: true }, 'input'),
    verdict: check(verdicts && Object.fromEntries(verdicts.map(({ verdict }) => [verdict, true])), 'verdict'),
    class: check(source.classes, 'class'),
    generalisation: check(source.generalisations, 'generalisation'),
    list: check(source.lists ?? {}, 'list'),
    right: check(objections?.rights ?? {}, 'right'),
    grade: check(incidents?.grades ?? {}, 'grade'),
    dimension: check(source.cohorts?.dimensions ?? {}, 'dimension'),
    giver: check(source.givers, 'giver'),
    inquirer: check(inquirersOf(source), 'inquirer'),
  };
  for (const { names, name, path } of namesIn(packSchema, source, []))
    checks[names](path, names === 'field path' ? (name.split('.', 1)[0] ?? name) : name);
  for (const name of source.sealed)
    if (Object.hasOwn(source.fields, name))
      report(['fields', name], `"${name}" is sealed and can't be a field`);
  for (const [name, { hours }] of Object.entries(incidents?.operators ?? {}))
    for (const one of Object.keys(incidents?.grades ?? {}))
      if (!Object.hasOwn(hours, one))
        report(['casework', 'incidents', 'operators', name], `no hours for the grade "${one}"`);
  for (const [name, item] of Object.entries(source.fields))
    if (!item.virtual && (item.class === undefined || item.shape === undefined))
      report(['fields', name], 'a stored field needs a class and a shape: add `class: …` and `shape: …`');
  approvers(source, report);
}

/** The words for people who inquire. */
function inquirersOf({ casework }: PackSource): Record<string, true> {
  return Object.fromEntries((casework?.inquiries.who ?? []).map((one) => [one, true]));
}

/** Each department with fields has a role that decides for it, and who approves is one of the deciders. */
function approvers({ approvals, roles, fields, purposes }: PackSource, report: Report): void {
  if (!approvals) return;
  const { deciders, standIns, disputes } = approvals;
  const decide = new Set(deciders.flatMap((name) => roles[name]?.departments ?? []));
  const owned = new Set(Object.values(fields).flatMap(({ owners = [] }) => owners));
  for (const owner of [...owned].filter((one) => !decide.has(one)))
    report(['approvals', 'deciders'], `no role decides for ${owner}, which owns fields`, DECIDING);
  const others = Object.values(purposes).flatMap((one) => one.approvers ?? []);
  for (const name of [...standIns, ...others].filter((one) => !deciders.includes(one)))
    report(['approvals', 'deciders'], `"${name}" approves, and is none of the deciders`);
  for (const [one, superior] of Object.entries(disputes?.superiors ?? {}))
    if (one === superior)
      report(['approvals', 'disputes', 'superiors', one], `${one} can't be its own superior`);
}

/** The parts of a schema that hold others. A list of words has options too, and a variant the name of its member as its key. */
interface Parts {
  type: string;
  wrapped?: v.GenericSchema;
  entries?: Record<string, v.GenericSchema>;
  item?: v.GenericSchema;
  options: v.GenericSchema[];
  key: v.GenericSchema;
  value: v.GenericSchema;
}

/** The texts of a checked value that its schema says are names. */
function* namesIn(
  schema: v.GenericSchema,
  value: unknown,
  path: Path,
): Generator<{ names: Named; name: string; path: Path }> {
  if (value === undefined) return;
  const { type, wrapped, entries, item, options, key, value: inner } = schema as unknown as Parts;
  const { names } = v.getMetadata(schema) as { names?: Named };
  if (names && typeof value === 'string') yield { names, name: value, path };
  const isEither = type === 'union' || type === 'variant';
  const one = isEither ? options.find((option) => v.is(option, value)) : wrapped;
  if (one) yield* namesIn(one, value, path);
  if (item && Array.isArray(value))
    for (const [index, part] of value.entries()) yield* namesIn(item, part, [...path, index]);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const at = [...path, name];
    if (entries?.[name]) yield* namesIn(entries[name], member, at);
    if (type !== 'record') continue;
    yield* namesIn(key, name, at);
    yield* namesIn(inner, member, at);
  }
}

/** Whether a name is defined in the pack, and where to write it if it is not. */
type Check = (table: object | undefined, what: string) => (path: Path, name: string) => void;

/** Where a thing of each kind is written. */
const PLACES: Readonly<Record<string, string>> = {
  rule: 'rules',
  field: 'fields',
  department: 'departments',
  role: 'roles',
  obligation: 'obligations',
  kind: 'kinds',
  purpose: 'purposes/',
  mask: 'masks',
  reason: 'reasons',
  input: 'inputs',
  verdict: 'verdicts',
  'kind of task': 'tasks',
  class: 'classes',
  generalisation: 'generalisations',
  list: 'lists',
  right: 'rights',
  grade: 'grades',
  dimension: 'dimensions',
};

/** @returns a check that reports a name that is not in a table, at the first place that has it */
function definedIn(report: Report): Check {
  const missing = new Set<string>();
  return (table: object | undefined, what: string) => (path: Path, name: string) => {
    if (!table) return;
    // Said at the first of perhaps thirty places.
    if (Object.hasOwn(table, name) || missing.has(`${what} ${name}`)) return;
    missing.add(`${what} ${name}`);
    const nearest = nearestOf(name, Object.keys(table));
    const place = PLACES[what] ? `: add it to \`${PLACES[what]}\`` : '';
    const other = nearest === null ? '' : `${place ? ', or' : ':'} write "${nearest}"`;
    report(path, `there is no ${what} "${name}"${place}${other}`);
  };
}
