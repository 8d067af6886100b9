import { texts } from './texts.ts';
/** Each error of the token endpoint. */
export const oauth = {
  invalid_request: 'A parameter is missing, repeated or of another form.',
  invalid_client: 'The client assertion is not valid: its key, issuer, audience, time or id.',
  unauthorized_client: 'The agency is suspended or frozen. The description says which.',
  invalid_scope: 'There are no scopes; use authorization_details.',
  unsupported_grant_type: 'The one grant type is client_credentials.',
  invalid_dpop_proof: 'Make a new proof for POST and the address of the token endpoint.',
  use_dpop_nonce: 'Make the proof again with the nonce of the DPoP-Nonce header.',
  invalid_authorization_details: 'Send one object of type fieldgate with actions and a purpose that the agency is registered for.',
  server_error: 'Send the same request again later.',
  temporarily_unavailable: 'Send the same request again after Retry-After.',
};

export const oauthTexts = texts(oauth, (language) => import(`./${language}/oauth.ts`));
