/** Reports of harm: what is sealed opens for their one purpose alone, and the reporter apart from the report. */

import type { PackSource, Report } from '../../schema/schema.ts';

export function harmReports(source: PackSource, report: Report): void {
  for (const [name, { opens = [] }] of Object.entries(source.classes)) {
    const path = ['classes', name, 'opens'];
    for (const code of opens)
      if (!Object.hasOwn(source.purposes, code)) report(path, `there is no purpose "${code}"`);
    if (opens.length > 0 && Object.values(source.fields).some((field) => field.class === name))
      report(path, 'is for classes without fields');
  }
  const harm = source.casework?.harm;
  if (!harm) return;
  const path = (member: string) => ['casework', 'harm', member];
  const { rule, purpose, classes, to, task } = harm;
  if (!Object.hasOwn(source.rules, rule)) report(path('rule'), `there is no rule "${rule}"`);
  if (!Object.hasOwn(source.tasks ?? {}, task)) report(path('task'), `there is no kind of task "${task}"`);
  for (const code of to)
    if (!Object.hasOwn(source.departments, code)) report(path('to'), `there is no department "${code}"`);
  for (const name of [classes.report, classes.reporter]) {
    const opens = Object.hasOwn(source.classes, name) ? (source.classes[name]?.opens ?? []) : [];
    if (opens.length !== 1 || opens[0] !== purpose)
      report(path('classes'), `"${name}" is no class that ${purpose} alone opens`);
  }
  if (classes.report === classes.reporter) report(path('classes'), 'the reporter needs a class of its own');
}
