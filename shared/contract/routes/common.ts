/** Schemas that several routes share. They check shapes and limits. The pack gives names their meaning. */

import * as v from 'valibot';
import { PROBLEM_CODES, type ProblemCode } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { LANGUAGE } from '../../language.ts';
import { httpTexts } from '../../messages/http.ts';
import { kindOf, messageOf, say } from './messages.ts';
import { strictObject } from './strict-object.ts';

/** A text in each language of the pack, by language tag (BCP 47). A problem's texts are in one language instead. */
export const Text = v.record(v.string(), v.string());

/** A language tag, such as `zh` or `zh-Hant`. A text that has none of it is shown in the pack's first. */
export const Language = v.pipe(v.string(), v.maxLength(35), v.regex(LANGUAGE, say(httpTexts.languageTag)));

/** A code of an area. The pack says which codes there are: the form of its field with a person's residence. */
export const AreaCode = v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/, say(httpTexts.divisionCode)));

/** Most bytes of one field as JSON in UTF-8. */
export const FIELD_LIMIT = 32 * 1024;

/** Name of a source's own key in `match`; its values are unique within one agency. */
export const LOCAL_ID = 'local_id';

/** A name of a field, collection, programme or purpose. */
export const Name = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

/** Any JSON value; `parseJson` has already refused what is not well formed. */
export const AnyJson = v.custom<Json>((value) => value !== undefined);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An object whose member names the caller chooses. Kept as parsed, so that even a member called `__proto__`
 * reaches the rules. Walk it with `Object.entries`; look up members with `Object.hasOwn`.
 */
export function byName<S extends v.GenericSchema<unknown, unknown>>(
  value: S,
  min = 0,
  names: v.GenericSchema<unknown, unknown> = Name,
  most = Number.POSITIVE_INFINITY,
) {
  const object = v.custom<Record<string, v.InferOutput<S>>>(isObject, say(httpTexts.object));
  MAPS.set(object, { member: value, ...(most < Number.POSITIVE_INFINITY && { most }) });
  const tooMany = most < Number.POSITIVE_INFINITY ? say(httpTexts.atMostMembers(most), 'limit') : '';
  return v.pipe(
    object,
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const members = Object.entries(dataset.value);
      if (members.length < min) addIssue({ message: say(httpTexts.members(min)) });
      if (members.length > most) return addIssue({ message: tooMany });
      let faults = 0;
      for (const [name, member] of members) {
        const badName = v.is(names, name) ? null : names === Name ? BAD_NAME : faultOf(names, name);
        const message = badName ?? faultOf(value, member);
        if (message === null) continue;
        if (++faults > FAULTS) return;
        addIssue({
          message,
          path: [{ type: 'object', origin: 'value', input: dataset.value, key: '*', value: member }],
        });
      }
    }),
  );
}

/** @returns the first fault of the value as its registered message, or `null`. */
function faultOf(schema: v.GenericSchema<unknown, unknown>, value: unknown): string | null {
  const issue = v.safeParse(schema, value).issues?.[0];
  return issue === undefined ? null : say(messageOf(issue), kindOf(issue));
}

/** Faults of one object that are told. */
const FAULTS = 20;

const BAD_NAME = say(httpTexts.memberName);

/** The objects of `byName` and the schema of their members, for the OpenAPI document. */
export const MAPS = new Map<unknown, { member: v.GenericSchema<unknown, unknown>; most?: number }>();

const encoder = new TextEncoder();

/** A field's value as sent; `null` deletes. */
export const FieldValue = v.pipe(
  AnyJson,
  v.check(
    (value) => encoder.encode(JSON.stringify(value)).length <= FIELD_LIMIT,
    say(httpTexts.fieldBytes(FIELD_LIMIT), 'limit'),
  ),
);

const noControls = v.check((text: string) => !/\p{Cc}/u.test(text), say(httpTexts.noControls));

/** A line of text for people: 1 to `max` characters. */
export const line = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max), noControls);

/** A text for people: 1 to `max` characters, line breaks allowed. */
export const text = (max: number) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(max),
    v.check((value) => !/[^\P{Cc}\n]/u.test(value), say(httpTexts.noControls)),
  );

/** A request is processed once for each key, and always gets the same answer. */
/** A public key to which an answer is sealed: for ECDH-ES, or of X-Wing. */
export const SealingKey = v.union([
  strictObject({ kty: v.literal('EC'), crv: v.literal('P-256'), x: line(60), y: line(60) }),
  strictObject({ kty: v.literal('AKP'), alg: v.literal('X-Wing'), pub: line(1700) }),
]);

/** A sealed answer: a compact JWE, or what is sealed to a hybrid key. */
export const SEALED = { 'application/jose': v.string(), 'application/fieldgate-sealed': v.string() } as const;

export const IdempotencyKey = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,128}$/));

export const Ref = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, say(httpTexts.reference)));
/** Far more than a pack has match keys. */
const MATCH_KEYS = 20;
export const Match = byName(line(128), 1, Name, MATCH_KEYS);
export const Subject = v.pipe(
  strictObject({ ref: v.optional(Ref), match: v.optional(Match) }),
  v.check(
    (subject) => (subject.ref === undefined) !== (subject.match === undefined),
    say(httpTexts.eitherRefOrMatch),
  ),
);

/** The words that justify a request. The token may contain them too; then both must agree. */
export const Words = {
  case: v.optional(line(128)),
  officer: v.optional(line(128)),
  reason: v.optional(line(1000)),
};

/** The log entry of the request that a second person has seen and confirms. A first person names none. */
export const Entry = v.pipe(v.string(), v.regex(/^[\w-]{1,128}$/, say(httpTexts.entry)));

/** One of the two calls of an act of two people. */
export const ByTwo = { entry: v.optional(Entry), ...Words };
export const OfTwo = strictObject(ByTwo);

/** RFC 3339 instant in UTC. */
export const Instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/, say(httpTexts.instant)),
  v.check((text) => !Number.isNaN(Date.parse(text)), say(httpTexts.noSuchTime)),
);
export const Cursor = v.pipe(v.string(), v.regex(/^[\w-]{1,1024}$/, say(httpTexts.cursor)));

/** Up to `most` values of a query, with commas between them; each counts once. */
export const upTo = (most: number) =>
  v.pipe(
    line(65 * most),
    v.transform((text) => text.split(',')),
    v.maxLength(most, say(httpTexts.atMost(most))),
    v.transform((values) => [...new Set(values)]),
  );

/** A number in a query. */
export const count = (max: number) =>
  v.pipe(
    v.string(),
    v.regex(/^[1-9]\d{0,5}$/, say(httpTexts.positiveNumber)),
    v.transform(Number),
    v.maxValue(max, say(httpTexts.atMost(max))),
  );

export const Receipt = v.object({
  entry: v.string(),
  leafHash: v.string(),
  writer: v.string(),
  seq: v.number(),
  signature: v.string(),
  sm3: v.optional(v.string()),
});
/** 202: a second person must send the same request, with the receipt's entry, before `expiresAt`. */
export const Pending = v.object({ state: v.literal('pending'), expiresAt: v.string(), receipt: Receipt });
export const Withheld = v.object({ code: v.string(), rule: v.string(), reason: Text });
export const ProblemDetails = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: v.picklist(PROBLEM_CODES as ProblemCode[]),
  requestId: v.string(),
  detail: v.optional(v.string()),
  rule: v.optional(v.string()),
  reason: v.optional(v.string()),
  maxAge: v.optional(v.number()),
  seen: v.optional(v.string()),
  waits: v.optional(v.string()),
  errors: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
  untold: v.optional(v.number()),
});

/** Base64url SHA-256 of a text in NFC. */
export const TextDigest = v.pipe(v.string(), v.regex(/^[\w-]{43}$/, say(httpTexts.digestBase64url)));
