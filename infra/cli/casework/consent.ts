import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConsentFiling, ShownDocument } from '../../../shared/client/casework.ts';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import type { Consent, Giver, Proof } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, instant, list, open, print, whyFrom, withOfficer } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { safe, table } from '../terminal/table.ts';

export interface PersonOptions {
  ref?: string;
  idNumber?: string;
  localId?: string;
}

interface GiveOptions extends PersonOptions, Why {
  purpose: string;
  to: string;
  field: string[];
  act: NonNullable<ConsentFiling['act']>;
  giver: Giver;
  relation?: string;
  document?: ShownDocument;
  person: string[];
  text?: string;
  method?: string;
  notice?: string;
  evidence?: string;
  at?: string;
  from?: string;
  until?: string;
  informed?: string;
  case?: string;
}

/** `fieldgate consent …`: consents, refusals and objections of children and guardians. */
export function registerConsent(program: Command): void {
  const consent = program.command('consent').description('file, show, confirm and withdraw consents');
  withOfficer(withPerson(consent.command('give')))
    .description('file a consent, or with --act a refusal, an objection, or proof that a person was informed')
    .requiredOption('--purpose <code>', 'the one purpose')
    .requiredOption('--to <client id>', 'the one agency that receives the data')
    .requiredOption('--field <name>', 'each field (repeat, or separate by commas)', list)
    .option(
      '--act <act>',
      'given, refused, objects, informed, notified, processed; able or unable: a judgement',
      'given',
    )
    .requiredOption('--giver <who>', 'child, guardian, other-parent, carer, substitute or recipient')
    .option('--relation <word>', "the giver's relation to the child")
    .option(
      '--document <kind=number>',
      'document that the giver showed; required if the recipient itself files',
      document,
    )
    .option(
      '--person <name>',
      'the person at the agency to whom it is given, such as the physician',
      list,
      [],
    )
    .option(
      '--text <file>',
      'the text to be published, for a purpose of publication; only its digest is sent',
    )
    .option('--method <word>', 'how it was given, such as signed-form')
    .option('--notice <hash>', 'the notice that was read, by its hash: see fieldgate notice')
    .option('--evidence <file>', 'the scan or recording; only its SHA-256 is sent')
    .option('--at <time>', 'when it was given, if not now', instant)
    .option('--from <time>', 'start of its validity', instant)
    .option('--until <time>', 'end of its validity, a year at most', instant)
    .option('--informed <file>', "with a child's own consent: proof that the guardian was informed")
    .runs<GiveOptions>(give);
  consent
    .command('list')
    .description('show the consents filed about a person, newest first')
    .argument('<ref>', "the agency's own reference")
    .calls(async ({ gate, options }, ref) => {
      const consents = await gate.consents.list(ref);
      print(options, { consents }, () => inWords(consents));
    });
  withOfficer(consent.command('confirm'))
    .description('confirm a consent that its recipient filed, so that it takes effect')
    .argument('<id>', 'as shown by consent list')
    .option('--document <kind=number>', 'document that the giver shows at the desk', document)
    .option('--code <code>', "instead: the giver's one-time code")
    .calls<Why & { document?: ShownDocument; code?: string }>(async ({ gate, options }, id) => {
      const answer = await gate.consents.confirm(id, identified(options), whyFrom(options));
      print(options, answer, () => inWords([answer.consent]));
    });
  withOfficer(consent.command('code'))
    .description('make a one-time code for a giver at the desk')
    .argument('<id>', 'as shown by consent list')
    .option('--document <kind=number>', 'document that the giver shows', document)
    .calls<Why & { document?: ShownDocument }>(async ({ gate, options }, id) => {
      const made = await gate.consents.code(id, identified(options), whyFrom(options));
      print(options, made, () => `${made.code}\nHand it to the giver. It ends at ${made.expires}.\n`);
    });
  withOfficer(
    consent.command('withdraw').description('withdraw a consent; takes effect with the next release'),
  )
    .argument('<id>', 'as shown by consent list')
    .option('--method <word>', 'how it was withdrawn')
    .option('--evidence <file>', 'the scan or recording; only its SHA-256 is sent')
    .option('--code <code>', "the giver's one-time code, which any office may submit")
    .calls<Why & { method?: string; evidence?: string; code?: string }>(async ({ gate, options }, id) => {
      const proof = { ...proofOf(options), ...identified(options) };
      const answer = await gate.consents.withdraw(id, proof, whyFrom(options));
      print(options, answer, () => inWords([answer.consent]));
    });
  withOfficer(withPerson(consent.command('conflict')))
    .description('state that the guardian is in conflict with the child (two people)')
    .option('--lift', 'state that the conflict has ended')
    .calls<PersonOptions & Why & { lift?: boolean }>(async ({ gate, options }) => {
      const answer = await gate.conflict(
        personOf(options),
        options.lift ? 'lifted' : 'set',
        whyFrom(options),
      );
      const rest =
        answer.state === 'pending' ? ` until ${answer.expiresAt}, waiting for a second person` : '';
      print(options, answer, () => `${answer.state}${rest}\n`);
    });
}

async function give(options: GlobalOptions & GiveOptions): Promise<void> {
  const { purpose, to, field, act, giver, relation, person, text, from, until, informed } = options;
  const { gate } = await open(options);
  const filing: ConsentFiling = {
    ...{ subject: personOf(options), purpose, recipient: to, fields: field, act, giver },
    ...defined({ relation, text: text === undefined ? undefined : textDigestOf(text) }),
    ...identified(options),
    ...(person.length === 0 ? {} : { officers: person }),
    ...defined({ from, until }),
    ...proofOf(options),
    ...defined({
      informed: informed === undefined ? undefined : proofOf({ ...options, evidence: informed }),
    }),
  };
  const answer = await gate.consents.file(filing, whyFrom(options));
  print(options, answer, () => inWords([answer.consent, ...(answer.informed ? [answer.informed] : [])]));
}

/** Base64url SHA-256 of the file's text in NFC, read as `story-card` reads it. */
function textDigestOf(path: string): string {
  const text = contentOf(path).toString('utf8').replace(/\r\n/g, '\n').trim();
  return createHash('sha256').update(text.normalize('NFC')).digest('base64url');
}

/** @throws UsageError unless it is like `resident-card=…` */
export function document(text: string): ShownDocument {
  const [, kind, number] = /^([\w-]+)=(.+)$/.exec(text) ?? [];
  if (kind === undefined || number === undefined)
    throw new UsageError('Say kind and number of the document, such as resident-card=….');
  return { kind, number };
}

function identified({ document: shown, code }: { document?: ShownDocument; code?: string }) {
  return defined({ document: shown, code });
}

function proofOf({
  method,
  notice,
  evidence,
  at,
}: {
  method?: string;
  notice?: string;
  evidence?: string;
  at?: string;
}): Proof {
  return defined({
    method,
    noticeVersion: notice,
    evidence: evidence === undefined ? undefined : digestOf(evidence),
    at,
  });
}

/** SHA-256 of a file, in hexadecimal. */
export function digestOf(path: string): string {
  return createHash('sha256').update(contentOf(path)).digest('hex');
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new UsageError(`There is no readable file ${path}.`);
  }
}

/** The options that name one person. */
export function withPerson<C extends Command>(command: C): C {
  return command
    .option('--ref <reference>', "person by this agency's own reference")
    .option('--id-number <number>', 'person by resident ID number')
    .option('--local-id <key>', "person by this department's own key");
}

/** @throws UsageError unless the options name one person */
export function personOf({ ref, idNumber, localId }: PersonOptions): Subject {
  const match = defined({ id_number: idNumber, local_id: localId });
  if ((ref === undefined) === (Object.keys(match).length === 0))
    throw new UsageError('Name the person: --ref, --id-number or --local-id.');
  return ref === undefined ? { match } : { ref };
}

function inWords(consents: readonly Consent[]): string {
  if (consents.length === 0) return 'Nothing on file.\n';
  const rows = consents.map((one) => [
    one.id,
    one.act === 'waiting' ? `${one.says} (waiting)` : one.act,
    `${one.giver}${one.relation === undefined ? '' : ` (${safe(one.relation)})`}`,
    `${one.purpose} to ${one.recipient}`,
    one.until.slice(0, 10),
    one.fields.join(', '),
  ]);
  return table(['id', 'said', 'by', 'for', 'until', 'fields'], rows);
}
