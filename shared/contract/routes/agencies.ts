import * as v from 'valibot';
import { ACTION_NAMES } from '../../actions.ts';
import { CLIENT_ID } from '../../ids.ts';
import type { Json } from '../../json.ts';
import { httpTexts } from '../../messages/http.ts';
import {
  AnyJson,
  AreaCode,
  byName,
  Cursor,
  Entry,
  Language,
  line,
  Name,
  Pending,
  Receipt,
  Text,
  Words,
} from './common.ts';
import { say } from './messages.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

const names = v.pipe(v.array(Name), v.maxLength(100));

const rate = v.pipe(
  v.number(),
  v.integer(say(httpTexts.wholeNumber)),
  v.minValue(1, say(httpTexts.atLeastOne)),
  v.maxValue(1_000_000, say(httpTexts.atMost(1_000_000))),
);

/** What an agency is called, by language tag. */
const NamesByLanguage = byName(line(200), 1, Language);

/** Any JSON, which its own reader checks. Said to be `Json`, its declaration would be too deep for the compilers of users. */
const Unread = AnyJson as v.CustomSchema<{ [name: string]: Json }, undefined>;

/** The part of an agency's registration that a steward decides. */
const RIGHTS = {
  name: NamesByLanguage,
  departments: names,
  roles: names,
  areas: v.pipe(v.array(AreaCode), v.maxLength(100)),
  purposes: names,
  byPeople: v.optional(names),
  actions: v.pipe(v.array(v.picklist(ACTION_NAMES)), v.maxLength(ACTION_NAMES.length)),
  trainedUntil: v.pipe(v.string(), v.isoDate(say(httpTexts.date))),
  activities: v.optional(
    v.pipe(
      v.array(strictObject({ id: line(128), ends: v.pipe(v.string(), v.isoDate(say(httpTexts.date))) })),
      v.maxLength(200),
    ),
  ),
  contracts: v.optional(
    v.pipe(
      v.array(
        strictObject({
          reference: line(128),
          document: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, say(httpTexts.digestHex))),
          from: v.pipe(v.string(), v.isoDate(say(httpTexts.date))),
          until: v.pipe(v.string(), v.isoDate(say(httpTexts.date))),
          processors: v.pipe(v.array(line(200)), v.maxLength(50)),
          supervisor: line(64),
        }),
      ),
      v.maxLength(20),
    ),
  ),
  institution: v.optional(line(100)),
  people: v.optional(Unread),
  rates: v.optional(strictObject({ agency: v.optional(rate), officer: v.optional(rate) })),
};

/** Either a JWKS or the address of one; `shared/identity/key-set.ts` reads the keys. */
const Keys = {
  jwks: v.optional(Unread),
  jwksUri: v.optional(v.pipe(v.string(), v.maxLength(512))),
};
const isOneOfBoth = ({ jwks, jwksUri }: { jwks?: unknown; jwksUri?: unknown }) =>
  (jwks === undefined) !== (jwksUri === undefined);
const ONE_OF_BOTH = say(httpTexts.eitherKeys);

const ClientId = v.pipe(
  v.string(),
  v.regex(CLIENT_ID, say(httpTexts.clientId)),
  // Reserved: the routes accept `self` in place of the caller's own client id.
  v.notValue('self', say(httpTexts.clientIdReserved)),
);

export const RegisterAgency = v.pipe(
  strictObject({ clientId: ClientId, ...RIGHTS, ...Keys, ...Words }),
  v.check((given) => isOneOfBoth(given), ONE_OF_BOTH),
);
export type RegisterAgency = v.InferOutput<typeof RegisterAgency>;

/** This act does not change the keys. */
export const ChangeAgency = strictObject({ ...RIGHTS, ...Words });
export type ChangeAgency = v.InferOutput<typeof ChangeAgency>;
export type Rights = Omit<ChangeAgency, 'case' | 'officer' | 'reason' | 'people'>;

export const ReplaceKeys = v.pipe(
  strictObject({ ...Keys, ...Words }),
  v.check((given) => isOneOfBoth(given), ONE_OF_BOTH),
);
export type ReplaceKeys = v.InferOutput<typeof ReplaceKeys>;

/** The entry of the proposal that the second steward has seen. */
export const ConfirmAgency = strictObject({ entry: Entry, ...Words });

export const SuspendAgency = strictObject({ ...Words });

/** A JWKS, the body of `PUT /v1/agencies/self/jwks`, signed with a current key. */
export const KeySet = strictObject({ keys: v.array(AnyJson) });

export const AgenciesQuery = strictObject({ cursor: v.optional(Cursor) });

const key = { kid: v.string(), use: v.picklist(['sig', 'enc']) };
/** What every view of a registration begins with. */
export const Registered = {
  clientId: v.string(),
  name: Text,
  departments: v.array(v.string()),
  roles: v.array(v.string()),
  areas: v.array(v.string()),
  purposes: v.array(v.string()),
  actions: v.array(v.string()),
  keys: v.array(v.object(key)),
};
export const AgencyView = v.object({
  ...Registered,
  retiring: v.array(v.object({ ...key, until: v.string() })),
  jwksUri: v.optional(v.string()),
  trainedUntil: v.string(),
  byPeople: v.optional(v.array(v.string())),
  activities: v.optional(v.array(v.object({ id: v.string(), ends: v.string() }))),
  contracts: v.optional(
    v.array(
      v.object({
        reference: v.string(),
        document: v.string(),
        from: v.string(),
        until: v.string(),
        processors: v.array(v.string()),
        supervisor: v.string(),
      }),
    ),
  ),
  institution: v.optional(v.string()),
  rates: v.optional(v.object({ agency: v.optional(v.number()), officer: v.optional(v.number()) })),
  people: v.optional(v.looseObject({ issuer: v.string() })),
  suspended: v.boolean(),
});

/** A change that waits for a second steward. */
export const Waiting = v.object({
  clientId: v.string(),
  outcome: v.string(),
  difference: v.array(
    v.object({ what: v.string(), before: v.unknown(), after: v.unknown(), wider: v.boolean() }),
  ),
  officer: v.string(),
  reason: v.string(),
  entry: v.string(),
  expiresAt: v.string(),
});

const Done = v.object({ agency: AgencyView, receipt: Receipt });
export const agencyRoutes = routes('agencies', 'steward', {
  // Before the routes with an id, because `self` is not an id.
  rotateOwnKeys: route('PUT /v1/agencies/self/jwks', 'agency.rotate', { body: KeySet, response: Done }),
  listAgencies: route('GET /v1/agencies', 'agency.read', {
    query: AgenciesQuery,
    response: v.object({
      agencies: v.array(AgencyView),
      waiting: v.array(Waiting),
      cursor: v.nullable(v.string()),
    }),
  }),
  registerAgency: route('POST /v1/agencies', 'agency.register', {
    body: RegisterAgency,
    response: Done,
    accepted: Pending,
  }),
  readAgency: route('GET /v1/agencies/:id', 'agency.read', {
    response: v.object({ ...AgencyView.entries, waiting: v.array(Waiting) }),
  }),
  changeAgency: route('PUT /v1/agencies/:id', 'agency.change', {
    body: ChangeAgency,
    response: Done,
    accepted: Pending,
  }),
  replaceAgencyKeys: route('PUT /v1/agencies/:id/jwks', 'agency.rekey', {
    body: ReplaceKeys,
    response: Done,
    accepted: Pending,
  }),
  confirmAgency: route('POST /v1/agencies/:id/confirm', 'agency.confirm', {
    body: ConfirmAgency,
    response: Done,
    accepted: Pending,
  }),
  suspendAgency: route('POST /v1/agencies/:id/suspend', 'agency.suspend', {
    body: SuspendAgency,
    response: Done,
  }),
  unsuspendAgency: route('POST /v1/agencies/:id/unsuspend', 'agency.unsuspend', {
    body: SuspendAgency,
    response: Done,
    accepted: Pending,
  }),
});
