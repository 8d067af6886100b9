/** The purposes, each with one call that has everything in place, and what is left out of it in turn. */
import type { Answer } from '../support/gateway.ts';
import { type Child, programmeFields, type World } from './world.ts';

/** What a call may leave out; `agency` asks as an office that the purpose is not open to. */
export type Demand =
  | 'case'
  | 'officer'
  | 'reason'
  | 'instrument'
  | 'activity'
  | 'danger'
  | 'approval'
  | 'consent'
  | 'notice'
  | 'processing'
  | 'text'
  | 'code'
  | 'identity'
  | 'count'
  | 'area'
  | 'agency';

/** How a call is made for `child`, without one thing. */
export interface Ask {
  child: Child;
  without: Demand | null;
  /** Of the approved request, where there is one. */
  request: string | null;
}

export interface Row {
  purpose: string;
  agency: string;
  demands: Demand[];
  /** Puts in place what somebody else has to do for the child; `without` names what is not done. */
  prepare?(world: World, child: Child, without: Demand | null): Promise<void>;
  ask(world: World, ask: Ask): Promise<Answer>;
  /** What it is called where somebody did not consent, if not a refusal. */
  withoutConsent?: string;
  /** Whether the answer gives what the purpose is for. */
  given(answer: Answer): boolean;
}

const WORDS = { case: 'CASE-1', officer: 'li.na', reason: 'winter subsidy, grade 5' };
const ALWAYS: Demand[] = ['officer', 'reason', 'agency'];
/** An office that the purpose is not open to. */
const STRANGERS: ReadonlyMap<string, string> = new Map([
  ['S1', 'court-county'],
  ['C1', 'platform-lantern'],
  ['C2', 'charity-sunrise'],
]);

function call(
  world: World,
  row: Row,
  path: string,
  body: object,
  without: Demand | null,
  action = 'release',
) {
  const words = Object.fromEntries(Object.entries(WORDS).filter(([name]) => name !== without));
  const details = { actions: [action], purpose: row.purpose, ...words };
  const agency = without === 'agency' ? (STRANGERS.get(row.purpose) ?? 'edu-county') : row.agency;
  return world.gateway.call(agency, details, 'POST', path, body);
}

interface ReleaseRow {
  purpose: string;
  agency: string;
  fields: string[];
  demands?: Demand[];
}

/** A purpose that is served by the ordinary release. */
function released({ purpose, agency, fields, demands = [] }: ReleaseRow): Row {
  const row: Row = {
    purpose,
    agency,
    demands: [...ALWAYS, ...demands],
    async prepare(world, child, without) {
      if (demands.includes('consent') && without !== 'consent')
        await world.say(child, purpose, agency, fields);
    },
    ask(world, { child, without, request }) {
      const context = {
        ...(demands.includes('instrument') && without !== 'instrument' && { instrument: 'WRIT-1' }),
        ...(demands.includes('activity') && without !== 'activity' && { activity: 'ACT-2026-SUMMER' }),
        ...(demands.includes('danger') && without !== 'danger' && { imminentDangerAttested: true }),
        ...(request !== null && without !== 'approval' && { request }),
      };
      // A case also names an activity.
      const left = without === 'activity' ? 'case' : without;
      const body = { collection: 'children', subjects: [child], fields, context };
      return call(world, row, '/v1/releases', body, left);
    },
    given: ({ status, json }) =>
      status === 200 && fields.every((field) => json.results[0].fields?.[field] !== undefined),
  };
  return row;
}

/** A purpose that answers yes or no about a programme. */
function verified(purpose: string, agency: string, programme: string, demands: Demand[]): Row {
  const row: Row = {
    purpose,
    agency,
    demands: [...ALWAYS, ...demands],
    async prepare(world, child, without) {
      if (without !== 'consent') await world.say(child, purpose, agency, programmeFields(programme));
    },
    async ask(world, { child, without }) {
      const made = demands.includes('code') && (await codeOf(world, child, programme, agency));
      const subject = made && without !== 'code' ? { code: made } : child;
      return call(world, row, '/v1/verifications', { programme, subject }, without, 'verify');
    },
    withoutConsent: 'NOT_CONFIRMED',
    given: ({ json }) => json.outcome === 'YES',
  };
  return row;
}

async function codeOf(world: World, child: Child, programme: string, recipient: string): Promise<string> {
  const { json } = await world.act('mca-county', '/v1/check-codes', { programme, recipient, subject: child });
  return json.code;
}

const TEXT = '这个孩子每天走很远的路去上学，老师说她爱读书。';
const SHOWN = ['birth_date', 'division_code'];

const card: Row = {
  purpose: 'M1',
  agency: 'press-office',
  demands: [...ALWAYS, 'case', 'consent', 'notice', 'processing', 'text', 'approval'],
  async prepare(world, child, without) {
    // Both are told before either consents.
    for (const [act, demand] of [
      ['notified', 'notice'],
      ['given', 'consent'],
    ] as const) {
      if (without === demand) continue;
      for (const giver of ['child', 'guardian'])
        await world.say(child, 'M1', 'press-office', SHOWN, act, giver);
    }
    if (without !== 'processing')
      await world.say(child, 'M1', 'press-office', SHOWN, 'processed', 'recipient');
    const { json } = await world.gateway.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/intake', {
      collection: 'children',
      records: [{ ...child, fields: { guardian_phone: '13900000002' } }],
    });
    if (without !== 'text')
      await world.act('mca-county', '/v1/story-texts', { ref: json.results[0].ref, text: TEXT });
  },
  ask(world, { child, without, request }) {
    const context = request !== null && without !== 'approval' ? { request } : {};
    const body = { collection: 'children', subject: child, text: TEXT, context };
    return call(world, card, '/v1/story-cards', body, without);
  },
  given: ({ json }) => json.card?.pseudonym !== undefined,
};

const leak: Row = {
  purpose: 'N1',
  agency: 'press-office',
  demands: [...ALWAYS, 'case'],
  ask: (world, { child, without }) =>
    call(
      world,
      leak,
      '/v1/leak-checks',
      { collection: 'children', candidates: [child.match.id_number] },
      without,
    ),
  given: ({ json }) => json.results?.[0] === 'MATCH',
};

const statistics: Row = {
  purpose: 'A1',
  agency: 'mca-county',
  demands: [...ALWAYS, 'count'],
  ask: (world, { without }) =>
    call(
      world,
      statistics,
      '/v1/statistics',
      { collection: 'children', ...(without === 'count' && { areas: ['990002'] }) },
      without,
    ),
  given: ({ json }) => json.areas?.[0]?.cells[0]?.count >= 30,
};

const inquiry: Row = {
  purpose: 'X1',
  agency: 'desk-county',
  demands: [...ALWAYS, 'case', 'identity'],
  async ask(world, { child, without }) {
    await world.gateway.sequencer.step();
    const inquirer = without === 'identity' ? 'other' : 'guardian';
    return call(
      world,
      inquiry,
      '/v1/inquiries',
      { collection: 'children', subject: child, inquirer },
      without,
    );
  },
  given: ({ status, headers, json }) =>
    status === 200 && (headers.get('content-type') === 'application/jose' || json.held !== undefined),
};

export const ROWS: Row[] = [
  released({ purpose: 'W1', agency: 'mca-county', fields: ['name', 'benefits'], demands: ['case', 'area'] }),
  released({
    purpose: 'W2',
    agency: 'mca-county',
    fields: ['name', 'benefits'],
    demands: ['case', 'area', 'approval'],
  }),
  released({ purpose: 'W3', agency: 'mca-county', fields: ['name', 'guardian_phone'], demands: ['area'] }),
  released({ purpose: 'W4', agency: 'mca-county', fields: ['name', 'guardian_phone'], demands: ['area'] }),
  released({ purpose: 'E1', agency: 'mps-county', fields: ['name', 'guardian_phone'], demands: ['danger'] }),
  released({
    purpose: 'R1',
    agency: 'mps-county',
    fields: ['name', 'guardian_phone'],
    demands: ['case', 'area'],
  }),
  released({
    purpose: 'J1',
    agency: 'court-county',
    fields: ['name', 'sex'],
    demands: ['case', 'instrument', 'approval'],
  }),
  released({
    purpose: 'J2',
    agency: 'procuratorate-county',
    fields: ['name', 'sex'],
    demands: ['case', 'instrument', 'consent', 'area'],
  }),
  released({ purpose: 'S1', agency: 'edu-county', fields: ['name', 'school_name'], demands: ['area'] }),
  released({
    purpose: 'H1',
    agency: 'health-hospital',
    fields: ['name', 'guardian_phone'],
    demands: ['case', 'consent'],
  }),
  released({
    purpose: 'D1',
    agency: 'cdpf-county',
    fields: ['name', 'sex'],
    demands: ['case', 'consent', 'area'],
  }),
  released({
    purpose: 'F1',
    agency: 'league-county',
    fields: ['name', 'sex'],
    demands: ['activity', 'consent', 'area'],
  }),
  verified('C1', 'charity-sunrise', 'spring-bud', ['case', 'consent']),
  verified('C2', 'platform-lantern', 'help-page-check', ['consent', 'code']),
  card,
  leak,
  inquiry,
  statistics,
];
