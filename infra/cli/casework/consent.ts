import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConsentFiling, Identified, ShownDocument } from '../../../shared/client/casework.ts';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { Consent, Giver, Proof } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import {
  endOf,
  type GlobalOptions,
  instant,
  list,
  open,
  print,
  whyFrom,
  withOfficer,
  withReceipt,
} from '../common.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { type PackWords, packWords } from '../terminal/pack-words.ts';
import { safe, table } from '../terminal/table.ts';
import { lastDay, timeOf, zoneHere } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { type PersonOptions, personOf, withNumber, withPerson } from './person.ts';

const { consent: t } = await texts('casework');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

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

/** `fieldgate consent …`: consents, refusals and objections of people and representatives. */
export function registerConsent(program: Command): void {
  const consent = program.command('consent').description(about.consent);
  withOfficer(withPerson(consent.command('give')))
    .description(t.give.what)
    .requiredOption('--purpose <code>', t.give.purpose)
    .requiredOption('--to <client id>', t.give.to)
    .requiredOption('--field <name>', t.give.field, list)
    .option('--act <act>', t.give.act, 'given')
    .requiredOption('--giver <who>', t.give.giver)
    .option('--relation <word>', t.give.relation)
    .option('--document <kind=number>', t.give.document, document)
    .option('--person <name>', t.give.person, list, [])
    .option('--text <file>', t.give.text)
    .option('--method <word>', t.give.method)
    .option('--notice <hash>', t.give.notice)
    .option('--evidence <file>', t.evidence)
    .option('--at <time>', t.give.at, instant)
    .option('--from <time>', t.give.from, instant)
    .option('--until <time>', t.give.until, endOf)
    .option('--informed <file>', t.give.informed)
    .runs<GiveOptions>(give);
  withOfficer(
    withNumber(consent.command('list').description(t.list).argument('[ref]', w.ownReference)),
  ).calls<PersonOptions & Why>(async ({ gate, options }, ref: string | undefined) => {
    const consents = await gate.consents.list(
      personOf({ ...options, ...defined({ ref: ref ?? options.ref }) }),
    );
    const pack = await packWords(gate, options);
    print(options, consents, () => inWords(consents, pack));
  });
  withOfficer(consent.command('confirm'))
    .description(t.confirm.what)
    .argument('<id>', t.fromList)
    .option('--document <kind=number>', t.confirm.document, document)
    .option('--code <code>', t.confirm.code)
    .calls<Why & { document?: ShownDocument; code?: string }>(async ({ gate, options }, id) => {
      const answer = await gate.consents.confirm(id, identified(options), whyFrom(options));
      const pack = await packWords(gate, options);
      print(options, withReceipt(answer.consent, answer), () => inWords([answer.consent], pack));
    });
  withOfficer(consent.command('code'))
    .description(t.code.what)
    .argument('<id>', t.fromList)
    .option('--document <kind=number>', t.code.document, document)
    .calls<Why & { document?: ShownDocument }>(async ({ gate, options }, id) => {
      const made = await gate.consents.code(id, identified(options), whyFrom(options));
      print(options, made, () => t.code.made(made.code, timeOf(made.expires)));
    });
  withOfficer(consent.command('withdraw').description(t.withdraw.what))
    .argument('<id>', t.fromList)
    .option('--method <word>', t.withdraw.method)
    .option('--evidence <file>', t.evidence)
    .option('--code <code>', t.withdraw.code)
    .calls<Why & { method?: string; evidence?: string; code?: string }>(async ({ gate, options }, id) => {
      const proof = { ...proofOf(options), ...identified(options) };
      const answer = await gate.consents.withdraw(id, proof, whyFrom(options));
      const pack = await packWords(gate, options);
      print(options, withReceipt(answer.consent, answer), () => inWords([answer.consent], pack));
    });
  withOfficer(withPerson(consent.command('conflict')))
    .description(t.conflict.what)
    .option('--lift', t.conflict.lift)
    .calls<PersonOptions & Why & { lift?: boolean }>(async ({ gate, options }) => {
      const answer = await gate.conflict(
        personOf(options),
        options.lift ? 'lifted' : 'set',
        whyFrom(options),
      );
      const rest = answer.state === 'pending' ? t.conflict.pending(timeOf(answer.expiresAt)) : '';
      print(options, answer, () => `${word(answer.state)}${rest}\n`);
    });
}

async function give(options: GlobalOptions & GiveOptions): Promise<void> {
  const { gate } = await open(options);
  const { purpose, to, field, act, giver, relation, person, text, from, until, informed } = options;
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
  const { consent, informed: told } = answer;
  const data = { ...withReceipt(consent, answer), ...defined({ informed: told }) };
  const pack = await packWords(gate, options);
  print(options, data, () => inWords([consent, ...(told ? [told] : [])], pack));
}

/** Base64url SHA-256 of the file's text in NFC, read as `story-card` reads it. */
function textDigestOf(path: string): string {
  const text = contentOf(path).toString('utf8').replace(/\r\n/g, '\n').trim();
  return createHash('sha256').update(text.normalize('NFC')).digest('base64url');
}

/** @throws UsageError unless it is like `resident-card=…` */
export function document(text: string): ShownDocument {
  const [, kind, number] = /^([\w-]+)=(.+)$/.exec(text) ?? [];
  if (kind === undefined || number === undefined) throw new UsageError(t.noDocument);
  return { kind, number };
}

function identified({ document: shown, code }: Identified): Identified {
  return { ...(shown && { document: shown }), ...(code !== undefined && { code }) };
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
    throw new UsageError(t.noFile(path));
  }
}

function inWords(consents: readonly Consent[], pack: PackWords): string {
  if (consents.length === 0) return t.none;
  const rows = consents.map((one) => [
    one.id,
    one.act === 'waiting' ? t.waiting(word(one.says ?? '')) : word(one.act),
    `${safe(pack.giver(one.giver))}${one.relation === undefined ? '' : ` (${safe(pack.relation(one.relation))})`}`,
    t.for(one.purpose, one.recipient),
    lastDay(one.until),
    one.fields.join(', '),
  ]);
  return table([w.id, t.said, w.by, w.for, w.untilIn(zoneHere()), w.fields], rows);
}
