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
  find: ['findSubject', 'POST /find'],
  tasks: ['listTasks', 'GET /tasks'],
  completeTask: ['completeTask', 'POST /tasks/{id}/complete'],
  takeTask: ['takeTask', 'POST /tasks/{id}/take'],
  giveBackTask: ['giveBackTask', 'POST /tasks/{id}/give-back'],
  'submittedLists.submit': ['submitList', 'POST /lists/{id}'],
  'submittedLists.state': ['listState', 'GET /lists/{id}'],
  'submittedLists.results': ['listResults', 'GET /lists/{id}/results'],
  'submittedLists.end': ['endList', 'POST /lists/{id}/end'],
  'consents.file': ['fileConsent', 'POST /consents'],
  'consents.list': ['listConsents', 'GET /consents'],
  'consents.confirm': ['confirmConsent', 'POST /consents/{id}/confirm'],
  'consents.code': ['makeConsentCode', 'POST /consents/{id}/code'],
  'consents.withdraw': ['withdrawConsent', 'POST /consents/{id}/withdraw'],
  'requests.submit': ['fileRequest', 'POST /requests'],
  'requests.list': ['listRequests', 'GET /requests'],
  'requests.view': ['readRequest', 'GET /requests/{id}'],
  'requests.approve': ['approveRequest', 'POST /requests/{id}/approve'],
  'requests.refuse': ['refuseRequest', 'POST /requests/{id}/refuse'],
  'requests.withdraw': ['withdrawRequest', 'POST /requests/{id}/withdraw'],
  'requests.collect': ['collect', 'POST /requests/{id}/collect'],
};

/** What people do at the console or in a terminal: desks, stewards, auditors, and the keys of an agency. */
const OF_PEOPLE = `
  call
  intakeList openReceipt checkUse schema catalogueExport directory policy notices notice checkPosting usage
  usageEntry erase keep merge keepApart undoMerge waitingActs startJob job conflict purposeMet checkCode
  taskCounts requests.counts
  log logPage logLines logEntry review acknowledge alerts markDecoy decoys heads reviewQueue reviewCoverage reviewMany reviewReport compareReport stats
  revokeWriter revocations reconcile statistics leakCheck storyCard testStoryText
  inquire inquiryParts sealedInquiryParts inquiryCopies secondInquiry inquiryPages
  agencies.list agencies.waiting agencies.get agencies.confirm agencies.register agencies.change agencies.suspend
  agencies.unsuspend agencies.replaceKeys agencies.rotate policyVersions.list policyVersions.diff policyVersions.publish
  policyVersions.preview policyVersions.waiting
  freezes.set freezes.list freezes.read freezes.lift holds.request holds.confirm holds.list holds.lift
  objections.file objections.list objections.read objections.page objections.resolve
  incidents.open incidents.list incidents.read incidents.sent incidents.close incidents.report
  requests.askMaterial requests.supply requests.dispute
  cases.open cases.list cases.view cases.confirm cases.assign cases.close harmReports.file harmReports.open
`.split(/\s+/);

it('each method of the client is on the path of a program, or is what people do', async () => {
  const { sig: key } = gateway.agency('edu-county');
  const gate = await connect({ issuer: gateway.url, clientId: 'edu-county', key });
  const all = Object.entries(gate).flatMap(([name, value]) => {
    if (typeof value === 'function') return [name];
    if (typeof value !== 'object' || Array.isArray(value)) return [];
    return Object.keys(value).map((member) => `${name}.${member}`);
  });
  expect(all.length).toBeGreaterThan(90);
  expect(all.filter((name) => !(name in PATH) && !OF_PEOPLE.includes(name))).toEqual([]);
  const named = [...Object.keys(PATH), ...OF_PEOPLE.filter(Boolean)];
  expect(named.filter((name) => !all.includes(name))).toEqual([]);
});

it.each([
  ['Python', 0, verbsOf(python)],
  ['Java', 0, verbsOf(java)],
  ['the sidecar', 1, sidecar],
] as const)('%s has the whole path', (_, at, known) => {
  expect(known.length).toBeGreaterThan(15);
  const lacking = Object.entries(PATH).filter(([, names]) => !known.includes(names[at]));
  expect(lacking.map(([name]) => name)).toEqual([]);
});
