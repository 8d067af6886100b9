/** What of a record ends a consent when it changes: those who decide for the person, and the facts that say whether they may. */

import { recordsIn } from '../check/documents.ts';
import type { Pack } from '../pack/pack.ts';
import type { Json } from '../types.ts';
import { factInputs } from './evidence.ts';

/** Each text stays the same for as long as nothing changes. @returns none for a field that ends nothing */
export function markedIn({ consent }: Pack, field: string, value: Json): string[] {
  const { responsible } = consent.evidence;
  if (!responsible || value === null) return [];
  if (field === responsible.field) return recordsIn(value).map((one) => textOf(one, responsible.name));
  if (!responsible.endedBy.includes(field)) return [];
  const inputs = Object.entries(factInputs(consent.evidence, field, value, [value]));
  return [textOf(Object.fromEntries(inputs.filter(([name, one]) => one !== defaultOf(consent, name))))];
}

const defaultOf = ({ inputs }: Pack['consent'], name: string) =>
  Object.hasOwn(inputs, name) ? inputs[name]?.default : undefined;

function textOf(value: Json, without?: string): string {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return JSON.stringify(members.filter(([name]) => name !== without).sort(([a], [b]) => (a < b ? -1 : 1)));
}
