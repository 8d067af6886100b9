/** The record of processing (PIPL 55, 56; GDPR 30), from a compiled pack and the register of agencies. */

import { inLanguage } from '../../../shared/language.ts';
import { scheduleOf } from '../../../shared/policy/compile/check/schedule.ts';
import { type CompiledPack, loadPack } from '../../../shared/policy/pack/load-pack.ts';
import { csvOf, labelColumns } from '../../../shared/policy/present/catalogue.ts';

/** In this order as columns of the CSV, after the purpose and its label in each language. */
const PROCESSING = [
  ...(['basis', 'people', 'controllers', 'data', 'roles', 'recipients'] as const),
  ...(['deletes', 'assessment', 'assessed', 'assessor', 'sha256'] as const),
] as const;
export type ProcessingRow = Record<'purpose' | (typeof PROCESSING)[number], string> &
  Record<`label-${string}`, string>;

export function processingCsv(compiled: CompiledPack, rows: readonly ProcessingRow[]): string {
  const labels = compiled.languages.map((tag) => `label-${tag}` as const);
  return csvOf<keyof ProcessingRow>(['purpose', ...labels, ...PROCESSING], rows);
}

/** @param agencies the register; an agency is a recipient of the purposes registered for it */
export function processingRows(
  compiled: CompiledPack,
  agencies: readonly { clientId: string; purposes?: readonly string[] }[],
): ProcessingRow[] {
  const pack = loadPack(compiled);
  const schedule = new Map(scheduleOf(pack).purposes.map((one) => [one.purpose, one.deletes]));
  return [...pack.purposes.values()].map(({ code, label, basis, who, cells }) => {
    const assessed = Object.values(compiled.assessments).find(({ of }) => of.includes(code));
    const owners = [...cells.keys()].flatMap((name) => pack.fields.get(name)?.owners ?? []);
    return {
      purpose: code,
      ...labelColumns(pack, label),
      ...{ basis, people: inLanguage(pack.title.label, []) },
      controllers: [...new Set(owners)].sort().join(' '),
      data: [...cells].map(([name, { form }]) => `${name}:${form}`).join(' '),
      roles: who.join(' '),
      recipients: agencies
        .filter(({ purposes = [] }) => purposes.includes(code))
        .map(({ clientId }) => clientId)
        .sort()
        .join(' '),
      deletes: schedule.get(code) ?? '',
      ...{ assessment: assessed?.document ?? '', assessed: assessed?.date ?? '' },
      ...{ assessor: assessed?.author ?? '', sha256: assessed?.sha256 ?? '' },
    };
  });
}
