/** The offices and children of one run, and how their acts reach the gateway. */
import { pack } from '../../../functions/session/policy.ts';
import { findByMatch } from '../../../functions/steps/find-subjects.ts';
import { asClientId, asSubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { type Rest, seenOnPages } from '../../support/as-page.ts';
import type { Answer, Callers, Details, Token } from '../../support/gateway.ts';
import { callers } from '../../support/gateway.ts';
import { MOTHER } from '../../support/guardians.ts';
import { freshNumber, restartNumbers } from '../../support/people.ts';
import { after, clock } from '../engine/clock.ts';
import { openGateway, type SimulatedGateway } from './gateway.ts';
import { History } from './history.ts';
import type { Step } from './step.ts';

export interface Child {
  name: string;
  match: { id_number: string };
}

/** The last answer that is one, and when the act began and ended. */
export interface Outcome {
  /** `null`: unknown; the act may still happen. */
  answer: Answer | null;
  began: number;
  ended: number;
  tries: number;
}

export interface Request {
  agency: string;
  details: Details;
  method: string;
  path: string;
  body?: object;
  /** The idempotency key. */
  key?: string;
}

export interface Stage {
  gateway: SimulatedGateway;
  history: History;
  children: Child[];
  /** About whom no office asks. */
  lonely: Child;
  /** For what only one of two acts may be told. */
  fresh(): number;
  /** A call that its client repeats, as often as the step says, while there is no answer. */
  attempt(step: Pick<Step, 'repeats'>, request: Request): Promise<Outcome>;
  /** What acts began that others can act on, by kind. */
  things(kind: string): Thing[];
  /** An office's reference of a child, or `null` if it can have none. */
  refAt(agency: string, child: Child): Promise<string | null>;
  refOf(agency: string, match: object): Promise<string | null>;
  token(clientId: string, details: Details): Promise<Token>;
  /** All fields of the pack. */
  fields: string[];
  close(): Promise<void>;
}

export interface Thing {
  /** Of what was filed. */
  entry?: string;
  id: string;
  child: Child;
  /** More of it, by kind. */
  about?: string;
}

/** Children who are there before the run begins. */
const CHILDREN = 2;
/** Milliseconds for which a token is used. */
const TOKEN = 240_000;

/** Of an act without an answer so far. */
export const openSpan = (began: number) => ({ began, ended: Number.POSITIVE_INFINITY });

export const sleep = (ms: number) => new Promise<void>((go) => after(ms, go));

export async function openStage(): Promise<Stage> {
  restartNumbers();
  const gateway = await openGateway();
  const caller = callers(gateway, () => clock.now);
  const history = new History();
  const tokens = new Map<string, { token: Promise<Token>; until: number }>();
  const tokenFor = async (clientId: string, details: Details) => {
    const name = JSON.stringify([clientId, details]);
    const known = tokens.get(name);
    if (known && clock.now < known.until) return known.token;
    const token = caller.token(clientId, details);
    tokens.set(name, { token, until: clock.now + TOKEN });
    token.catch(() => tokens.delete(name));
    return token;
  };
  const send = async ({ agency, details, method, path, body, key }: Request): Promise<Answer | null> => {
    try {
      const token = await tokenFor(agency, details);
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      return await caller.send(token, method, path, body, headers);
    } catch (error) {
      history.note(error);
      return null;
    }
  };
  const refOf = async (agency: string, match: object) => {
    const keys = new Map(Object.entries(match) as [string, string][]);
    // Of the one whom the agency or, for a key of its own, civil affairs knows.
    const found = await findByMatch(
      { deps: gateway, pack },
      keys,
      'local_id' in match ? 'mca-county' : agency,
    );
    if (found === null) return null;
    const references = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency));
    return references.toRef(asSubjectId(found));
  };
  const asPage = seenOnPages();
  let made = 0;
  const things = new Map<string, Thing[]>();
  const children: Child[] = [];
  for (let i = 0; i < CHILDREN; i++) children.push(await makeChild(caller, `child-${i}`));
  for (const { name } of children)
    for (const field of ['name', 'guardian_phone']) history.held.add(`${name}.${field}`);
  const lonely = await makeChild(caller, 'lonely');
  // The watch compares from its first run on.
  await gateway.of.watch.invoke(-1, (one) => one.reconcile());
  for (const { match } of [...children, lonely]) history.planted.add(match.id_number);
  return {
    gateway,
    history,
    children,
    lonely,
    token: tokenFor,
    fields: [...pack.fields.keys()],
    fresh: () => made++,
    things(kind) {
      const known = things.get(kind) ?? [];
      things.set(kind, known);
      return known;
    },
    refAt: (agency, { match }) => refOf(agency, match),
    refOf,
    async attempt({ repeats }, request) {
      const began = clock.now;
      let answer: Answer | null = null;
      let tries = 0;
      for (let left = repeats + 1; left > 0; left--) {
        const { agency, details, method, path, body } = request;
        const page = ([how, to, sent]: Rest) =>
          send({ ...request, method: how, path: to, ...(sent !== undefined && { body: sent as object }) });
        answer = await asPage(JSON.stringify([agency, details]), page, [method, path, body]);
        tries++;
        history.answered(request, answer);
        if (answer && answer.status < 500 && answer.status !== 429) break;
        if (left > 1) await sleep(1_000 * 2 ** tries);
      }
      if (answer && answer.status >= 500) answer = null;
      return { answer, began, ended: clock.now, tries };
    },
    close: () => gateway.close(),
  };
}

export const BIRTH = '2013-05-06';

async function makeChild(caller: Callers, name: string): Promise<Child> {
  const match = { id_number: freshNumber(BIRTH) };
  const sheets: [string, object][] = [
    ['mps-county', { name: '欧阳原', ...match, sex: '1', birth_date: BIRTH }],
    ['mca-county', { ...CARE, guardian_phone: '13900000000' }],
    ['edu-county', { schooling_status: 'primary' }],
  ];
  for (const [agency, fields] of sheets) {
    const [{ refused }] = await caller.put(agency, { match, fields });
    if (Object.keys(refused).length > 0) throw new Error(`refused of ${name}: ${Object.keys(refused)}`);
  }
  return { name, match };
}

const CARE = {
  division_code: '990001001',
  guardian_identity: MOTHER,
  guardianship_status: { status: 'normal', conflict: false },
  able_to_express_will: true,
  hardship_category: ['orphan'],
  benefits: [],
  household_profile: { members: 3, monthlyIncome: 820 },
};
