/** What would be sent, with every value masked: its form alone is shown. */

import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import type { Json } from '../../../shared/json.ts';

const MOST = 3;

/** By field or `field.member`, and keys of the person. */
export function sampleOf(changes: readonly { record: IntakeRecord }[]): Record<string, string>[] {
  return changes.slice(0, MOST).map(({ record }) => {
    const { fields, match } = record as { fields: Record<string, Json>; match?: Record<string, string> };
    const members = Object.entries(fields).flatMap(([field, value]): [string, Json][] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).map(([member, one]) => [`${field}.${member}`, one as Json])
        : [[field, value]],
    );
    return Object.fromEntries(
      [...Object.entries(match ?? {}), ...members].map(([name, value]) => [name, masked(value)]),
    );
  });
}

/** Letters and digits by their kind, and no more than the beginning of a long text. Truth and emptiness have no form to hide. */
function masked(value: Json): string {
  if (value === null) return '–';
  if (typeof value !== 'string') return Array.isArray(value) ? `[${value.length}]` : '…';
  const form = value
    .replace(/\p{Nd}/gu, '9')
    .replace(/[^\P{L}\p{Script=Han}]/gu, 'x')
    .replace(/\p{Script=Han}/gu, '某');
  return form.length > 20 ? `${form.slice(0, 20)}…` : form;
}
