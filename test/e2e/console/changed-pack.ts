import compiled from '#pack/pack.json' with { type: 'json' };
import { actTableHash } from '../../../shared/policy/decide/act-table.ts';
import { hashOf, loadPack } from '../../../shared/policy/pack/load-pack.ts';

/** The shipped pack with one field less for a purpose, as the file that a steward gives. */
export function changedPack(version = '2026.console'): { text: string; version: string } {
  const copy = structuredClone({ ...compiled, version });
  delete (copy.purposes.S1.cells as Record<string, string>)['schooling_status'];
  copy.actTable = actTableHash(loadPack(copy));
  return { text: JSON.stringify({ ...copy, hash: hashOf(copy) }), version: copy.version };
}
