/** What a program of an office asks of the gateway it can ask in every language, and through the sidecar. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ROUTES } from '../../infra/cli/sidecar/routes.ts';
import { connect } from '../../shared/client/connect.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { fileGateway } from '../support/gateway.ts';

const gateway = await fileGateway();
const sidecar = ROUTES.map(({ name }) => name as string);
const python = [
  ...readFileSync('clients/python/fieldgate/client.py', 'utf8').matchAll(/^ {4}def ([a-z]\w*)/gm),
];
const java = [
  ...readFileSync('clients/java/src/fieldgate/Gateway.java', 'utf8').matchAll(/^ {2}public .* (\w+)\(/gm),
];
/** What a client has by hand, and what is derived from the contract. */
const verbsOf = (found: readonly RegExpExecArray[]) => [
  ...found.map(([, name = '']) => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase())),
  ...ALL_ROUTES.map(({ name }) => name),
];

/** By the name in this client: the operation, or the verb that does more than ask; and the route of the sidecar. */
const PATH: Record<string, readonly [verb: string, sidecar: string]> = {
  whoami: ['readSelf', 'GET /whoami'],
  catalogue: ['readCatalogue', 'GET /catalogue'],
  programmes: ['listProgrammes', 'GET /programmes'],
  intake: ['intake', 'POST /intake'],
  release: ['release', 'POST /release'],
  releaseList: ['releaseList', 'POST /release-list'],
  verify: ['verify', 'POST /verify'],
  verifyList: ['verifyList', 'POST /verify-list'],
  checkReceipt: ['checkReceipt', 'POST /receipt'],
  'submittedLists.submit': ['submitList', 'POST /lists/{id}'],
  'submittedLists.state': ['listState', 'GET /lists/{id}'],
  'submittedLists.results': ['listResults', 'GET /lists/{id}/results'],
  'submittedLists.end': ['endList', 'POST /lists/{id}/end'],
  'requests.submit': ['fileRequest', 'POST /requests'],
  'requests.collect': ['collect', 'POST /requests/{id}/collect'],
};

/** What this client asks by `call`. */
const CALLED: readonly (readonly [verb: string, sidecar: string])[] = [
  ['findSubject', 'POST /find'],
  ['listTasks', 'GET /tasks'],
  ['completeTask', 'POST /tasks/{id}/complete'],
  ['takeTask', 'POST /tasks/{id}/take'],
  ['giveBackTask', 'POST /tasks/{id}/give-back'],
  ['fileConsent', 'POST /consents'],
  ['listConsents', 'GET /consents'],
  ['confirmConsent', 'POST /consents/{id}/confirm'],
  ['makeConsentCode', 'POST /consents/{id}/code'],
  ['withdrawConsent', 'POST /consents/{id}/withdraw'],
  ['listRequests', 'GET /requests'],
  ['readRequest', 'GET /requests/{id}'],
  ['approveRequest', 'POST /requests/{id}/approve'],
  ['refuseRequest', 'POST /requests/{id}/refuse'],
  ['withdrawRequest', 'POST /requests/{id}/withdraw'],
];

/** What this client and the command line have alone: docs/formats/files.md says so to the others. */
const HERE_ALONE = ['files.put', 'files.read'];

/** What people do at the console or in a terminal: desks, stewards, auditors, and the keys of an agency. */
const OF_PEOPLE = `
  call items text intakeList openReceipt checkUse schema directory policy log logLines compareReport openReport
  statistics leakCheck storyCard inquire inquiryParts sealedInquiryParts inquiryCopies inquiryPages
`.split(/\s+/);

it('each method of the client is on the path of a program, or is what people do', async () => {
  const { sig: key } = gateway.agency('edu-county');
  const gate = await connect({ issuer: gateway.url, clientId: 'edu-county', key });
  const all = Object.entries(gate).flatMap(([name, value]) => {
    if (typeof value === 'function') return [name];
    if (typeof value !== 'object' || Array.isArray(value)) return [];
    return Object.keys(value).map((member) => `${name}.${member}`);
  });
  expect(all.length).toBeGreaterThan(30);
  expect(
    all.filter((name) => !(name in PATH) && !OF_PEOPLE.includes(name) && !HERE_ALONE.includes(name)),
  ).toEqual([]);
  const named = [...Object.keys(PATH), ...OF_PEOPLE.filter(Boolean), ...HERE_ALONE];
  expect(named.filter((name) => !all.includes(name))).toEqual([]);
});

it.each([
  ['Python', 0, verbsOf(python)],
  ['Java', 0, verbsOf(java)],
  ['the sidecar', 1, sidecar],
] as const)('%s has the whole path', (_, at, known) => {
  expect(known.length).toBeGreaterThan(15);
  const lacking = [...Object.values(PATH), ...CALLED].filter((names) => !known.includes(names[at]));
  expect(lacking).toEqual([]);
});
