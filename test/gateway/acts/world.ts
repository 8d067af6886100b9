/** A gateway with people of two counties, held by two departments each, and things that offices have begun about them. */
import { pack } from '../../../functions/session/policy.ts';
import type { SampleAgency } from '../../../infra/local/sample/parties.ts';
import type { ActName } from '../../../shared/acts.ts';
import type { ClientId, SubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import type { Known } from '../../../shared/policy/acts/rows.ts';
import { callers, type Details, type TestGateway, type Token, testGateway } from '../../support/gateway.ts';
import { reasonFor } from '../../support/reasons.ts';
import { SCENE, type Whose } from '../scenes/scene.ts';

/** One agency with one of its officers. */
export interface Party {
  agency: SampleAgency;
  known: Exclude<Known, 'none'>;
  /** Default: by how the officer is known. */
  officer?: string;
}
/** Purposes of acts that name one of their own. */
const ABOUT: Partial<Record<ActName, string>> = {
  'case.open': SCENE.cases.purpose,
  'request.file': SCENE.request.purpose,
};

export const PARTIES: readonly Party[] = SCENE.agencies
  .filter(({ clientId }) => clientId !== SCENE.bystander)
  .flatMap((agency) => (['claimed', 'authenticated'] as const).map((known) => ({ agency, known })));
export const OFFICER = { claimed: 'wu.ming', authenticated: 'zhao.min' } as const;

export interface Sent {
  status: number;
  code: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  json: any;
}

export interface World {
  gateway: TestGateway;
  /** The number of a person whom no other call is about. */
  person(whose: Whose): string;
  /** A call as this party, with every action that its agency may request. */
  send(party: Party, act: ActName, method: string, path: string, body?: unknown): Promise<Sent>;
  /** The agency's reference of the person, whether or not it may have one. */
  ref(party: Party, person: string): Promise<string>;
  close(): Promise<void>;
}

const PEOPLE = 60;

const hasPurpose = (action: string) => action === 'release' || action === 'verify';

/** Those of the act's actions that the agency may request in one token; another one if there is none. */
export function actionsFor(
  { actions, purposes }: Pick<SampleAgency, 'actions' | 'purposes'>,
  act: ActName,
): string[] {
  const open = actions.filter((action) => !hasPurpose(action) || purposes.length > 0);
  const wanted = new Set(pack.acts.get(act)?.who.flatMap((way) => way.actions));
  const held = open.filter((action) => wanted.has(action));
  const without = held.filter((action) => !hasPurpose(action));
  if (without.length > 0) return without;
  return [held[0] ?? open.find((action) => !hasPurpose(action)) ?? (open[0] as string)];
}

export async function openWorld(): Promise<World> {
  let now = Date.parse('2026-11-26T01:00:00Z');
  const started = await testGateway({ now: () => now, agencies: SCENE.agencies });
  // Twenty thousand calls, whose answers are the same without the network.
  const inside = async (url: URL, init: RequestInit) => started.app.fetch(new Request(url, init));
  const gateway = { ...started, ...callers({ ...started, fetch: inside }, () => now) };
  const pool: Record<Whose, string[]> = { own: [], foreign: [] };
  const subjects = new Map<string, SubjectId>();
  const intake = async (agency: string, whose: Whose, fields: object) => {
    const records = pool[whose].map((number) => ({ match: { [SCENE.number]: number }, fields }));
    const results = await gateway.put(agency, ...records);
    if (/"refused":\{"/.test(JSON.stringify(results))) throw new Error(JSON.stringify(results));
    const references = await referencesOf(gateway.kms, gateway.env.referenceKey, agency as ClientId);
    for (const [at, { ref }] of results.entries())
      subjects.set(pool[whose][at] as string, references.toSubject(ref) as SubjectId);
  };
  for (const whose of ['own', 'foreign'] as const)
    pool[whose] = Array.from({ length: PEOPLE }, () => SCENE.fresh(whose));
  for (const { agency, whose, fields } of SCENE.sheets) await intake(agency, whose, fields);
  // As old as required for an erasure.
  now += 40 * 86_400_000;
  const tokens = new Map<string, Promise<Token>>();
  const tokenOf = ({ agency, known, officer = OFFICER[known] }: Party, act: ActName) => {
    const actions = actionsFor(agency, act);
    const [purpose] = agency.purposes;
    const own = agency.clientId === SCENE.cards?.agency ? SCENE.cards.purpose : ABOUT[act];
    const reason = reasonFor(own ?? purpose, 'check of the table');
    const key = `${agency.clientId} ${known} ${officer} ${actions.join()} ${reason}`;
    const details: Details = {
      actions,
      ...(actions.some(hasPurpose) && purpose !== undefined && { purpose }),
      officer,
      reason,
      case: 'C-2026-1',
      ...(known === 'claimed' && { claimed: true }),
    };
    const token = tokens.get(key) ?? gateway.token(agency.clientId, details);
    tokens.set(key, token);
    return token;
  };
  return {
    gateway,
    person: (whose) => {
      const id = pool[whose].shift() as string;
      pool[whose].push(id);
      return id;
    },
    async send(party, act, method, path, body) {
      const { status, json } = await gateway.send(await tokenOf(party, act), method, path, body);
      return { status, code: json?.code ?? '', json };
    },
    async ref({ agency }, person) {
      const references = await referencesOf(
        gateway.kms,
        gateway.env.referenceKey,
        agency.clientId as ClientId,
      );
      return references.toRef(subjects.get(person) as SubjectId);
    },
    close: () => gateway.close(),
  };
}

/** The acts on one request, by the end of their path, each with its body. */
export const REQUEST_ACTS: Record<string, object | undefined> = {
  '': undefined,
  approve: {},
  refuse: SCENE.request.refusal,
  'ask-material': { missing: ['scope'] },
  supply: { statement: 'for the hearing' },
  withdraw: {},
  dispute: {},
};
