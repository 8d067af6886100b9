/** Calls for a purpose: one that is complete, and one for each omitted requirement. */
import { expect } from 'vitest';
import type { Answer } from '../../support/gateway.ts';
import { GUARDIAN } from '../../support/guardians.ts';
import { reasonFor } from '../../support/reasons.ts';
import { type Child, programmeFields, TEXT, type World } from './world.ts';

/** The requirement that a call omits; `agency` calls as an office without the purpose. */
export type Demand =
  | 'case'
  | 'officer'
  | 'reason'
  | 'instrument'
  | 'activity'
  | 'danger'
  | 'approval'
  | 'consent'
  | 'consent of the child'
  | 'consent of the guardian'
  | 'notice'
  | 'notice before consent'
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
  /** Of the approved request, if there is one. */
  request: string | null;
}

export interface Row {
  purpose: string;
  /** Tells rows of one purpose apart: another ground, or a cell that demands more. */
  variant: string;
  agency: string;
  demands: Demand[];
  /** Makes the preparations by other people for the child; `without` names an omitted one. */
  prepare?(world: World, child: Child, without: Demand | null): Promise<void>;
  ask(world: World, ask: Ask): Promise<Answer>;
  /** What it is called where something is missing, if not what it is called elsewhere. */
  codes?: Partial<Record<Demand, string>>;
  /** Whether the answer gives what the purpose is for. */
  given(answer: Answer): boolean;
}

const WORDS = { case: 'CASE-1', officer: 'li.na' };
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
  const stated = { ...WORDS, reason: reasonFor(row.purpose) };
  const words = Object.fromEntries(Object.entries(stated).filter(([name]) => name !== without));
  const details = { actions: [action], purpose: row.purpose, ...words };
  const agency = without === 'agency' ? (STRANGERS.get(row.purpose) ?? 'edu-county') : row.agency;
  return world.gateway.call(agency, details, 'POST', path, body);
}

interface ReleaseRow {
  purpose: string;
  variant?: string;
  agency: string;
  fields: string[];
  demands?: Demand[];
  codes?: Row['codes'];
}

/** A purpose that is served by the ordinary release. */
export function released({
  purpose,
  variant = '',
  agency,
  fields,
  demands = [],
  codes = {},
}: ReleaseRow): Row {
  const row: Row = {
    ...{ purpose, variant, agency, codes },
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
    // Values of a restricted class are sealed.
    given: ({ status, headers, json }) =>
      status === 200 &&
      (headers.get('content-type') === 'application/jose' ||
        fields.every((field) => json.results[0].fields?.[field] !== undefined)),
  };
  return row;
}

/** A purpose that answers yes or no about a programme. */
export function verified(purpose: string, agency: string, programme: string, demands: Demand[]): Row {
  const row: Row = {
    ...{
      purpose,
      variant: '',
      agency,
      codes: {
        consent: 'NOT_CONFIRMED',
        // The desk already refuses the code.
        ...(purpose === 'C2' && { agency: 'BODY_UNLISTED', consent: 'NO_CONSENT' }),
      },
    },
    demands: [...ALWAYS, ...demands],
    async prepare(world, child, without) {
      if (without !== 'consent') await world.say(child, purpose, agency, programmeFields(programme));
    },
    async ask(world, { child, without }) {
      const made = demands.includes('code') ? await makeCode(world, child, programme, agency) : null;
      if (made && made.status !== 200) return made;
      const subject = made && without !== 'code' ? { code: made.json.code } : child;
      return call(world, row, '/v1/verifications', { programme, subject }, without, 'verify');
    },
    given: ({ json }) => json.outcome === 'YES',
  };
  return row;
}

function makeCode(world: World, child: Child, programme: string, recipient: string): Promise<Answer> {
  return world.act('mca-county', '/v1/check-codes', { programme, recipient, subject: child });
}

const SHOWN = ['birth_date', 'division_code'];

export const card: Row = {
  ...{ purpose: 'M1', variant: '', agency: 'press-office' },
  codes: { officer: 'PERSON_REQUIRED' },
  demands: [
    ...ALWAYS,
    ...(['case', 'consent', 'consent of the child', 'consent of the guardian', 'notice'] as const),
    ...(['notice before consent', 'processing', 'text', 'approval'] as const),
  ],
  async prepare(world, child, without) {
    // Both are informed before either consents.
    const acts = [
      ['notified', 'notice'],
      ['given', 'consent'],
    ] as const;
    for (const [act, demand] of without === 'notice before consent' ? acts.toReversed() : acts) {
      if (without === demand) continue;
      for (const giver of ['child', 'guardian'])
        if (without !== `${demand} of the ${giver}`)
          await world.say(child, 'M1', 'press-office', SHOWN, act, giver);
    }
    if (without !== 'processing')
      await world.say(child, 'M1', 'press-office', SHOWN, 'processed', 'recipient');
    const fields = { guardian_phone: '13900000002' };
    const [{ ref }] = await world.gateway.put('mca-county', { ...child, fields });
    if (without === 'text') return;
    const body = { collection: 'children', subject: child, text: TEXT, context: {} };
    const filed = await call(world, card, '/v1/story-cards', body, null);
    const named = { ref, text: TEXT, request: filed.json.request };
    expect((await world.act('mca-county', '/v1/story-texts', named)).status).toBe(200);
  },
  ask(world, { child, without, request }) {
    const context = request !== null && without !== 'approval' ? { request } : {};
    const body = { collection: 'children', subject: child, text: TEXT, context };
    return call(world, card, '/v1/story-cards', body, without);
  },
  given: ({ json }) => json.card?.pseudonym !== undefined,
};

export const leak: Row = {
  ...{ purpose: 'N1', variant: '', agency: 'press-office' },
  codes: { officer: 'PERSON_REQUIRED' },
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

export const statistics: Row = {
  ...{ purpose: 'A1', variant: '', agency: 'mca-county' },
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

export const inquiry: Row = {
  ...{ purpose: 'X1', variant: '', agency: 'desk-county' },
  demands: [...ALWAYS, 'case', 'area', 'identity'],
  codes: { identity: 'REFUSED', officer: 'PERSON_REQUIRED' },
  async ask(world, { child, without }) {
    await world.gateway.sequencer.step();
    const name = without === 'identity' ? 'another name' : GUARDIAN.name;
    const identity = { name, number: GUARDIAN.id_number };
    return call(
      world,
      inquiry,
      '/v1/inquiries',
      { collection: 'children', subject: child, inquirer: 'guardian', identity },
      without,
    );
  },
  given: ({ status, headers, json }) =>
    status === 200 && (headers.get('content-type') === 'application/jose' || json.held !== undefined),
};
