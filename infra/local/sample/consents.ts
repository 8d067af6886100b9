/** Consents of sample children, filed through the desk's route, so that a charity's check can be confirmed. */

import { createHash } from 'node:crypto';
import pack from '#pack/pack.json' with { type: 'json' };
import { connect, type Fieldgate } from '../../../shared/client/connect.ts';
import type { Body } from '../../../shared/contract/api.ts';
import { defined } from '../../../shared/defined.ts';
import type { SampleKeys } from './load.ts';
import { recordsOf } from './records.ts';
import type { SignsIn } from './requests.ts';

const RECIPIENT = 'charity-sunrise';
const PURPOSE = 'C1';
/** Number of children, among those at school. */
const CHILDREN = 30;
const YEAR = 360 * 86_400_000;
const AT_ONCE = 10;
const WHY = { officer: 'zhao.min', reason: 'consent taken at the desk' };

/** The card of the first guardian on record, by the child's number. */
export function guardianCards(sample: { people: number; today: string }): Map<string, Card> {
  const cards = new Map<string, Card>();
  for (const record of recordsOf('mca-county', sample)) {
    const [first] = [record.fields['guardian_identity']].flat();
    const { id_number: number } = (first ?? {}) as { id_number?: string };
    const id = 'match' in record ? record.match['id_number'] : undefined;
    if (id !== undefined && number !== undefined) cards.set(id, { kind: 'resident-card', number });
  }
  return cards;
}

/** ID numbers of sample children whose family has consented. */
export function consenting(sample: { people: number; today: string }): string[] {
  const cards = guardianCards(sample);
  const ids: string[] = [];
  for (const { match, fields } of matched(sample)) {
    const inSchool = fields['schooling_status'] === 'primary' || fields['schooling_status'] === 'junior';
    const id = match['id_number'];
    if (id !== undefined && inSchool && cards.has(id)) ids.push(id);
  }
  return ids.slice(0, CHILDREN);
}

/**
 * Given by child and guardian with the guardian informed, which is valid at any age. May be repeated: the
 * same paper is filed once.
 * @param desk keys of the office that takes consents
 */
export async function giveConsents(
  url: string,
  desk: SampleKeys,
  signIn: SignsIn,
  sample: { people: number; today: string },
): Promise<void> {
  const actorToken = () => signIn(WHY.officer);
  const gate = await connect({ issuer: url, clientId: desk.clientId, key: desk.sig, actorToken });
  const from = `${sample.today}T00:00:00.000Z`;
  const until = new Date(Date.parse(from) + YEAR).toISOString();
  const programmes = Object.values(pack.programmes).filter(({ purpose }) => purpose === PURPOSE);
  const fields = [...new Set(programmes.flatMap((programme) => programme.fields))].sort();
  const base = { purpose: PURPOSE, recipient: RECIPIENT, fields, from, until, at: from };
  const { notices } = await gate.call('GET /v1/notices', {});
  const notice = notices.find(({ purpose }) => purpose === PURPOSE)?.hash ?? '';
  const [ids, cards] = [consenting(sample), guardianCards(sample)];
  const file = (id: string) =>
    fileBoth(gate, { ...base, ...WHY }, { id, notice, card: cards.get(id), relation: 'parent', told: from });
  // A few concurrently, because each waits for its log entry.
  for (let at = 0; at < ids.length; at += AT_ONCE) await Promise.all(ids.slice(at, at + AT_ONCE).map(file));
}

/** By guardian and child, with the guardian informed: valid at any age. The same paper is filed once. */
export async function fileBoth(
  gate: Fieldgate,
  filing: Omit<Body<'POST /v1/consents'>, 'subject' | 'giver' | 'act'>,
  {
    id,
    notice,
    card,
    relation,
    told,
  }: { id: string; notice: string; card: Card | undefined; relation: string; told?: string },
): Promise<void> {
  const paper = (who: string) => ({
    ...{ method: 'signed-form' as const, noticeVersion: notice },
    evidence: createHash('sha256').update(`${filing.purpose}, ${who} of ${id}`).digest('hex'),
  });
  const own = { ...filing, subject: { match: { id_number: id } } };
  const given = { ...own, giver: 'guardian', relation, ...defined({ document: card }) };
  await gate.call('POST /v1/consents', { body: { ...given, ...paper('guardian') } });
  const informed = { ...paper('letter to the guardian'), ...defined({ at: told }) };
  const document = { kind: 'resident-card', number: id };
  await gate.call('POST /v1/consents', {
    body: { ...own, giver: 'child', document, ...paper('child'), informed },
  });
}

type Card = NonNullable<Body<'POST /v1/consents'>['document']>;

function* matched(sample: { people: number; today: string }) {
  for (const record of recordsOf('edu-county', sample)) {
    if ('match' in record) yield record;
  }
}
