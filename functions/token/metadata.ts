import { ACTION_NAMES } from '../../shared/actions.ts';
import { defined } from '../../shared/defined.ts';
import type { PeopleSettings } from '../../shared/identity/people/people.ts';
import type { Zone } from '../../shared/times.ts';
import { CLIENT_ALGORITHMS } from '../http/problem.ts';
import type { Purposes } from './issue-token.ts';

/** RFC 8414 authorization server metadata. @param issuer the public base URL. */
export function serverMetadata(issuer: string, { zone, defaults }: Pick<Purposes, 'zone' | 'defaults'> = {}) {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
    dpop_signing_alg_values_supported: CLIENT_ALGORITHMS,
    authorization_details_types_supported: ['fieldgate'],
    fieldgate_actions_supported: ACTION_NAMES,
    service_documentation: `${issuer}/docs`,
    ...offset(zone),
    ...(defaults && { fieldgate_purposes: defaults.purposes, fieldgate_match_keys: defaults.matchKeys }),
  };
}

const offset = (zone?: Zone) => (zone ? { fieldgate_utc_offset_minutes: zone.utcOffsetMinutes } : {});

/**
 * RFC 9728 protected resource metadata: the issuers whose tokens the API accepts, and the settings for a person's login.
 * @param resource the public base URL. @param people the issuer of people; `null` if there is none.
 */
export function resourceMetadata(resource: string, people: PeopleSettings | null, zone?: Zone) {
  const login = people?.login;
  return {
    resource,
    authorization_servers: [resource, ...(people ? [people.issuer] : [])],
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: CLIENT_ALGORITHMS,
    authorization_details_types_supported: ['fieldgate'],
    resource_documentation: `${resource}/docs`,
    ...offset(zone),
    ...(people &&
      login && {
        fieldgate_people: {
          issuer: people.issuer,
          client_id: login.clientId,
          scope: login.scope,
          redirect_uri: login.redirectUri,
          ...defined({ resource: login.resource }),
          ...(people.console && {
            console: {
              client_id: people.console.clientId,
              redirect_uri: people.console.redirectUri,
              authorization_endpoint: people.console.authorize,
              ...defined({ end_session: people.console.logout }),
            },
          }),
        },
      }),
  };
}
