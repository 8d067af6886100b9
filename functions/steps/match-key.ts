/** The form of a match key, which depends on no record: it is told before anything is looked up or counted. */

import { LOCAL_ID } from '../../shared/contract/routes/common.ts';
import type { InputError } from '../../shared/errors.ts';
import { formsTexts } from '../../shared/messages/forms.ts';
import { FORM, faultOfKey, normaliseKey } from '../../shared/policy/check/validate.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';

/** @param own whether the caller's own keys are accepted too */
export function readKey(
  { pack, now, own }: { pack: Pack; now: number; own: boolean },
  field: string,
  value: string,
): { key: string } | InputError {
  const local = own && field === LOCAL_ID;
  const def = pack.fields.get(field);
  if (!local && !def?.matchable) {
    const known = [...pack.fields.values()].flatMap(({ name, matchable }) => (matchable ? [name] : []));
    return { path: '/*', message: formsTexts.matchKeys(own ? [...known, LOCAL_ID] : known) };
  }
  const key = normaliseKey(pack, field, value);
  const path = `/${field}`;
  const fault = key === null ? FORM : faultOfKey(pack, field, key, now);
  if (key !== null && fault === null) return { key };
  const shape = def?.shape ?? { is: 'text', max: 200 };
  return {
    path,
    message: fault === FORM ? formsTexts.keyForm(shape) : formsTexts.checkFails(fault as string),
  };
}
