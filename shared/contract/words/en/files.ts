import type { fileRoutes } from '../../routes/files.ts';
import type { WordsOf } from '../typed.ts';

export const files = {
  routes: {
    'POST /v1/files': "Begin the upload of a file that will be the value of a field of the caller's department",
    'POST /v1/files/:id/parts': 'Addresses of the store for all parts of a sealed file; the same parts may be named again',
    'POST /v1/files/:id/complete': 'Make the object of its parts, once all have arrived; may be repeated',
  },
  members: {
    addresses: ['Addresses', 'One for each part, in order, good for minutes: a `PUT` of these bytes with their SHA-256 as `x-amz-checksum-sha256`, base64'],
    bytes: ['Size', 'Bytes of the file, before it is padded and sealed'],
    expires: ['Expires', 'Until when an intake must name the file, RFC 3339 in UTC'],
    field: ['Field', 'The field whose value the file will be'],
    file: ['File', 'Id of the file, by which an intake names it: `{"file": id}`'],
    'path.id': ['File', 'Id of the file'],
    partBytes: ['Part size', 'Bytes of each part of the sealed file but the last'],
    parts: ['Parts', 'SHA-256 of each part of the sealed file, in order, hex'],
    sha256: ['Digest', 'SHA-256 of the file, hex; a file that changes is another file'],
    type: ['Type', 'Media type, of those that the field takes'],
    upload: ['Upload', 'Key, context and salt under which the file is sealed, encrypted to the agency'],
  },
} satisfies WordsOf<typeof fileRoutes>;
