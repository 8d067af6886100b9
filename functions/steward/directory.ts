import { listAgencies } from '../../shared/identity/agencies/agencies.ts';
import type { StewardDeps } from './deps.ts';

/** Names of all offices, to show them instead of client ids. Contains no keys and no rights. */
export async function directory({ tables }: StewardDeps) {
  const found: Awaited<ReturnType<typeof listAgencies>>['agencies'][number][] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listAgencies>> = await listAgencies(tables.agencies, after);
    found.push(...page.agencies);
    after = page.next;
  } while (after !== null);
  const agencies = found.map(({ clientId, name, departments, roles, suspended }) => ({
    ...{ clientId, name, departments, roles, suspended },
  }));
  return { agencies };
}
