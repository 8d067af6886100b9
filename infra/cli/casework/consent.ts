import type { Why } from '../../../shared/client/wire/types.ts';
import type { Body } from '../../../shared/contract/api.ts';
import type { Giver, Proof } from '../../../shared/contract/casework.ts';
import { consentRoutes } from '../../../shared/contract/routes/consents.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { endOf, type GlobalOptions, instant, list, open, whyFrom, withOfficer } from '../common.ts';
import { derive, type Own, show } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { digestOf, document, textDigestOf } from '../paper.ts';
import { type PersonOptions, personOf, withNumber, withPerson } from '../person.ts';

const { consent: t } = await texts('casework');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

interface GiveOptions extends PersonOptions, Why {
  purpose: string;
  to: string;
  field: string[];
  act: NonNullable<Body<'POST /v1/consents'>['act']>;
  giver: Giver;
  relation?: string;
  document?: { kind: string; number: string };
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

const codes = { giver: 'giver', relation: 'relation' } as const;
const listed: Own = {
  columns: ['id', 'act', 'says', 'giver', 'relation', 'purpose', 'recipient', 'until', 'fields'],
  none: t.none,
  codes,
};

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
  const search = consentRoutes.searchConsents;
  withOfficer(
    withNumber(consent.command('list').description(t.list).argument('[ref]', w.ownReference)),
  ).calls<PersonOptions & Why>(async ({ gate, options }, ref: string | undefined) => {
    const person = personOf({ ...options, ...defined({ ref: ref ?? options.ref }) });
    const consents = (
      'ref' in person && person.ref !== undefined
        ? await gate.call('GET /v1/consents', { query: { ref: person.ref } })
        : await gate.call('POST /v1/consents/search', { body: { subject: person } })
    ).consents as Json[];
    await show({ gate, options }, search, { consents }, listed);
  });
  derive(consent.command('confirm'), consentRoutes.confirmConsent, { codes });
  derive(consent.command('code'), consentRoutes.makeConsentCode);
  derive(consent.command('withdraw'), consentRoutes.withdrawConsent, {
    flags: { method: '--method <word>' },
    codes,
  });
  derive(consent.command('conflict'), consentRoutes.setConflict, {
    flags: { state: ['--lift', 'lifted', 'set'] },
  });
}

async function give(options: GlobalOptions & GiveOptions): Promise<void> {
  const { gate } = await open(options);
  const { purpose, to, field, act, giver, relation, person, text, from, until, informed } = options;
  const filing = {
    ...{ subject: personOf(options), purpose, recipient: to, fields: field, act, giver },
    ...defined({ relation, text: text === undefined ? undefined : textDigestOf(text) }),
    ...defined({ document: options.document }),
    ...(person.length === 0 ? {} : { officers: person }),
    ...defined({ from, until }),
    ...proofOf(options),
    ...defined({
      informed: informed === undefined ? undefined : proofOf({ ...options, evidence: informed }),
    }),
  };
  const {
    consent,
    receipt,
    informed: told,
  } = await gate.call('POST /v1/consents', {
    body: { ...filing, ...whyFrom(options) },
  });
  const answer = { consent: { ...consent, ...defined({ informed: told }) }, ...defined({ receipt }) };
  const route = consentRoutes.fileConsent;
  await show({ gate, options }, route, answer as unknown as Record<string, Json>, { codes });
}

function proofOf({ method, notice, evidence, at }: Partial<GiveOptions>): Proof {
  return defined({
    method,
    noticeVersion: notice,
    evidence: evidence === undefined ? undefined : digestOf(evidence),
    at,
  });
}
