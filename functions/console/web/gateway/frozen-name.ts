import type { Freeze } from '../../../../shared/contract/casework.ts';
import { dotted, t, visible } from '../text.ts';
import { officeName, purposeName } from './reference.ts';

/** The kind of what is frozen, and its name. */
export function frozenName({
  kind,
  agency,
  purpose,
  class: name,
  officer,
  ref = '',
}: Freeze['target']): string {
  const of = officeName(agency) || purposeName(purpose) || name || ref;
  return `${t().freezes.kinds[kind]}: ${dotted(officer && visible(officer), of)}`;
}
