import { fromBase64url, toBase64url } from '../../shared/bytes.ts';
import { invalid } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';

/** Tasks and requests are listed by instant and id. */
const PLACE = /^\d{4}-\d\d-\d\dT[\d:.]{12}Z#[\w-]{22}$/;

/** @returns the place in a list. @throws Problem INVALID_REQUEST for anything but a cursor of such a list */
export function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const text = fromBase64url(cursor)?.toString('latin1') ?? '';
  if (!PLACE.test(text)) throw invalid('/cursor', commonTexts.notACursor);
  return text;
}

export function writeCursor(place: string | null): string | null {
  return place && toBase64url(Buffer.from(place));
}
