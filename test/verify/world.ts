/** Children, charities and consents for the tests of verification; everything goes over HTTP but consents. */

import type { GatewayOptions } from '../../infra/local/gateway.ts';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { Programme } from '../../shared/policy/pack/parts.ts';
import type { ConsentArtefact } from '../../shared/policy/types.ts';
import { putCasework } from '../../shared/records/casework/casework.ts';
import { eraseByTwo } from '../maintenance/rig.ts';
import { children as pack } from '../policy/support.ts';
import { closedAfter } from '../support/closed.ts';
import { type Callers, type TestGateway, testGateway } from '../support/gateway.ts';
import { GUARDIAN, storedCard } from '../support/guardians.ts';
import { BORN, freshNumber } from '../support/people.ts';

export const WORDS = { case: 'CHA-2026-001', officer: 'li.na', reason: 'school grant, spring term' };
/** The office's program asks, so that its budgets count and no person's share of them. */
export const verify = (purpose = 'C1') => ({
  actions: ['verify'],
  purpose,
  ...WORDS,
  claimed: true as const,
});

export interface Child {
  id: string;
  match: { id_number: string };
  /** Internal id, which no caller ever sees. */
  subject: string;
}

export interface World {
  gateway: TestGateway;
  now(): number;
  /** Moves the clock; budgets restart with a day, and tokens end. */
  later(ms?: number): void;
  call: Callers['call'];
  /** What `ask` asks its token for. */
  details: ReturnType<typeof verify>;
  programme(name: string): Programme;
  /** A child that is eligible for the programme spring-bud, but for what `change` says by agency. */
  child(change?: Record<string, Record<string, unknown>>): Promise<Child>;
  consent(child: Child, recipient: string, change?: Partial<ConsentArtefact>): Promise<void>;
  /** A child who is eligible and has consented. */
  ready(
    recipient?: string,
    change?: Record<string, Record<string, unknown>>,
    purpose?: string,
  ): Promise<Child>;
  put(agency: string, record: object): Promise<string>;
  casework(child: Child, kind: string, document: unknown): Promise<void>;
  /** By a steward and a court's order, over HTTP. */
  erase(child: Child): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  ask(recipient: string, subject: object, programme?: string): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: entries of every shape
  entries(query?: string): Promise<any[]>;
  subjectOf(agency: string, ref: string): Promise<string>;
  refOf(agency: string, subject: string): Promise<string>;
}

const DAY = 86_400_000;

/** A world for the tests of one file, closed after them. */
export async function fileWorld(options: Partial<GatewayOptions> = {}): Promise<World> {
  const world = await makeWorld(options);
  return closedAfter(world, world.gateway);
}

export async function makeWorld(options: Partial<GatewayOptions> = {}): Promise<World> {
  let moved = 0;
  const now = () => Date.now() + moved;
  const gateway = await testGateway({ sequenceEvery: null, ...options, now });
  const subjectOf = async (agency: string, ref: string) => {
    const references = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency));
    return references.toSubject(ref) ?? '';
  };
  const put: World['put'] = async (agency, record) => (await gateway.put(agency, record))[0].ref;
  const world: World = {
    gateway,
    now,
    later(ms = DAY) {
      moved += ms;
    },
    details: verify(),
    programme: (name) => pack.programmes.get(name) as Programme,
    call: gateway.call,
    put,
    subjectOf,
    refOf: async (agency, subject) =>
      (await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency))).toRef(
        asSubjectId(subject),
      ),
    async child(change = {}) {
      const id = freshNumber(BORN);
      const match = { id_number: id };
      const sheets: Record<string, Record<string, unknown>> = {
        'mps-county': { name: '欧阳娜娜', id_number: id, sex: '1', birth_date: BORN },
        'edu-county': { schooling_status: 'primary' },
        'mca-county': {
          division_code: '990001001',
          guardianship_status: { status: 'normal', conflict: false },
          guardian_identity: GUARDIAN,
          able_to_express_will: true,
          hardship_category: ['orphan'],
          benefits: [],
          household_profile: { members: 3, monthlyIncome: 820 },
        },
      };
      for (const agency of Object.keys({ ...sheets, ...change })) {
        const fields = { ...sheets[agency], ...change[agency] };
        if (Object.keys(fields).length > 0) await put(agency, { match, fields });
      }
      const ref = await put('mps-county', { match, fields: { ethnicity: '01' } });
      return { id, match, subject: await subjectOf('mps-county', ref) };
    },
    async consent(child, recipient, change = {}) {
      const at = new Date(now() - 1000).toISOString();
      const until = new Date(now() + 300 * 86_400_000).toISOString();
      const id = `c-${Math.random().toString(36).slice(2)}`;
      const shown =
        change.giver === 'child'
          ? {}
          : { document: await storedCard(gateway, pack, asSubjectId(child.subject), id) };
      const document: ConsentArtefact = {
        ...{ id, version: 1, purpose: 'C1', recipient },
        ...{ ...shown, filed: new Date(now()).toISOString() },
        fields: [...pack.fields.keys()],
        ...{ giver: 'guardian', act: 'given', from: at, until, at },
        ...change,
      };
      await world.casework(child, 'consent', document);
    },
    async casework(child, kind, document) {
      const id = (document as { id?: string }).id ?? 'one';
      await putCasework(gateway.tables.casework, asSubjectId(child.subject), { kind, id, document });
    },
    async erase(child) {
      const ref = await world.refOf('mca-county', child.subject);
      const answer = await eraseByTwo(gateway, ref);
      if (answer.status !== 200) throw new Error(answer.text);
    },
    async ready(recipient = 'charity-sunrise', change = {}, purpose = 'C1') {
      const child = await world.child(change);
      await world.consent(child, recipient, { purpose });
      return child;
    },
    ask: (recipient, subject, programme = 'spring-bud') =>
      gateway.call(recipient, verify(), 'POST', '/v1/verifications', { programme, subject }),
    async entries(query = '') {
      // A page may be empty where much was written that is of another kind.
      for (let more = ''; ; ) {
        const json = await gateway.audit(`/v1/log/entries?limit=50${query}${more}`);
        if (json.entries.length > 0 || json.cursor === undefined) return json.entries;
        more = `&cursor=${encodeURIComponent(json.cursor)}`;
      }
    },
  };
  return world;
}
