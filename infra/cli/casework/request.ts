import type { RequestFiling } from '../../../shared/client/requests.ts';
import type { Why } from '../../../shared/client/wire/types.ts';
import { requestRoutes } from '../../../shared/contract/routes/requests.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import {
  type GlobalOptions,
  list,
  open,
  type PeopleOptions,
  print,
  subjectsFrom,
  whyFrom,
  withOfficer,
  withPeople,
  withReasons,
} from '../common.ts';
import { derive, inWords } from '../derive/derive.ts';
import { readSubjects } from '../lists/subjects-file.ts';
import { texts } from '../messages/language.ts';
import { type PersonOptions, refOf, withNumber } from '../person.ts';
import { UsageError } from '../terminal/failures.ts';
import { registerCollect } from './collect.ts';

const { request: t } = await texts('casework');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

/** `fieldgate request …`: fields that a purpose releases only with an approval. */
export function registerRequest(program: Command): void {
  const request = program.command('request').description(about.request);
  const submitting = request
    .command('submit')
    .description(t.submit.what)
    .requiredOption('--purpose <code>', t.submit.purpose)
    .option('--case <number>', t.submit.case);
  withPeople(withReasons(submitting))
    .option('--subjects <file>', w.manyPeople)
    .option('--field <name>', t.submit.field, list)
    .runs<PeopleOptions & { subjects?: string }>(submit);
  registerCollect(request);
  derive(request.command('list'), requestRoutes.listRequests, {
    flags: {
      box: ['--sent', 'sent', 'received'],
      state: '--state <state>',
      counts: null,
      due: ['--due', 'yes'],
    },
    columns: ['id', 'state', 'purpose', 'agency', 'at', 'fields'],
    none: t.none,
  });
  withOfficer(withNumber(request.command('show').description(t.show)))
    .argument('<id>', t.fromList)
    .calls<Why & PersonOptions>(async ({ gate, options }, id) => {
      const found = await gate.call('GET /v1/requests/:id', { id });
      if ((options.match ?? options.localId) === undefined)
        return print(options, found, () => requestInWords(found));
      // The request names people as this office's own references; the office knows them by their numbers.
      const person = (('refs' in found && found.refs) || []).indexOf(await refOf(gate, options)) + 1;
      const among = person === 0 ? null : person;
      print(options, { ...found, among }, () => requestInWords(found) + t.among(among));
    });
  derive(request.command('approve'), requestRoutes.approveRequest, { flags: { why: null } });
  derive(request.command('refuse'), requestRoutes.refuseRequest, { flags: { why: '--why <code>' } });
  const ask = requestRoutes.askForMaterial;
  derive(request.command('ask-material'), ask, { flags: { missing: '--missing <code>' }, late: true });
  const supply = requestRoutes.supplyMaterial;
  derive(request.command('supply'), supply, { flags: { statement: '--statement <text>' }, late: true });
  derive(request.command('withdraw'), requestRoutes.withdrawRequest);
  derive(request.command('dispute'), requestRoutes.disputeRefusal, { after: () => t.disputed });
}

async function submit(options: GlobalOptions & PeopleOptions & { subjects?: string }): Promise<void> {
  const { purpose, officer, reason, instrument, activity, basis, field } = options;
  if (options.subjects !== undefined && (options.ref ?? options.match ?? options.localId) !== undefined)
    throw new UsageError(t.submit.oneWay);
  const { gate } = await open(options);
  const subjects =
    options.subjects === undefined
      ? subjectsFrom(options)
      : (await readSubjects(options.subjects, gate.matchKeys)).rows.map(({ subject }) => subject);
  const filing: RequestFiling = {
    purpose,
    subjects,
    ...whyFrom({
      ...defined({ officer, reason, case: options.case }),
    }),
    ...defined({ instrument, activity, basis, fields: field }),
  };
  const filed = await gate.requests.submit(filing);
  print(options, filed, () => requestInWords(filed));
}

/** A request as its route shows it. */
export const requestInWords = (one: object): string =>
  inWords(requestRoutes.readRequest, one as Record<string, Json>) +
  ('mine' in one && 'entry' in one ? w.answers(String(one.entry)) : '');
