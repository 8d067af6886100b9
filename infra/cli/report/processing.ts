/** The record of processing (PIPL 55, 56; GDPR 30), from a compiled pack and the register of agencies. */
import { scheduleOf } from '../../../shared/policy/compile/schedule.ts';
import { type CompiledPack, loadPack } from '../../../shared/policy/pack/load-pack.ts';

/** In this order as columns of the CSV. */
export const PROCESSING = [
  ...(['purpose', 'label', 'zh', 'basis', 'people', 'controllers', 'data', 'roles', 'recipients'] as const),
  ...(['deletes', 'assessment', 'assessed', 'assessor', 'sha256'] as const),
] as const;
export type ProcessingRow = Record<(typeof PROCESSING)[number], string>;

/** @param agencies the register; an agency is a recipient of the purposes registered for it */
export function processingRows(
  compiled: CompiledPack,
  agencies: readonly { clientId: string; purposes?: readonly string[] }[],
): ProcessingRow[] {
  const pack = loadPack(compiled);
  const schedule = new Map(scheduleOf(pack).purposes.map((one) => [one.purpose, one.deletes]));
  return [...pack.purposes.values()].map(({ code, label, zh, basis, who, cells }) => {
    const assessed = Object.values(compiled.assessments).find(({ of }) => of.includes(code));
    const owners = [...cells.keys()].flatMap((name) => pack.fields.get(name)?.owners ?? []);
    return {
      ...{ purpose: code, label, zh, basis, people: pack.title.label },
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
