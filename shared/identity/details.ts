import * as v from 'valibot';
import { ACTIONS } from '../actions.ts';
import { type Json, parseJson } from '../json.ts';

/** The rights of a token's holder. `case`, `officer` and `reason` are the caller's words. */
export interface Grant {
  actions: string[];
  purpose?: string;
  case?: string;
  officer?: string;
  reason?: string;
}

const line = (max: number) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(max),
    v.check((text) => !/\p{Cc}/u.test(text)),
  );

/** The one object of type `fieldgate` in RFC 9396 `authorization_details`. Other members are rejected. */
const Detail = v.strictObject({
  type: v.literal('fieldgate'),
  actions: v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.check((name) => ACTIONS.has(name)),
      ),
    ),
    v.check((actions) => new Set(actions).size === actions.length),
  ),
  purpose: v.optional(line(64)),
  case: v.optional(line(128)),
  officer: v.optional(line(128)),
  reason: v.optional(line(1000)),
});
const Details = v.pipe(
  v.array(Detail),
  v.length(1),
  v.transform(([detail]) => detail as v.InferOutput<typeof Detail>),
  // Some actions need a purpose, others must not have one, so a token never holds both kinds.
  v.check(({ actions, purpose }) => {
    const needing = actions.filter((name) => ACTIONS.get(name)?.purpose).length;
    return purpose === undefined ? needing === 0 : needing === actions.length;
  }),
);

/**
 * A grant without actions is for routes that need none. Only a person's session has one.
 * @returns the grant in parsed `authorization_details`, or `null` if it is malformed or unknown.
 */
export function readGrant(details: Json | undefined): Grant | null {
  const result = v.safeParse(Details, details);
  if (!result.success) return null;
  const { type: _, ...grant } = result.output;
  // Only members that are present: an absent member must stay absent in the token.
  return Object.fromEntries(
    Object.entries(grant).filter(([, value]) => value !== undefined),
  ) as unknown as Grant;
}

/**
 * Reads the `authorization_details` parameter of a token request.
 * @returns `null` for repeated or unknown members, another type, or no action
 */
export function parseDetails(text: string): Grant | null {
  try {
    const grant = readGrant(parseJson(text));
    return grant?.actions.length ? grant : null;
  } catch {
    return null;
  }
}

/** The actions that the agency is not registered for. */
export function lackedBy(agency: { actions: readonly string[] }, { actions }: Grant): string[] {
  return actions.filter((action) => !agency.actions.includes(action));
}
