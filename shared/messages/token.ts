import { texts } from './texts.ts';
/** Texts about the token endpoint. */
export const token = {
  actorUnknown: 'the actor token is not one of a person of this agency',
  usePost: 'use POST',
  tooMany: 'too many requests',
  noToken: 'no token was issued',
  inBody: 'parameters belong in the body, not in the URL',
  oneGrantType: 'the one grant type is client_credentials',
  oneMethod: 'the one client authentication method is private_key_jwt',
  noScopes: 'there are no scopes; use authorization_details',
  assertionMissing: 'client_assertion is missing',
  assertionAlone: 'authenticate by client_assertion alone',
  parameterRepeated: 'a parameter is repeated',
  actorDiffers: 'the officer is the person of the actor token, who has the role that the actions need',
  nonceOfHeader: 'make the proof again with the nonce of the DPoP-Nonce header',
  assertionInvalid: 'the client assertion is not valid',
  proofMissing: 'the DPoP header is missing',
  proofInvalid: 'the DPoP proof is not valid',
  proofUsed: 'the DPoP proof was used before',
  agencyFrozen: 'The agency is frozen.',
  officerFrozen: 'The officer is frozen.',
  purposeFrozen: 'The purpose is frozen.',
  assertionType: (type: string) => `client_assertion_type must be ${type}`,
  actorType: (type: string) => `actor_token goes with actor_token_type ${type}`,
  missing: (name: string) => `${name} is missing`,
  details: 'one object of type fieldgate with actions; a purpose for release and verify, none for the others; each text is a line that is not empty',
  lacks: (actions: string) => `the agency is not registered for the action ${actions}, which the office that registers agencies can add`,
  purposeUnknown: (own: string, near: string) => `the policy has no such purpose${near && ` (is ${near} meant?)`}; those of the agency are: ${own || '–'} (GET /v1/catalogue)`,
};

export const tokenTexts = texts(token, (language) => import(`./${language}/token.ts`));
