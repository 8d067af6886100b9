/** Rules that hold for every pack and publisher. Each has a test that breaks it. */

import { decideConsent, releases } from '../../decide/consent.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Cell } from '../../types.ts';
import { factsOf } from '../../value/conditions.ts';
import { type Built, opensFrom } from '../build/build.ts';
import { acts } from './acts.ts';
import { apart, approved, DECIDING } from './approvals.ts';
import { misses, silence, stops, volume } from './budgets.ts';
import { assessments, catalogue, citations, sharing } from './catalogue.ts';
import { cohorts } from './cohorts.ts';
import { compared } from './compared.ts';
import { givers, values } from './consent-table.ts';
import { lawful, registered } from './grounds.ts';
import { guardedAnswers } from './guarded.ts';
import { prohibited } from './prohibitions.ts';
import { reasons } from './reasons.ts';
import { retention } from './retention.ts';
import { articles, letters, notices } from './texts.ts';

/** In any order: each looks at the whole pack. */
export const assertions: readonly ((source: PackSource, built: Built, report: Report) => void)[] = [
  prohibited,
  outsiders,
  media,
  masks,
  secondPerson,
  approvals,
  embedded,
  classes,
  decisive,
  compared,
  coarserWords,
  ages,
  misses,
  stops,
  silence,
  volume,
  cohorts,
  windows,
  registered,
  lawful,
  givers,
  guardedAnswers,
  values,
  approved,
  duties,
  retention,
  sharing,
  catalogue,
  citations,
  assessments,
  refusals,
  reasons,
  acts,
  apart,
  notices,
  letters,
  articles,
];

/** Outside bodies get no form that their role excludes, and only predicates that are marked for them. */
function outsiders(source: PackSource, built: Built, report: Report): void {
  for (const { code, role, field, cell } of cellsByRole(source, built)) {
    const { never } = source.roles[role] ?? {};
    const path = ['purposes', code, 'cells', field];
    if (never?.includes(cell.form)) report(path, `the role "${role}" may get no field ${cell.form}`);
    else if (never && cell.form === 'predicate' && !source.predicates[cell.how ?? '']?.outward) {
      report(
        path,
        `the predicate "${cell.how}" is not answered to "${role}": add \`outward: true\` if it may be`,
      );
    }
  }
}

/** Media roles get no field that is marked so, and other fields only generalised. */
function media(source: PackSource, built: Built, report: Report): void {
  for (const { code, role, field, cell } of cellsByRole(source, built)) {
    if (!source.roles[role]?.media) continue;
    const path = ['purposes', code, 'cells', field];
    if (source.fields[field]?.media === 'never') report(path, `"${field}" is never disclosed to media`);
    else if (cell.form !== 'generalised') report(path, 'media get generalised values only');
  }
}

function masks(source: PackSource, built: Built, report: Report): void {
  for (const { code, field, cell } of allCells(built)) {
    if (cell.form === 'masked' && source.fields[field]?.mask === undefined)
      report(['purposes', code, 'cells', field], `"${field}" has no mask: add \`mask: …\` to the field`);
  }
}

/** A value of a restricted class needs a second person for the cell, or an approval for the purpose. */
function secondPerson(source: PackSource, built: Built, report: Report): void {
  for (const { code, field, cell } of allCells(built)) {
    const restricted = source.classes[source.fields[field]?.class ?? '']?.restricted;
    if (!restricted || (cell.form !== 'plain' && cell.form !== 'masked') || cell.secondPerson) continue;
    const { approval } = source.purposes[code] ?? {};
    if (approval !== 'case' && approval !== 'four-eyes')
      report(['purposes', code, 'cells', field], `"${field}" is restricted: it needs a second person here`);
  }
}

/** What needs a second person has an approver outside the line of every possible requester. */
function approvals(source: PackSource, built: Built, report: Report): void {
  const policy = source.approvals;
  for (const { code, role, field, cell } of cellsByRole(source, built)) {
    const purpose = source.purposes[code];
    const first =
      purpose?.approval === 'four-eyes' || (cell.secondPerson && purpose?.approval !== 'afterwards');
    if (!purpose || !first) continue;
    const path = ['purposes', code, 'cells', field];
    if (!policy) {
      // Said at the first of perhaps a hundred places.
      report(
        path,
        'a second person decides, and the pack has no `approvals` that say who: add `approvals: { asks: [{ levels: [L4], task: approve }], collect: collect, deciders: [], open: 20, standIns: [] }`, and both to `tasks`',
      );
      return;
    }
    const { level, owners = [] } = source.fields[field] ?? {};
    if (!policy.asks.some(({ levels }) => levels.includes(level ?? 'L1')))
      report(path, `no owner is asked for a field of the level ${level}`, DECIDING);
    const line = source.roles[role]?.departments ?? [];
    const standIns = (purpose.approvers ?? policy.standIns).flatMap(
      (name) => source.roles[name]?.departments ?? [],
    );
    if (![...owners, ...standIns].some((department) => !line.includes(department)))
      report(path, `no approver outside the line of "${role}" can approve "${field}"`, DECIDING);
  }
}

/** A number that embeds another is masked by a display number, never by its own digits. */
function embedded(source: PackSource, _: Built, report: Report): void {
  for (const [name, field] of Object.entries(source.fields)) {
    if (field.embeds === undefined) continue;
    if (source.masks[field.mask ?? '']?.mask !== 'display number')
      report(['fields', name], `"${name}" embeds "${field.embeds}" and needs a display number as its mask`);
  }
}

/** No purpose opens a class with a field that the purpose may never see. */
function classes(source: PackSource, built: Built, report: Report): void {
  for (const [code, cells] of Object.entries(built.cells)) {
    for (const name of opensFrom(source, code, cells)) {
      if (source.classes[name]?.decisive) continue;
      for (const field of fieldsOf(source, name)) {
        if (Object.hasOwn(cells, field)) continue;
        const [by, cell] = Object.entries(cells).find(([, { sources }]) => sources.includes(field)) ?? [];
        report(
          ['purposes', code],
          cell
            ? `"${by}" reads "${field}": add \`${field}: ${cell.form} ${cell.how} …\``
            : `${code} opens the class "${name}", which holds "${field}" that ${code} never sees: split the class`,
        );
      }
    }
  }
}

/** Decisive classes hold exactly the fields that decisions read. */
function decisive(source: PackSource, _: Built, report: Report): void {
  const read = new Set([source.areaField, ...Object.values(source.kinds).flatMap(({ facts }) => facts)]);
  // Fields that a purpose's conditions read may be in other classes. Then only that purpose opens them, and
  // it must be allowed to see them.
  const conditions = new Set(
    Object.values(source.purposes).flatMap(({ requires = [] }) => factsOf(requires)),
  );
  for (const [name, field] of Object.entries(source.fields)) {
    const inside = source.classes[field.class ?? '']?.decisive === true;
    if (inside ? !read.has(name) && !conditions.has(name) : read.has(name))
      report(
        ['fields', name, 'class'],
        inside
          ? `no decision reads "${name}": it belongs in a class without \`decisive\``
          : `decisions read "${name}": it belongs in a class with \`decisive: true\``,
        inside ? ['kinds', 'purposes', 'areaField', 'fields'] : [],
      );
  }
}

/** Every coarser value has words for its readers. */
function coarserWords(source: PackSource, _: Built, report: Report): void {
  for (const [name, level] of Object.entries(source.generalisations)) {
    if (level.by !== 'cases' && level.by !== 'each') continue;
    const values = level.by === 'cases' ? level.cases.map(({ value }) => value) : Object.values(level.words);
    for (const value of new Set(values)) {
      if (!Object.hasOwn(level.says, value))
        report(['generalisations', name, 'says'], `no words for the value "${value}": add \`${value}: …\``);
    }
  }
}

/** Age bands never cross an age at which the consent rules change. */
function ages(source: PackSource, _: Built, report: Report): void {
  const age = source.evidence.birth?.age ?? '';
  const limits = source.stage.cases.flatMap(({ when }) => numbersIn(when[age])).filter((limit) => limit > 0);
  for (const [name, level] of Object.entries(source.generalisations)) {
    if (level.by !== 'age' || !level.bands) continue;
    for (const limit of new Set(limits)) {
      if (!level.bands.includes(limit))
        report(['generalisations', name, 'bands'], `a band crosses the age of ${limit}`);
    }
  }
}

/** A purpose for activities requires one, and a purpose limited by cases requires the case. */
function windows(source: PackSource, _: Built, report: Report): void {
  const checked = new Set(Object.values(source.programmes ?? {}).map(({ purpose }) => purpose));
  for (const [code, { activity, demands, lasts, matter }] of Object.entries(source.purposes)) {
    if (activity !== undefined && !demands.includes('activity'))
      report(['purposes', code], 'a purpose for activities requires one');
    if (matter === undefined) continue;
    const at = ['purposes', code, 'matter'];
    if (!demands.includes(matter.named)) report(at, `what is limited by its ${matter.named} demands one`);
    if (lasts === undefined && matter.people === undefined)
      report(at, 'it limits nothing: set its duration, or its number of people');
    if (matter.incident && (matter.named !== 'case' || source.casework === undefined))
      report(at, 'only a case can be an incident, if the pack has such');
    if (checked.has(code)) report(at, 'checks of a programme have budgets of their own');
  }
}

/** A condition of a duty is not empty, applies to a ground and a role of its purpose, and is decided at a release. */
function duties(source: PackSource, _: Built, report: Report): void {
  for (const [code, { requires = [], kinds, who, route }] of Object.entries(source.purposes)) {
    if (requires.length > 0 && route !== undefined && route !== 'inquiries')
      report(
        ['purposes', code, 'requires'],
        'conditions hold at a release, but another route serves this purpose',
      );
    const grounds = kinds.map(({ kind }) => kind);
    for (const [index, { any, assigned, exempt = [], kinds: on = [] }] of requires.entries()) {
      const path = ['purposes', code, 'requires', index];
      if (any === undefined && !assigned) report(path, 'a condition must contain something');
      if (on.some((kind) => !grounds.includes(kind)))
        report(path, 'it applies to a ground that the purpose does not have');
      if (who.every((role) => exempt.includes(role)))
        report(path, 'every role of the purpose is exempt from it');
      if (exempt.some((role) => !who.includes(role)))
        report(path, 'an exempt role is not a role of the purpose');
      const needsConsent = (on.length > 0 ? on : grounds).every((kind) => source.kinds[kind]?.needsConsent);
      if (assigned && !needsConsent) report(path, 'consents assign people: the ground must be consent');
    }
  }
}

function refusals(source: PackSource, _: Built, report: Report): void {
  if (releases(source, source.unforeseen.verdict))
    report(['unforeseen'], 'the rules must refuse an unforeseen case');
  const { decision } = decideConsent(source, { [source.evidence.kind]: 'no such kind' });
  if (releases(source, decision)) report(['sections'], 'an unknown kind of purpose must be refused');
}

function numbersIn(condition: unknown): number[] {
  if (typeof condition === 'number') return [condition];
  return typeof condition === 'object' && condition !== null
    ? Object.values(condition).filter((value) => typeof value === 'number')
    : [];
}

function fieldsOf(source: PackSource, name: string): string[] {
  return Object.keys(source.fields).filter((field) => source.fields[field]?.class === name);
}

function* allCells(built: Built): Generator<{ code: string; field: string; cell: Cell }> {
  for (const [code, cells] of Object.entries(built.cells)) {
    for (const [field, cell] of Object.entries(cells)) yield { code, field, cell };
  }
}

function* cellsByRole(
  source: PackSource,
  built: Built,
): Generator<{ code: string; role: string; field: string; cell: Cell }> {
  for (const found of allCells(built)) {
    for (const role of source.purposes[found.code]?.who ?? []) yield { ...found, role };
  }
}
