import type { PeopleIssuer } from './issuer.ts';
import { answerKeys, openSigner, PEOPLE_PATH, settingFor } from './sign-in.ts';

/** The keys of the issuer without its pages, for tests, whose people need no key. */
export async function openKeysAlone(url: string, now: () => number): Promise<PeopleIssuer> {
  const signer = await openSigner(url, now);
  const handle: PeopleIssuer['handle'] = (request, response) => {
    request.url = (request.url ?? '').slice(PEOPLE_PATH.length);
    answerKeys(signer, request, response);
  };
  return { setting: settingFor(signer.issuer, url, { bearer: true }), sign: signer.sign, handle };
}
