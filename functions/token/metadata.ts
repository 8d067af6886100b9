import { ACTION_NAMES } from '../../shared/identity/details.ts';
import { CLIENT_ALGORITHMS } from '../http/problem.ts';

/** RFC 8414 authorization server metadata. @param issuer the public base URL. */
export function serverMetadata(issuer: string) {
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
    service_documentation: `${issuer}/openapi.json`,
  };
}
