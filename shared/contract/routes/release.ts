import * as v from 'valibot';
import { ReleaseRequest, SecondOfficer } from './asks.ts';
import { AnyJson, byName, Receipt, SEALED, Text, Withheld } from './common.ts';
import { FieldView, FiledRequest } from './requests.ts';
import { route, routes } from './route.ts';

export const ReleasedField = v.object({
  form: v.picklist(['plain', 'masked', 'generalised', 'predicate', 'token']),
  value: AnyJson,
  level: v.optional(v.string()),
  predicate: v.optional(v.string()),
  way: v.optional(Text),
  owner: v.optional(v.string()),
  asOf: v.optional(v.string()),
  disputed: v.optional(v.literal(true)),
});

/** `ABSENT`: not held, or not told. `request`: it waits there for an answer, or was refused. */
export const NotGiven = v.object({
  ...Withheld.entries,
  request: v.optional(v.object({ id: v.string(), ...FieldView.entries })),
});

export const ReleaseResponse = v.object({
  release: v.string(),
  purpose: v.string(),
  policy: v.object({ version: v.string(), hash: v.string() }),
  obligations: v.array(v.string()),
  validUntil: v.optional(v.string()),
  results: v.array(
    v.union([
      v.object({
        ref: v.string(),
        fields: byName(ReleasedField),
        withheld: byName(NotGiven),
        obligations: v.optional(v.array(v.string())),
        receipt: Receipt,
      }),
      v.object({ refused: v.object({ code: v.literal('REFUSED') }), receipt: Receipt }),
    ]),
  ),
});

/** The word of a second person: a ticket. */
export const SecondWord = v.object({ second: v.string(), expires: v.string(), receipt: Receipt });

export const releaseRoutes = routes('releases', 'release', {
  releaseFields: route('POST /v1/releases', 'release.make', {
    body: ReleaseRequest,
    response: ReleaseResponse,
    otherwise: SEALED,
    accepted: FiledRequest,
  }),
  secondRelease: route('POST /v1/releases/seconds', 'release.second', {
    body: SecondOfficer,
    response: SecondWord,
  }),
});
