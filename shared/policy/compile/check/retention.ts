/** The schedule of retention: every field and every purpose that shows values has an end. */
import { OPEN_FORMS } from '../../pack/pack.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import { factsOf } from '../../value/conditions.ts';
import type { Built } from '../build/build.ts';
import { ASKED } from './schedule.ts';

export function retention(source: PackSource, built: Built, report: Report): void {
  if (!source.retention) return;
  fieldsEnd(source, source.retention, report);
  const { help, ended = {}, recordAfterEnd = {} } = source.retention;
  const stops = source.evidence.facts
    .filter(({ input }) => input === source.evidence.ended)
    .map(({ field }) => field);
  for (const event of Object.keys(recordAfterEnd)) {
    const path = ['retention', 'recordAfterEnd', event];
    const shown = ended[event];
    if (!shown) report(path, `\`ended\` has no "${event}"`);
    // A write that ends all for a person is counted and reviewed.
    else if (!factsOf([shown]).every((field) => stops.includes(field)))
      report(path, '`ended` of `evidence` does not name what shows it', ['evidence']);
  }
  if (help && !Object.hasOwn(ended, help.ends))
    report(['retention', 'help', 'ends'], `\`ended\` has no "${help.ends}"`);
  for (const [index, code] of (help?.purposes ?? []).entries()) {
    const { route, approval } = source.purposes[code] ?? {};
    if (route === 'inquiries' || approval === 'afterwards')
      report(['retention', 'help', 'purposes', index], 'inquiries and emergencies go on when help has ended');
  }
  recipientsDelete(source, built, report);
  archiveReceives(source, source.retention, built, report);
}

/**
 * Every stored field has exactly one place. A period has an end, and does not cover a field that is needed to find or
 * decide a record: such a field is erased with the record.
 */
function fieldsEnd(
  source: PackSource,
  { periods, withRecord, ended = {} }: NonNullable<PackSource['retention']>,
  report: Report,
): void {
  for (const [index, { fields, ...ends }] of periods.entries()) {
    const path = ['retention', 'periods', index];
    if (Object.values(ends).every((years) => years === undefined)) report(path, 'a period needs an end');
    for (const name of Object.keys(ends.yearsAfterEnd ?? {}))
      if (!Object.hasOwn(ended, name)) report(path, `\`ended\` does not say what the end of the ${name} is`);
    for (const name of fields) {
      const field = source.fields[name];
      if (field?.matchable || field?.virtual || source.classes[field?.class ?? '']?.decisive)
        report(path, `"${name}" is erased only with the whole record`);
    }
  }
  const placed = [...withRecord, ...periods.flatMap(({ fields }) => fields)];
  for (const [name, { virtual }] of Object.entries(source.fields)) {
    if (!virtual && !placed.includes(name))
      report(['retention'], `"${name}" has no end: add it to a period or to \`withRecord\``, ['retention']);
  }
  const twice = placed.filter((name, index) => placed.indexOf(name) !== index);
  for (const name of twice) report(['retention'], `"${name}" has two places`);
}

/** A file ends with the record, and what is handed over can be released in clear to the archive. */
function archiveReceives(
  { tasks = {}, purposes }: PackSource,
  { archive, withRecord }: NonNullable<PackSource['retention']>,
  { cells }: Built,
  report: Report,
): void {
  const keeps = Object.entries(purposes).filter(([, { kept }]) => kept?.includes('archive'));
  for (const [code] of keeps)
    if (code !== archive?.purpose)
      report(['purposes', code, 'kept'], 'only the purpose of the archive keeps');
  if (!archive) return;
  const path = ['retention', 'archive'];
  if (!(tasks[archive.task]?.outcomes ?? []).includes('approved'))
    report([...path, 'task'], 'the task needs `outcomes` with `approved`');
  for (const [name, kind] of Object.entries(archive.fields)) {
    if (!withRecord.includes(name))
      report([...path, 'fields', name], 'a file ends with the record: add it to `withRecord`');
    if (!Object.hasOwn(archive.kinds, kind)) report([...path, 'fields', name], `\`kinds\` has no "${kind}"`);
    else if (archive.kinds[kind]?.handedOver && cells[archive.purpose]?.[name]?.form !== 'plain')
      report(
        [...path, 'fields', name],
        `${archive.purpose} does not show it in clear, so it can't be handed over`,
      );
  }
}

/** A purpose that shows values says when they are deleted, and a task with a proof asks for it. */
function recipientsDelete(source: PackSource, built: Built, report: Report): void {
  const tasks = Object.values(source.tasks ?? {});
  for (const [code, { kept = [], lasts, activity, route, requires = [], case: cases }] of Object.entries(
    source.purposes,
  )) {
    const path = ['purposes', code, 'kept'];
    const shows = Object.values(built.cells[code] ?? {}).some(({ form }) => OPEN_FORMS.has(form));
    if (shows && kept.length === 0) report(path, 'it shows values: say when the recipient deletes them');
    if (kept.includes('time') && !lasts) report(path, 'a purpose without `lasts` has no such time');
    if (kept.includes('activity') && !activity) report(path, 'it is not for activities');
    if (kept.includes('case') && !cases) report(path, 'it has no cases');
    if (kept.includes('duty') && !requires.some(({ any }) => any))
      report(path, 'a duty without a condition on facts does not end');
    if (kept.includes('person') && route !== 'inquiries')
      report(path, 'only an inquiry gives values to the person');
    if (kept.includes('counts') && route !== 'statistics') report(path, 'only statistics give counts');
    const asks = (end: string) => tasks.some(({ ends, proof }) => ends === end && proof);
    for (const end of new Set(kept.flatMap((end) => ASKED[end] ?? [])))
      if (!asks(end)) report(path, `no kind of task asks for the deletion with a proof (\`ends: ${end}\`)`);
  }
}
