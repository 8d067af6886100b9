import type { ClientId } from '../../../shared/ids.ts';
import type { CaseRecord } from '../../../shared/policy/decide/cases.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';

/** The agency or department that has the task to confirm the case; `null` if the policy names none. */
export function askedToConfirm(
  pack: Pack,
  record: CaseRecord,
): { agency: ClientId } | { department: string } | null {
  if (mayConfirmWithin(pack, record)) return { agency: record.agency };
  const asks = pack.casework?.cases?.again.asks ?? [];
  const department = asks.find((code) => !record.departments.includes(code));
  return department === undefined ? null : { department };
}

/** Whether the table of acts lets the office's own supervisor confirm the case. */
export function mayConfirmWithin(
  pack: Pack,
  { again, purpose }: Pick<CaseRecord, 'again' | 'purpose'>,
): boolean {
  const kind = again ? 'again' : 'first';
  return (pack.acts.get('case.confirm')?.who ?? []).some(
    ({ of, purposes, needs }) =>
      needs.includes('self') && (!of || of.includes(kind)) && (!purposes || purposes.includes(purpose)),
  );
}
