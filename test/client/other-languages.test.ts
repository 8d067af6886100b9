/** What a program of an office asks of the gateway it can ask in every language, and through the sidecar. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ROUTES } from '../../infra/cli/sidecar/routes.ts';
import { connect } from '../../shared/client/connect.ts';
import { fileGateway } from '../support/gateway.ts';

const gateway = await fileGateway();
const sidecar = ROUTES.map(({ name }) => name as string);
const python = [
  ...readFileSync('clients/python/fieldgate/client.py', 'utf8').matchAll(/^ {4}def ([a-z]\w*)/gm),
];
const java = [
  ...readFileSync('clients/java/src/fieldgate/Gateway.java', 'utf8').matchAll(/^ {2}public .* (\w+)\(/gm),
];
const namesOf = (found: readonly RegExpExecArray[]) => found.map(([, name]) => name);

/** By the name in this client: in Python, in Java, through the sidecar. */
const PATH: Record<string, readonly [python: string, java: string, sidecar: string]> = {
  whoami: ['whoami', 'whoami', 'GET /whoami'],
  catalogue: ['catalogue', 'catalogue', 'GET /catalogue'],
  programmes: ['programmes', 'programmes', 'GET /programmes'],
  intake: ['intake', 'intake', 'POST /intake'],
  release: ['release', 'release', 'POST /release'],
  releaseList: ['release_list', 'releaseList', 'POST /release-list'],
  verify: ['verify', 'verify', 'POST /verify'],
  verifyList: ['verify_list', 'verifyList', 'POST /verify-list'],
  checkReceipt: ['check_receipt', 'checkReceipt', 'POST /receipt'],
  find: ['find', 'find', 'POST /find'],
  tasks: ['tasks', 'tasks', 'GET /tasks'],
  completeTask: ['complete_task', 'completeTask', 'POST /tasks/{id}/complete'],
  takeTask: ['take_task', 'takeTask', 'POST /tasks/{id}/take'],
  giveBackTask: ['give_back_task', 'giveBackTask', 'POST /tasks/{id}/give-back'],
  'submittedLists.submit': ['submit_list', 'submitList', 'POST /lists/{id}'],
  'submittedLists.state': ['list_state', 'listState', 'GET /lists/{id}'],
  'submittedLists.results': ['list_results', 'listResults', 'GET /lists/{id}/results'],
  'submittedLists.end': ['end_list', 'endList', 'POST /lists/{id}/end'],
  'consents.file': ['file_consent', 'fileConsent', 'POST /consents'],
  'consents.list': ['consents', 'consents', 'GET /consents'],
  'consents.confirm': ['confirm_consent', 'answerConsent', 'POST /consents/{id}/confirm'],
  'consents.code': ['consent_code', 'consentCode', 'POST /consents/{id}/code'],
  'consents.withdraw': ['withdraw_consent', 'answerConsent', 'POST /consents/{id}/withdraw'],
  'requests.submit': ['submit', 'submit', 'POST /requests'],
  'requests.list': ['requests', 'requests', 'GET /requests'],
  'requests.view': ['request', 'request', 'GET /requests/{id}'],
  'requests.approve': ['answer_request', 'answerRequest', 'POST /requests/{id}/approve'],
  'requests.refuse': ['answer_request', 'answerRequest', 'POST /requests/{id}/refuse'],
  'requests.withdraw': ['answer_request', 'answerRequest', 'POST /requests/{id}/withdraw'],
  'requests.collect': ['collect', 'collect', 'POST /requests/{id}/collect'],
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
  ['Python', 0, namesOf(python)],
  ['Java', 1, namesOf(java)],
  ['the sidecar', 2, sidecar],
] as const)('%s has the whole path', (_, at, known) => {
  expect(known.length).toBeGreaterThan(15);
  const lacking = Object.entries(PATH).filter(([, names]) => !known.includes(names[at]));
  expect(lacking.map(([name]) => name)).toEqual([]);
});
