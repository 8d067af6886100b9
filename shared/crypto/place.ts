import { encodeParts } from './encoding.ts';

/** Where a data key belongs; every ciphertext under it is bound to this place. */
export interface Place {
  collection: string;
  /** Opaque subject id: 16 random bytes as unpadded base64url. */
  subject: string;
  /** Department that owns the sheet. */
  owner: string;
  class: string;
}

/**
 * AAD of one field: suite, place, field, version of the sheet at the write, key id.
 * The version is that of the data key, since a data key belongs to one write.
 */
export function fieldAad(
  suite: number,
  place: Place,
  version: number,
  keyId: string,
): (field: string) => Buffer {
  const before = encodeParts(
    'fieldgate field v1',
    suite,
    place.collection,
    place.subject,
    place.owner,
    place.class,
    version,
    keyId,
  );
  return (field) => Buffer.concat([before, encodeParts(field)]);
}
