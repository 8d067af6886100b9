/** Every page of the console with something on it, each for a person who may open it. */
import { asClientId, asSubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { register } from '../../steward/register.ts';
import { card, GUARDIAN } from '../../support/guardians.ts';
import { ecKey } from '../../support/jws.ts';
import type { World } from './world.ts';

/** What offices, officers and desks write in their own words. */
export interface Words {
  /** The name of an office. */
  office: string;
  officer: string;
  case: string;
  reason: string;
  /** Of a giver to the child: a word. */
  relation: string;
}

export const PLAIN: Words = {
  office: '新办公室',
  officer: 'zhao.min',
  case: 'MCA-2026-7',
  reason: '核对所持有的信息内容',
  relation: 'father',
};

/** Addresses by person. */
export type Pages = Readonly<Record<string, readonly string[]>>;

/**
 * Files a consent, an objection, an incident, a request for approval, an emergency with its task, a freeze, an office, and an
 * office that waits for its second steward, all in these words.
 */
export async function fileEverything(world: World, words: Words): Promise<Pages> {
  const { officer, reason } = words;
  const subject = { match: { id_number: world.ids[0] as string } };
  const referencesAt = (office: string) =>
    referencesOf(world.kms, world.env.referenceKey, asClientId(office));
  const send = async (office: string, path: string, body: object, details: object = {}) => {
    const answer = await world.call(office, { actions: ['casework'], officer, ...details }, 'POST', path, {
      officer,
      reason,
      ...body,
    });
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.json;
  };
  // A desk may not ask whether a record exists; its page has the reference from an earlier answer.
  const known = await send('mca-county', '/v1/subjects/find', { subject });
  const internal = asSubjectId((await referencesAt('mca-county')).toSubject(known.ref) ?? '');
  const ref = (await referencesAt('desk-county')).toRef(internal);
  const consent = { subject, purpose: 'C1', recipient: 'charity-sunrise', fields: ['birth_date'] };
  const said = {
    act: 'refused',
    giver: 'guardian',
    relation: words.relation,
    document: card(GUARDIAN.id_number),
  };
  await world.put('mca-county', { ...subject, fields: { guardian_identity: GUARDIAN } });
  const filed = await send('desk-county', '/v1/consents', { ...consent, ...said });
  const right = { subject, field: 'name', by: 'child' };
  const { objection } = await send('desk-county', '/v1/objections', right);
  const span = { from: '2026-01-01T00:00:00Z', until: new Date().toISOString(), operator: 'county-organ' };
  const found = { subjects: [subject], fields: ['name'], ...span };
  const { incident } = await send('mca-county', '/v1/incidents', found);
  const listed = { purpose: 'W3', reason: `入户走访：${reason}` };
  const opened = { ...listed, case: words.case, officers: [officer], subjects: [subject] };
  const { case: one } = await send('mca-county', '/v1/cases', opened);
  await send('audit-office', '/v1/freezes', { target: { purpose: 'F1' } }, { actions: ['audit'], reason });
  const release = (office: string, purpose: string, fields: string[], context: object) => {
    const details = { actions: ['release'], purpose, case: words.case, officer, reason };
    const body = { collection: 'children', subjects: [subject], fields, context };
    return world.call(office, details, 'POST', '/v1/releases', body);
  };
  const writ = { instrument: 'WRIT-7' };
  const approval = await release('court-county', 'J1', ['name', 'guardian_phone'], writ);
  const danger = { imminentDangerAttested: true };
  const emergency = await release('mps-county', 'E1', ['name'], danger);
  for (const { status, text } of [approval, emergency]) if (status >= 300) throw new Error(text);
  for (const [clientId, stewards] of [
    ['office-here', ['li.na', 'chen.jie']],
    ['office-waiting', ['chen.jie']],
  ] as const) {
    const name = { en: words.office, zh: words.office };
    const body = register(clientId, ecKey(), { name });
    let entry: string | undefined;
    for (const steward of stewards) {
      const details = { actions: ['steward'], officer: steward, reason };
      const path = entry === undefined ? '/v1/agencies' : `/v1/agencies/${clientId}/confirm`;
      const sent = entry === undefined ? body : { entry };
      const { status, text, json } = await world.call('steward-office', details, 'POST', path, sent);
      if (status >= 300) throw new Error(text);
      entry = json.receipt.entry;
    }
  }
  const rows = { read: 8, added: 1, changed: 2, gone: 0, same: 4, failed: 1, left: 0 };
  const run = { source: 'pupils', every: 10, seconds: 4, rows, faults: { FORM: 1 } };
  const told = await world.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/sources', run);
  if (told.status >= 300) throw new Error(told.text);
  await world.grow();
  const { tasks } = (await world.call('mca-county', { actions: ['casework'] }, 'GET', '/v1/tasks')).json;
  const { requests } = (await world.call('mca-county', { actions: ['casework'] }, 'GET', '/v1/requests'))
    .json;
  const [entry] = (await world.audit('/v1/log/entries?kind=decision&limit=1')).entries;
  return {
    'wang.fang': [
      ...['today', 'log', 'log?kind=decision', `log?e=${entry.id}`, 'review'],
      ...['flows', 'inquiry', `inquiry?subject=${entry.subject}`],
      ...[
        'sources',
        'writers',
        'prove',
        'policy',
        'policy?tab=purposes',
        'policy?tab=versions',
        'policy?tab=simulate',
      ],
      ...['freezes', `incidents?i=${incident.id}`, 'settings'],
    ],
    'zhao.min': [
      ...['inbox', ...tasks.map(({ id }: { id: string }) => `inbox?task=${id}`)],
      ...['requests', ...requests.map(({ id }: { id: string }) => `requests?r=${id}`), 'requests?box=sent'],
      ...['freezes', 'second', 'usage', 'sources', `objections?i=${objection.id}`],
      ...['incidents?i=new', `incidents?i=${incident.id}`, 'cases', 'cases?i=new', `cases?i=${one.id}`],
    ],
    'zhou.qin': ['counts', 'acts'],
    'chen.jing': [
      ...['consents', `consents?ref=${ref}&i=${filed.consent.id}`, `consents?ref=${ref}&take=1`, 'window'],
      ...['objections', 'objections?i=new', 'incidents'],
    ],
    'zhang.wei': ['desk'],
    'shen.yi': ['verify'],
    'li.na': ['agencies', 'agencies?a=office-here', 'second', 'policy?field=name&purpose=S1'],
  };
}

export const nameOf = (hash: string) => hash.split('?')[0] as string;
