/** A JSON Schema of the pack's YAML, for completion and error marks in an editor. */
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { purposeSchema } from './purpose-schema.ts';
import { packSchema } from './schema.ts';
import { textSchema } from './texts.ts';

/** Any file of a pack: its top-level keys are parts of the pack. A purpose has a schema of its own. */
export function editorSchema(part: 'pack' | 'purpose'): object {
  return toJsonSchema(part === 'purpose' ? purposeSchema : v.partial(packSchema), {
    errorMode: 'ignore',
    typeMode: 'input',
    definitions: { text: textSchema },
  });
}
