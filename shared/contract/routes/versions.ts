import * as v from 'valibot';
import { httpTexts } from '../../messages/http.ts';
import { AnyJson, byName, Entry, Pending, Receipt, Text, Words } from './common.ts';
import { say } from './messages.ts';
import { route, routes } from './route.ts';
import { PolicyQuery } from './steward.ts';
import { strictObject } from './strict-object.ts';

/** `pack` is the output of `fieldgate pack check --write`. */
export const PublishRequest = strictObject({ pack: AnyJson, entry: v.optional(Entry), ...Words });
export type PublishRequest = v.InferOutput<typeof PublishRequest>;

export const PreviewRequest = strictObject({ pack: AnyJson });

export const Version = v.object({
  version: v.string(),
  hash: v.string(),
  publishedAt: v.nullable(v.string()),
  entry: v.nullable(v.string()),
  inForce: v.boolean(),
  shipped: v.boolean(),
});

export const Change = v.object({
  what: v.string(),
  before: v.string(),
  after: v.string(),
  needsDeployment: v.boolean(),
});

const Verdict = v.object({
  ...{ cells: v.number(), cases: v.number(), holds: v.boolean() },
  against: v.optional(
    v.object({
      ...{ purpose: v.string(), role: v.string(), what: v.string() },
      request: v.optional(byName(AnyJson)),
    }),
  ),
});
/** In a compiled pack: what was found of the sentences of the pack with this hash. */
export const Proof = v.object({ hash: v.string(), sentences: v.record(v.string(), Verdict) });

const sentences = v.array(
  v.object({
    ...{ name: v.string(), say: Text, rules: v.array(v.string()) },
    verdict: v.nullable(Verdict),
  }),
);

export const Published = v.object({
  version: v.string(),
  hash: v.string(),
  publishedAt: v.string(),
  inForceBy: v.string(),
  receipt: Receipt,
});
/** A version in a path: its hash or its name. */
export const VersionName = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/, say(httpTexts.version)));

export const versionRoutes = routes('policy', 'steward', {
  listVersions: route('GET /v1/policy/versions', 'policy.read', {
    response: v.object({
      versions: v.array(Version),
      waiting: v.optional(
        v.object({
          ...{ version: v.string(), hash: v.string(), before: v.nullable(v.string()) },
          ...{ by: v.string(), officer: v.optional(v.string()), reason: v.optional(v.string()) },
          ...{ entry: v.string(), until: v.string(), own: v.boolean() },
        }),
      ),
    }),
  }),
  publishPolicy: route('POST /v1/policy/versions', 'policy.publish', {
    body: PublishRequest,
    response: Published,
    accepted: Pending,
  }),
  previewPolicy: route('POST /v1/policy/versions/preview', 'policy.publish', {
    readsOnly: true,
    body: PreviewRequest,
    response: v.object({
      ...{ version: v.string(), hash: v.string(), changes: v.array(Change) },
      against: v.object({ version: v.string(), hash: v.string() }),
      sentences,
    }),
  }),
  readSentences: route('GET /v1/policy/sentences', 'policy.read', {
    query: PolicyQuery,
    response: v.object({ version: v.string(), hash: v.string(), sentences }),
  }),
  diffVersions: route('GET /v1/policy/versions/:a/diff/:b', 'policy.read', {
    response: v.object({ from: v.string(), to: v.string(), changes: v.array(Change) }),
  }),
});
