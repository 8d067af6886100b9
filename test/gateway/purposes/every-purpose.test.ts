/** Every purpose works: one call with all in place is answered, and each thing that the rules demand stops it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { children as pack } from '../../policy/support.ts';
import type { Demand, Row } from './rows.ts';
import { ROWS } from './table.ts';
import { type Child, makeWorld } from './world.ts';

const world = await makeWorld();
const foreign = await world.child(true);
afterAll(() => world.gateway.close());

it('the table has every purpose of the pack', () => {
  expect([...new Set(ROWS.map(({ purpose }) => purpose))].sort()).toEqual([...pack.purposes.keys()].sort());
});

it('the table has a cell of a second person of every purpose that has some', () => {
  const asked = ROWS.filter(({ demands }) => demands.includes('approval')).map(({ purpose }) => purpose);
  const purposes = [...pack.purposes.values()];
  const marked = purposes.filter(({ cells }) => [...cells.values()].some(({ secondPerson }) => secondPerson));
  const first = marked.filter(({ approval }) => approval !== 'afterwards');
  expect(asked).toEqual(expect.arrayContaining(first.map(({ code }) => code)));
});

it.each(ROWS.filter(({ variant }) => variant === ''))(
  'the table leaves out all that $purpose demands',
  ({ purpose, demands }) => {
    const { demands: stated = [], approval, kinds = [] } = pack.purposes.get(purpose) ?? {};
    const needed = [
      ...stated,
      ...(approval === 'four-eyes' ? ['approval'] : []),
      ...(kinds.every(({ attested }) => attested) ? ['danger'] : []),
      ...(kinds.some(({ kind }) => pack.consent.kinds[kind]?.needsConsent) && purpose !== 'S1'
        ? ['consent']
        : []),
    ];
    expect(demands).toEqual(expect.arrayContaining(needed));
  },
);

const APPROVERS = [
  'mps-county',
  'mca-county',
  'finance-county',
  'health-hospital',
  'cdpf-county',
  'edu-county',
];

/** A permitted approver approves the request that a call without one files. */
async function approved(row: Row, child: Child): Promise<string | null> {
  if (!row.demands.includes('approval')) return null;
  const { status, json, text } = await row.ask(world, { child, without: null, request: null });
  expect(status, text).toBe(202);
  for (const agency of APPROVERS) await world.act(agency, `/v1/requests/${json.request}/approve`, {});
  return json.request;
}

async function ready(row: Row, without: Demand | null = null) {
  // State guardianship is for children in state care.
  const child = await world.child(false, row.purpose === 'W4' ? 'long-term-state' : 'normal');
  await row.prepare?.(world, child, without);
  return { child, request: await approved(row, child) };
}

describe.each(ROWS)('$purpose$variant', (row) => {
  let prepared: Awaited<ReturnType<typeof ready>>;
  beforeAll(async () => {
    prepared = await ready(row);
  }, 60_000);

  // Preparations by other people need a child for whom they are missing.
  const OTHERS: readonly string[] = [
    ...['consent', 'consent of the child', 'consent of the guardian', 'notice', 'notice before consent'],
    ...['processing', 'text'],
  ];

  it.each(row.demands)('is refused without %s', async (without) => {
    const { child, request } = OTHERS.includes(without) ? await ready(row, without) : prepared;
    const answer = await row.ask(world, { child: without === 'area' ? foreign : child, without, request });
    expect(row.given(answer), answer.text).toBe(false);
    expect(codeOf(answer), answer.text).toBe(row.codes?.[without] ?? CODES[without]);
  });

  it('is answered with all in place', async () => {
    const answer = await row.ask(world, { ...prepared, without: null });
    expect(row.given(answer), answer.text).toBe(true);
  });
});

/** The one word of an answer that says what was missing. */
function codeOf({ status, json }: Awaited<ReturnType<Row['ask']>>): string {
  if (status === 202) return 'FILED';
  return json.code ?? json.outcome ?? json.refused?.code ?? json.results?.[0]?.refused?.code;
}

const CODES: Record<Demand, string> = {
  case: 'NO_CASE',
  officer: 'NO_OFFICER',
  reason: 'NO_REASON',
  instrument: 'NO_INSTRUMENT',
  activity: 'NO_ACTIVITY',
  danger: 'NO_IMMINENT_DANGER',
  approval: 'FILED',
  consent: 'REFUSED',
  'consent of the child': 'REFUSED',
  'consent of the guardian': 'REFUSED',
  notice: 'REFUSED',
  'notice before consent': 'REFUSED',
  processing: 'REFUSED',
  // Without its test a text is not approved.
  text: 'NO_APPROVAL',
  code: 'INVALID_REQUEST',
  identity: 'NOT_SUBJECT_OR_GUARDIAN',
  count: 'OUT_OF_AREA',
  area: 'REFUSED',
  agency: 'PURPOSE_NOT_FOR_ROLE',
};
