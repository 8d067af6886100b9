/** Every name in the YAML must be defined in it, and no field may have a sealed name. */

import { fieldsIn } from '../../pack/cells.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import { definedIn } from './defined-in.ts';

export function references(source: PackSource, report: Report): void {
  const check = definedIn(report);
  const rule = check(source.rules, 'rule');
  const field = check(source.fields, 'field');
  const department = check(source.departments, 'department');
  const role = check(source.roles, 'role');
  const obligation = check(source.obligations, 'obligation');
  const kind = check(source.kinds, 'kind');
  const purpose = check(source.purposes, 'purpose');
  const mask = check(source.masks, 'mask');
  const reason = check(source.reasons, 'reason');
  const input = check({ ...source.inputs, [source.stage.input]: true }, 'input');
  const verdict = check(Object.fromEntries(source.verdicts.map((item) => [item.verdict, true])), 'verdict');

  for (const name of source.sealed) {
    if (Object.hasOwn(source.fields, name))
      report(['fields', name], `"${name}" is sealed and can't be a field`);
  }
  field(['areaField'], [source.areaField]);
  field(['words', 'values'], Object.keys(source.words?.values ?? {}));
  for (const [name, id] of Object.entries(source.grounds)) rule(['grounds', name], [id]);
  for (const [name, item] of Object.entries(source.roles))
    department(['roles', name, 'departments'], item.departments);
  for (const [name, item] of Object.entries(source.prohibited))
    rule(['prohibited', name, 'rule'], [item.rule]);
  rule(['stopWords', 'rule'], [source.stopWords.rule]);
  const { alertOnly = [], review: reasons } = source.stopWords;
  for (const code of alertOnly) {
    if (!Object.hasOwn(source.purposes, code))
      report(['stopWords', 'alertOnly'], `there is no purpose "${code}"`);
  }
  department(['stopWords', 'review'], reasons?.to ?? []);
  if (reasons && !Object.hasOwn(source.tasks ?? {}, reasons.task))
    report(['stopWords', 'review'], `there is no task "${reasons.task}"`);
  rule(['volume', 'rule'], [source.volume?.rule]);
  rule(['stories', 'rule'], [source.stories?.rule]);
  field(['stories', 'labels'], source.stories?.labels ?? []);
  rule(['leaks', 'rule'], [source.leaks?.rule]);
  for (const [code, { unlisted }] of Object.entries(source.purposes)) {
    if (unlisted !== undefined && !Object.hasOwn(source.prohibited, unlisted))
      report(['purposes', code, 'unlisted'], `there is no prohibited use "${unlisted}"`);
  }
  rule(['posting', 'rule'], [source.posting?.rule]);
  field(
    ['leaks', 'values'],
    Object.keys(source.leaks?.values ?? {}).map((path) => path.split('.')[0] ?? ''),
  );
  rule(['misses', 'rule'], [source.misses?.rule]);
  rule(['stops', 'rule'], [source.stops?.rule]);
  department(['stops', 'review'], source.stops?.review.asks ?? []);
  if (source.stops)
    check(source.tasks ?? {}, 'kind of task')(['stops', 'review'], [source.stops.review.task]);
  rule(['comparisons', 'rule'], [source.comparisons?.rule]);
  rule(['claimed', 'rule'], [source.claimed.rule]);
  rule(['training', 'rule'], [source.training.rule]);
  if (source.casework) {
    const { incidents, inquiries, consents, objections, cases } = source.casework;
    for (const [name, { rule: id, task }] of Object.entries(objections.rights)) {
      rule(['casework', 'objections', 'rights', name, 'rule'], [id]);
      check(source.tasks ?? {}, 'kind of task')(['casework', 'objections', 'rights', name], [task]);
    }
    rule(['casework', 'objections', 'reports', 'rule'], [objections.reports?.rule]);
    check(objections.rights, 'right')(['casework', 'objections', 'reports'], [objections.reports?.right]);
    if (cases) {
      rule(['casework', 'cases', 'rule'], [cases.rule]);
      department(['casework', 'cases', 'again', 'asks'], cases.again.asks);
      check(source.tasks ?? {}, 'kind of task')(['casework', 'cases'], [cases.task, cases.again.task]);
    }
    department(['casework', 'consents', 'asks'], consents.asks);
    check(source.tasks ?? {}, 'kind of task')(['casework', 'consents', 'task'], [consents.task]);
    const keys = Object.values(consents.documents).flatMap(({ match }) => match ?? []);
    field(['casework', 'consents', 'documents'], keys);
    rule(['casework', 'inquiries', 'rule'], [inquiries.rule]);
    department(['casework', 'incidents', 'tells'], [incidents.tells]);
    const grade = check(incidents.grades, 'grade');
    grade(['casework', 'incidents', 'unstated'], [incidents.unstated]);
    for (const [name, { hours }] of Object.entries(incidents.operators)) {
      grade(['casework', 'incidents', 'operators', name], Object.keys(hours));
      for (const one of Object.keys(incidents.grades))
        if (!Object.hasOwn(hours, one))
          report(['casework', 'incidents', 'operators', name], `no hours for the grade "${one}"`);
    }
    check(source.tasks ?? {}, 'kind of task')(
      ['casework', 'incidents', 'reports'],
      Object.values(incidents.reports),
    );
    obligation(['casework', 'inquiries'], [...inquiries.secret, ...inquiries.deferred]);
    const compared = Object.values(inquiries.identity).flatMap(({ name, number, other }) => [
      ...[name, number],
      ...(other === undefined ? [] : [other]),
    ]);
    field(
      ['casework', 'inquiries', 'identity'],
      compared.map((path) => path.split('.')[0] ?? ''),
    );
    const { fields, secret, places, rule: guards, shows } = inquiries.guarded;
    const guarded = ['casework', 'inquiries', 'guarded'];
    field(guarded, [...fields, ...fieldsIn(secret, '')]);
    field([...guarded, 'shows'], shows.fields);
    purpose([...guarded, 'shows'], shows.purposes);
    role([...guarded, 'places'], places);
    rule([...guarded, 'rule'], [guards]);
    field(['casework', 'inquiries', 'own'], Object.keys(inquiries.own ?? {}));
  }
  for (const [name, { rule: id, who }] of Object.entries(source.acts)) {
    rule(['acts', name, 'rule'], [id]);
    for (const [index, { roles, departments, purposes }] of who.entries()) {
      const path = ['acts', name, 'who', index];
      role(path, roles ?? []);
      department(path, departments ?? []);
      purpose(path, purposes ?? []);
    }
  }
  for (const [name, { waits, informs, task }] of Object.entries(source.acts)) {
    check(source.tasks ?? {}, 'kind of task')(['acts', name, 'task'], [task]);
    if (informs !== undefined)
      check(source.tasks ?? {}, 'kind of task')(['acts', name, 'informs'], [informs]);
    if (waits) check(source.tasks ?? {}, 'kind of task')(['acts', name, 'waits', 'task'], [waits.task]);
    role(['acts', name, 'waits', 'except'], waits?.except ?? []);
  }
  rule(['retention', 'rule'], [source.retention?.rule]);
  rule(['notices', 'rule'], [source.notices?.rule]);
  field(['retention', 'withRecord'], source.retention?.withRecord ?? []);
  for (const [name, { any }] of Object.entries(source.retention?.ended ?? {}))
    field(['retention', 'ended', name], any.flatMap((conditions) => Object.keys(conditions)).map(nameOf));
  for (const [index, { fields }] of (source.retention?.periods ?? []).entries())
    field(['retention', 'periods', index], fields);
  rule(['cohorts', 'rule'], [source.cohorts?.rule]);
  const dimensions = source.cohorts?.dimensions ?? {};
  for (const [name, { field: of, as, under }] of Object.entries(dimensions)) {
    const path = ['cohorts', 'dimensions', name];
    field(path, [of]);
    check(source.generalisations, 'generalisation')(path, [as]);
    check(dimensions, 'dimension')(path, [under]);
  }
  for (const [code, { rule: id, when }] of Object.entries(source.alerts ?? {})) {
    rule(['alerts', code, 'rule'], [id]);
    if (when?.look === 'unreviewed') obligation(['alerts', code, 'when'], [when.obligation]);
    if (when && 'except' in when) purpose(['alerts', code, 'when'], when.except ?? []);
  }
  for (const [name, item] of Object.entries(source.fields)) {
    const at = (key: string) => ['fields', name, key];
    department(at('owners'), item.owners);
    rule(at('rule'), [item.rule]);
    mask(at('mask'), [item.mask]);
    field(at('embeds'), [item.embeds]);
    check(source.classes, 'class')(at('class'), [item.class]);
    for (const { with: other } of item.checks ?? []) field(at('checks'), [other]);
    if (!item.virtual && (item.class === undefined || item.shape === undefined))
      report(['fields', name], 'a stored field needs a class and a shape: add `class: …` and `shape: …`');
  }
  for (const [name, item] of Object.entries(source.masks)) {
    if (item.mask === 'members') mask(['masks', name, 'members'], Object.values(item.members));
  }
  const listed = check(source.lists ?? {}, 'list');
  for (const [name, { any }] of Object.entries(source.predicates)) listed(['predicates', name], listsIn(any));
  for (const [code, item] of Object.entries(source.purposes)) {
    listed(
      ['purposes', code, 'requires'],
      (item.requires ?? []).flatMap(({ any = [] }) => listsIn(any)),
    );
    const at = (key: string) => ['purposes', code, key];
    rule(at('rule'), [item.rule, item.fits]);
    role(at('who'), item.who);
    role(at('approvers'), item.approvers ?? []);
    kind(
      at('kinds'),
      item.kinds.map((each) => each.kind),
    );
    role(
      at('kinds'),
      item.kinds.map((each) => each.role),
    );
    obligation(at('obligations'), [
      ...item.obligations,
      ...item.kinds.flatMap((each) => each.obligations ?? []),
    ]);
    for (const [index, { rule: id, kinds = [], exempt = [], any = [] }] of (item.requires ?? []).entries()) {
      const path = [...at('requires'), index];
      rule(path, [id]);
      kind(path, kinds);
      role(path, exempt);
      for (const conditions of any) field(path, Object.keys(conditions).map(nameOf));
    }
  }
  const to = check({ ...source.departments, handler: true, owners: true }, 'department');
  const from = check({ ...source.obligations, ...source.reasons }, 'obligation or reason');
  for (const [name, item] of Object.entries(source.tasks ?? {})) {
    rule(['tasks', name, 'rule'], [item.rule]);
    from(['tasks', name, 'from'], [item.from]);
    to(['tasks', name, 'to'], [item.to]);
    department(['tasks', name, 'orElse'], item.orElse ?? []);
  }
  const task = check(source.tasks ?? {}, 'kind of task');
  if (source.approvals) {
    const { asks, collect, deciders, standIns, review } = source.approvals;
    role(['approvals', 'deciders'], deciders);
    const decide = new Set(deciders.flatMap((name) => source.roles[name]?.departments ?? []));
    const owned = new Set(Object.values(source.fields).flatMap(({ owners = [] }) => owners));
    for (const owner of [...owned].filter((one) => !decide.has(one)))
      report(['approvals', 'deciders'], `no role decides for ${owner}, which owns fields`);
    task(['approvals', 'asks'], [...asks.map((each) => each.task), collect]);
    role(['approvals', 'standIns'], standIns);
    const approvers = Object.values(source.purposes).flatMap((one) => one.approvers ?? []);
    for (const name of [...standIns, ...approvers].filter((one) => !deciders.includes(one)))
      report(['approvals', 'deciders'], `"${name}" approves, and is none of the deciders`);
    const { disputes, material } = source.approvals;
    task(['approvals', 'material'], [material?.task]);
    rule(['approvals', 'material'], [material?.rule]);
    task(['approvals', 'disputes'], [disputes?.task]);
    rule(['approvals', 'disputes'], [disputes?.rule]);
    const above = [
      ...Object.entries(disputes?.superiors ?? {}).flat(),
      ...(disputes ? [disputes.otherwise] : []),
    ];
    department(['approvals', 'disputes'], above);
    for (const [one, superior] of Object.entries(disputes?.superiors ?? {}))
      if (one === superior)
        report(['approvals', 'disputes', 'superiors', one], `${one} can't be its own superior`);
    obligation(['approvals', 'review'], [review?.obligation]);
    task(['approvals', 'review'], [review?.task]);
    rule(['approvals', 'review'], [review?.rule]);
    task(['approvals', 'review', 'escalate'], [review?.escalate.task]);
    const { superiors = {}, otherwise } = review?.escalate ?? {};
    department(
      ['approvals', 'review', 'escalate'],
      [...Object.entries(superiors).flat(), ...(otherwise === undefined ? [] : [otherwise])],
    );
  }
  for (const [name, item] of Object.entries(source.kinds)) {
    field(['kinds', name, 'facts'], item.facts);
    check(source.tasks ?? {}, 'kind of task')(['kinds', name, 'withdrawn'], [item.withdrawn]);
  }
  for (const [index, item] of source.verdicts.entries())
    obligation(['verdicts', index, 'obligations'], item.obligations);
  for (const [index, item] of source.stage.cases.entries())
    input(['stage', 'cases', index], Object.keys(item.when));
  for (const [index, section] of source.sections.entries()) {
    input(['sections', index, 'when'], Object.keys(section.when));
    for (const [number, row] of section.rows.entries()) {
      const path = ['sections', index, 'rows', number];
      input([...path, 'when'], Object.keys(row.when));
      verdict(path, [row.verdict]);
      reason(path, [row.reason]);
      rule(path, [row.rule]);
    }
  }
  verdict(['unforeseen'], [source.unforeseen.verdict]);
  const { evidence } = source;
  input(
    ['evidence'],
    [
      evidence.kind,
      evidence.scope,
      evidence.conflict,
      evidence.attested,
      evidence.inquirer,
      evidence.requester?.input,
    ],
  );
  input(
    ['evidence', 'facts'],
    evidence.facts.map((fact) => fact.input),
  );
  input(
    ['evidence', 'acts'],
    evidence.acts.flatMap((act) => [act.input, act.giver, act.age]),
  );
  input(
    ['evidence', 'proofs'],
    (evidence.proofs ?? []).map((proof) => proof.input),
  );
  const { responsible } = evidence;
  if (responsible) field(['evidence', 'responsible'], [responsible.field, ...responsible.endedBy]);
  field(['evidence', 'facts'], [evidence.birth?.field, ...evidence.facts.map((fact) => fact.field)]);
}

/** The field of a path such as `field.member`. */
function nameOf(path: string): string {
  return path.split('.', 1)[0] ?? path;
}

function listsIn(any: readonly object[]): string[] {
  return any.flatMap((conditions) =>
    Object.values(conditions).flatMap((condition) =>
      typeof condition === 'object' && 'onList' in condition ? [condition.onList as string] : [],
    ),
  );
}
