import { dropStaged } from '../../shared/records/files.ts';
import type { MaintenanceDeps } from './deps.ts';

/** Removes files that no record holds any more: what their upload left, with its key, and the objects. May be repeated. */
export async function removeFiles(
  { tables, files }: Pick<MaintenanceDeps, 'tables' | 'files'>,
  ids: readonly string[],
): Promise<void> {
  await Promise.all(ids.flatMap((id) => [dropStaged(tables.claims, id), files.remove(id)]));
}
