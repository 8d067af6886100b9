import * as v from 'valibot';
import { Name } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** Most parts of a file. */
const PART_LIMIT = 64;

const Sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const BeginFile = strictObject({
  field: Name,
  type: v.pipe(v.string(), v.maxLength(100)),
  bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  sha256: Sha256,
});

const FileParts = strictObject({
  /** SHA-256 of each part of the sealed file, in order. */
  parts: v.pipe(v.array(Sha256), v.minLength(1), v.maxLength(PART_LIMIT)),
});

const FileBegun = v.object({
  file: v.string(),
  upload: v.string(),
  partBytes: v.number(),
  expires: v.string(),
});

/** A file reaches the store sealed, in parts, at addresses of the store; it becomes a value by an intake that names it. */
export const fileRoutes = routes('files', 'intake', {
  beginFile: route('POST /v1/files', 'intake.write', { body: BeginFile, response: FileBegun }),
  fileParts: route('POST /v1/files/:id/parts', 'intake.write', {
    body: FileParts,
    response: v.object({ addresses: v.array(v.string()) }),
  }),
  completeFile: route('POST /v1/files/:id/complete', 'intake.write', {
    response: v.object({ file: v.string(), bytes: v.number() }),
  }),
});
