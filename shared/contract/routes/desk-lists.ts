import * as v from 'valibot';
import { Cursor, count } from './common.ts';
import { strictObject } from './strict-object.ts';

/** Of the lists of objections and incidents, newest first. */
export const DeskListQuery = strictObject({
  state: v.optional(v.picklist(['open', 'closed']), 'open'),
  cursor: v.optional(Cursor),
  limit: v.optional(count(200)),
});
