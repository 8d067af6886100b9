/** Files a request for fields that need an approval. Needs the action `casework`. */

import type { Answer, Body } from '../contract/api.ts';
import type { AskRoute } from './ask.ts';
import { justificationOf } from './release.ts';
import type { Wire } from './wire/call.ts';
import type { Justification } from './wire/types.ts';

type Filing = Body<'POST /v1/requests'>;

/** `fields` absent: every field of the purpose that needs an approval. */
export type RequestFiling = Justification &
  Omit<Filing, 'purpose' | 'context'> &
  Omit<NonNullable<Filing['context']>, keyof Justification>;

export type FiledRequest = Answer<'POST /v1/requests'>;

export function submit(wire: Wire, call: AskRoute, filing: RequestFiling): Promise<FiledRequest> {
  const { subjects, fields, collection, text, instrument, activity, basis, ...stated } = filing;
  const { purpose, ...words } = justificationOf(stated, wire.session.officer);
  const context = { ...words, instrument, activity, basis };
  return call('POST /v1/requests', { body: { collection, purpose, subjects, fields, text, context } });
}
