import type { Why } from '../../../shared/client/wire/types.ts';
import { consentRoutes } from '../../../shared/contract/routes/consents.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { withOfficer } from '../common.ts';
import { derive, type Own, show } from '../derive/derive.ts';
import { texts, words as w } from '../messages/language.ts';
import { digestOf, textDigestOf } from '../paper.ts';
import { type PersonOptions, personOf, withNumber } from '../person.ts';

const { consent: t } = await texts('casework');

const codes = { giver: 'giver', relation: 'relation' } as const;
const listed: Own = {
  columns: ['id', 'act', 'says', 'giver', 'relation', 'purpose', 'recipient', 'until', 'fields'],
  none: t.none,
  codes,
};

/** `fieldgate consent …`: consents, refusals and objections of people and representatives. */
export function registerConsent(program: Command): void {
  const consent = program.command('consent');
  const giving = consent.command('give').option('--act <act>', t.act).option('--text <file>', t.text);
  derive(giving, consentRoutes.fileConsent, {
    codes,
    flags: {
      recipient: '--to <client id>',
      act: '--act <act>',
      giver: '--giver <who>',
      relation: '--relation <word>',
      officers: '--person <name>',
      text: '--text <file>',
      method: '--method <word>',
      noticeVersion: '--notice <hash>',
      informed: '--informed <file>',
      forms: null,
    },
    completes(ask) {
      const { text, informed, method, noticeVersion, at } = ask;
      if (text !== undefined) ask['text'] = textDigestOf(String(text));
      if (informed !== undefined)
        ask['informed'] = defined({ method, noticeVersion, evidence: digestOf(String(informed)), at });
    },
    async goesOn(_, { consent: filed, informed, ...answer }) {
      return { consent: { ...(filed as object), ...defined({ informed }) }, ...answer };
    },
  });
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
