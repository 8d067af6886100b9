/** The fields of each step of a filing, and the body that they make. */
import { base64url } from '../../gateway/dpop.ts';
import { fieldName, me, officeName, offices, policy } from '../../gateway/reference.ts';
import { person } from '../../gateway/session.ts';
import { endOfDay, t } from '../../text.ts';
import { reasonField } from '../../ui/act.tsx';
import type { Field } from '../../ui/field.tsx';
import {
  documentFields,
  documentOf,
  giverName,
  optionsOf,
  type Person,
  purposeField,
  wordsIn,
} from '../../ui/whom.ts';

export type Values = Record<string, string>;

export const STEPS = 5;
/** What is said: a desk takes the first four. The others are for a publication, and for a practitioner who judges. */
function actsOf(publishes: boolean): string[] {
  const judges = policy.value?.desk.judges ?? [];
  return [
    ...['given', 'refused', 'objects', 'informed'],
    ...(publishes ? ['notified', 'processed'] : []),
    ...(me.value?.roles.some((role) => judges.includes(role)) ? ['able', 'unable'] : []),
  ];
}

/** A recipient's proof of its own processing. */
const isDeed = ({ act }: Values) => act === 'processed';
const isJudgement = ({ act }: Values) => act === 'able' || act === 'unable';
/** The giver stands here and hears or reads a text. */
const isTold = (values: Values) => !isNo(values) && !isDeed(values) && !isJudgement(values);
const isNo = ({ act }: Values) => act === 'refused' || act === 'objects';
const isParty = (word: string | undefined, party: string) => policy.value?.givers[word ?? '']?.is === party;

export function fieldsOf(step: number, values: Values): Field[] {
  const { consents } = t();
  const { givers = {}, matrix = {}, asked = [] } = policy.value ?? {};
  const purpose = values['purpose'] ?? '';
  const known = policy.value?.purposes[purpose];
  if (step === 0) {
    return [
      purposeField(asked),
      {
        ...{ name: 'act', label: consents.says },
        options: actsOf(known?.fits !== undefined).map((act) => [act, consents.statements[act] ?? act]),
      },
      {
        ...{ name: 'recipient', label: consents.recipient },
        options: [...offices.value.values()]
          .filter(({ roles }) => known?.who.some((role) => roles.includes(role)))
          .filter(({ clientId }) => !isDeed(values) || clientId === person.value?.office)
          .map(({ clientId }) => [clientId, officeName(clientId)]),
      },
      ...(known?.fits !== undefined && !isNo(values)
        ? [{ name: 'text', label: consents.text, long: true }]
        : []),
    ];
  }
  if (step === 1) {
    const names = Object.keys(matrix).filter((name) => matrix[name]?.[purpose]);
    return [
      {
        ...{ name: 'fields', label: consents.fields, several: true },
        options: names.map((name) => [
          name,
          `${fieldName(name)} · ${t().log.forms[matrix[name]?.[purpose]?.form ?? ''] ?? ''}`,
        ]),
      },
    ];
  }
  if (step === 2) {
    const may = (word: string) =>
      isJudgement(values) ? isParty(word, 'person') : isParty(word, 'recipient') === isDeed(values);
    const words = Object.keys(givers).filter(may);
    return [
      { name: 'giver', label: consents.giver, options: words.map((word) => [word, giverName(word)]) },
      {
        ...{ name: 'relation', label: consents.relation, optional: true },
        options: optionsOf(policy.value?.desk.relations),
      },
      ...(isTold(values) || isNo(values) ? documentFields(t().whom.documentHint) : []),
      ...(values['act'] === 'given' && known?.requires?.some(({ assigned }) => assigned)
        ? [{ name: 'officers', label: consents.officers }]
        : []),
    ];
  }
  if (step === 3) {
    const own = values['act'] === 'given' && isParty(values['giver'], 'person');
    const scan = { name: 'evidence', label: consents.scan, hint: consents.scanHint, type: 'digest' as const };
    return [
      {
        ...{ name: 'method', label: consents.method, optional: !isTold(values) },
        options: Object.entries(consents.methods),
      },
      { ...scan, optional: isNo(values) },
      ...(own
        ? [
            {
              ...{ name: 'informed', label: consents.informed, hint: consents.informedHint, optional: true },
              type: 'digest' as const,
            },
          ]
        : []),
      { name: 'until', label: consents.until, type: 'date', optional: true },
    ];
  }
  return [reasonField()];
}

/** @param hash of the notice in force */
export async function bodyOf(subject: Person, values: Values, hash: string | undefined) {
  const {
    purpose = '',
    recipient = '',
    act,
    giver = '',
    relation,
    method,
    evidence,
    informed,
    until,
    reason,
  } = values;
  const officers = wordsIn(values['officers']);
  const text = values['text']?.trim() ? await textDigest(values['text']) : undefined;
  return {
    subject,
    ...{ purpose, recipient, act, giver, reason: reason?.trim() },
    fields: (values['fields'] ?? '').split(','),
    ...(relation?.trim() && { relation: relation.trim() }),
    ...(method && { method }),
    ...(evidence && { evidence }),
    ...(isTold(values) && hash !== undefined && { noticeVersion: hash }),
    ...((isTold(values) || isNo(values)) && documentOf(values)),
    ...(officers.length > 0 && { officers }),
    ...(text !== undefined && { text }),
    ...(until && { until: endOfDay(until) }),
    ...(informed &&
      hash !== undefined &&
      isParty(giver, 'person') && { informed: { evidence: informed, noticeVersion: hash, method } }),
  };
}

/** As a text that is published is named: SHA-256 in base64url of its NFC without the space around it. */
async function textDigest(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text.replaceAll('\r\n', '\n').trim().normalize('NFC'));
  return base64url(await crypto.subtle.digest('SHA-256', bytes));
}
