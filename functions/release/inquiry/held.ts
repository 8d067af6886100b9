/** The held part of an answer to an inquiry: each value with its words, for readers who do not know the pack's codes. */
import type { InquiryAnswer, ReleaseResult } from '../../../shared/contract/release.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import { codeText, type Text } from '../../../shared/language.ts';
import type { FieldDef, Pack } from '../../../shared/policy/pack/pack.ts';
import type { DecidedSubject } from '../call.ts';
import { asOf } from '../present.ts';

export function heldOf(
  pack: Pack,
  subject: DecidedSubject,
  { fields }: Exclude<ReleaseResult, { refused: unknown }>,
): InquiryAnswer['held'] {
  const held: InquiryAnswer['held'] = {};
  for (const [name, { form, value: given, level, disputed }] of Object.entries(fields)) {
    const field = pack.fields.get(name);
    const owner = field?.owners.find((code) => subject.sheets.get(code)?.fields.has(name));
    if (!field || owner === undefined) continue;
    const { label } = pack.departments.get(owner) ?? { label: codeText(owner) };
    const value = withoutDisplayNumber(pack, field, withoutConflictFlag(pack, name, given));
    held[name] = {
      label: field.label,
      form,
      value,
      owner: { code: owner, label },
      asOf: asOf(subject, owner, name),
      ...defined({ level, disputed, words: wordsFor(pack, name, value) }),
    };
  }
  return held;
}

/**
 * A value without the member that says whether a representative is in conflict. It is omitted from every answer. Showing it
 * to the representative would reveal it; omitting it only for the representative would too; and a person may show the answer to the
 * representative.
 */
function withoutConflictFlag({ consent }: Pack, field: string, value: Json): Json {
  const { conflict, facts } = consent.evidence;
  const flags = facts.filter((one) => one.input === conflict && one.field === field);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !flags.some(({ member }) => member === name));
  return Object.fromEntries(kept);
}

/** Whether the field is masked by digits that are none of its own, which its person would take for them. */
export const isNumbered = ({ masks }: Pick<Pack, 'masks'>, { mask = '' }: Pick<FieldDef, 'mask'>) =>
  masks.get(mask)?.mask === 'display number';

function withoutDisplayNumber(pack: Pack, field: FieldDef, value: Json): Json {
  return typeof value === 'string' && isNumbered(pack, field) ? value.replace(/^(\*+)\d+$/, '$1') : value;
}

/** @returns the pack's words for the members and codes that are in the value; `undefined` without any */
function wordsFor({ words }: Pack, field: string, value: Json): Record<string, Text> | undefined {
  const members = words?.members ?? {};
  const codes = words?.values[field] ?? {};
  const found: Record<string, Text> = {};
  const add = (from: Readonly<Record<string, Text>>, name: string) => {
    if (Object.hasOwn(from, name)) found[name] = from[name] as Text;
  };
  const visit = (part: Json): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (typeof part === 'object' && part !== null)
      for (const [name, inside] of Object.entries(part)) {
        add(members, name);
        visit(inside);
      }
    else add(codes, String(part));
  };
  visit(value);
  return Object.keys(found).length > 0 ? found : undefined;
}
