import * as v from 'valibot';
import { ACTION_NAMES } from '../../actions.ts';
import { Name, Words } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** The one object in `authorization_details`. */
const Detail = strictObject({
  type: v.literal('fieldgate'),
  actions: v.pipe(v.array(v.picklist(ACTION_NAMES)), v.minLength(1)),
  purpose: v.optional(Name),
  ...Words,
});

/** The form of a token request; `functions/token` reads it as RFC 6749 requires. */
const TokenRequest = v.object({
  grant_type: v.literal('client_credentials'),
  client_assertion_type: v.literal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer'),
  client_assertion: v.string(),
  client_id: v.optional(v.string()),
  authorization_details: v.string(),
});

const TokenResponse = v.object({
  access_token: v.string(),
  token_type: v.literal('DPoP'),
  expires_in: v.number(),
  authorization_details: v.pipe(v.array(Detail), v.length(1)),
});

const Metadata = v.looseObject({
  issuer: v.string(),
  token_endpoint: v.string(),
  jwks_uri: v.string(),
  fieldgate_utc_offset_minutes: v.optional(v.number()),
  fieldgate_purposes: v.optional(v.record(v.string(), v.string())),
  fieldgate_match_keys: v.optional(v.array(v.string())),
});
const OpenidMetadata = v.looseObject({ issuer: v.string(), jwks_uri: v.string() });
const ResourceMetadata = v.object({
  resource: v.string(),
  authorization_servers: v.array(v.string()),
  bearer_methods_supported: v.array(v.string()),
  dpop_signing_alg_values_supported: v.array(v.string()),
  authorization_details_types_supported: v.array(v.string()),
  resource_documentation: v.string(),
  fieldgate_utc_offset_minutes: v.optional(v.number()),
  fieldgate_people: v.optional(
    v.object({
      issuer: v.string(),
      client_id: v.string(),
      scope: v.string(),
      redirect_uri: v.string(),
      resource: v.optional(v.string()),
      acr_values: v.optional(v.string()),
      console: v.optional(
        v.object({
          client_id: v.string(),
          redirect_uri: v.string(),
          authorization_endpoint: v.string(),
          end_session: v.optional(v.string()),
        }),
      ),
    }),
  ),
});
const Jwks = v.object({
  keys: v.array(v.looseObject({ kty: v.string(), kid: v.string(), use: v.string(), alg: v.string() })),
});

export const tokenRoutes = routes('tokens', 'token', {
  requestToken: route('POST /oauth/token', 'token.issue', {
    headers: { DPoP: { schema: v.string(), required: true } },
    bodyAs: { 'application/x-www-form-urlencoded': TokenRequest },
    response: TokenResponse,
  }),
  readServerMetadata: route('GET /.well-known/oauth-authorization-server', 'public.read', {
    response: Metadata,
  }),
  readOpenidMetadata: route('GET /.well-known/openid-configuration', 'public.read', {
    response: OpenidMetadata,
  }),
  readResourceMetadata: route('GET /.well-known/oauth-protected-resource', 'public.read', {
    response: ResourceMetadata,
  }),
  listPublicKeys: route('GET /.well-known/jwks.json', 'public.read', { response: Jwks }),
  listTokenKeys: route('GET /.well-known/token-keys.json', 'public.read', { response: Jwks }),
});
