import { Problem } from '../../shared/errors.ts';
import type { Act } from './act.ts';

/** Whose data or doing an act is about, as far as `owner` and `own` in the pack's lists need it. */
export interface Concerned {
  /** Departments that own the data. */
  owners?: readonly string[];
  /** The agency that the act is about. */
  agency?: string;
}

/** @throws Problem ROLE_REQUIRED unless the caller is one of those whom the pack lists for this act */
export function demandOneOf(
  { pack, session }: Act,
  who: readonly string[],
  rule: string,
  { owners = [], agency }: Concerned = {},
): void {
  const { caller } = session;
  const allowed = who.some((word) => {
    if (word === 'owner') return caller.departments.some((code) => owners.includes(code));
    if (word === 'own') return agency === caller.clientId;
    const held = pack.roles.get(word)?.departments ?? [];
    return (
      caller.roles.includes(word) &&
      (held.length === 0 || held.some((code) => caller.departments.includes(code)))
    );
  });
  if (!allowed) throw new Problem('ROLE_REQUIRED', { rule });
}
