import { listAgencies } from '../../shared/identity/agencies/agencies.ts';
import type { StewardDeps } from './deps.ts';

/** Names of all offices: what an entry or a request calls by its client id. No key and no right is in it. */
export async function directory({ tables }: StewardDeps) {
  const found: object[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listAgencies>> = await listAgencies(tables.agencies, after);
    found.push(
      ...page.agencies.map(({ clientId, name, zh, departments, roles, suspended }) => ({
        ...{ clientId, name, zh, departments, roles, suspended },
      })),
    );
    after = page.next;
  } while (after !== null);
  return { agencies: found };
}
