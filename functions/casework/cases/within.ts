import type { CaseRecord } from '../../../shared/policy/decide/cases.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';

/** Whether the table of acts lets the office's own supervisor confirm the case. */
export function mayConfirmWithin(pack: Pack, { again, purpose }: CaseRecord): boolean {
  const kind = again ? 'again' : 'first';
  return (pack.acts.get('case.confirm')?.who ?? []).some(
    ({ of, purposes, needs }) =>
      needs.includes('self') && (!of || of.includes(kind)) && (!purposes || purposes.includes(purpose)),
  );
}
