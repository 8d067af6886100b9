/** Reports of harm: what is sealed opens for their one purpose alone, and the reporter apart from the report. */

import type { PackSource, Report } from '../../schema/schema.ts';

export function harmReports(source: PackSource, report: Report): void {
  for (const [name, { opens = [] }] of Object.entries(source.classes)) {
    if (opens.length > 0 && Object.values(source.fields).some((field) => field.class === name))
      report(['classes', name, 'opens'], 'is for classes without fields');
  }
  const harm = source.casework?.harm;
  if (!harm) return;
  const path = ['casework', 'harm', 'classes'];
  const { purpose, classes } = harm;
  for (const name of [classes.report, classes.reporter]) {
    const opens = Object.hasOwn(source.classes, name) ? (source.classes[name]?.opens ?? []) : [];
    if (opens.length !== 1 || opens[0] !== purpose)
      report(path, `"${name}" is no class that ${purpose} alone opens`);
  }
  if (classes.report === classes.reporter) report(path, 'the reporter needs a class of its own');
}
