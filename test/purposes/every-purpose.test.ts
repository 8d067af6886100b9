/** Every purpose works: one call with all in place is answered, and each thing that the rules demand stops it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { children as pack } from '../policy/support.ts';
import { type Demand, ROWS, type Row } from './rows.ts';
import { type Child, makeWorld, type World } from './world.ts';

let world: World;
let foreign: Child;
beforeAll(async () => {
  world = await makeWorld();
  foreign = await world.child(true);
}, 180_000);
afterAll(() => world.gateway.close());

it('the table has every purpose of the pack', () => {
  expect(ROWS.map(({ purpose }) => purpose).sort()).toEqual([...pack.purposes.keys()].sort());
});

it.each(ROWS)('the table leaves out all that $purpose demands', ({ purpose, demands }) => {
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
});

/** Whoever may answer approves the request that a call without one files. */
async function approved(row: Row, child: Child): Promise<string | null> {
  if (!row.demands.includes('approval')) return null;
  const { status, json, text } = await row.ask(world, { child, without: null, request: null });
  expect(status, text).toBe(202);
  for (const agency of ['mps-county', 'mca-county', 'finance-county', 'health-hospital'])
    await world.act(agency, `/v1/requests/${json.request}/approve`, {});
  return json.request;
}

async function ready(row: Row, without: Demand | null = null) {
  const child = await world.child();
  await row.prepare?.(world, child, without);
  return { child, request: await approved(row, child) };
}

describe.each(ROWS)('$purpose', (row) => {
  let prepared: Awaited<ReturnType<typeof ready>>;
  beforeAll(async () => {
    prepared = await ready(row);
  }, 60_000);

  // What others have to do first needs a child for whom they did not.
  const OTHERS: readonly Demand[] = ['consent', 'notice', 'processing', 'text'];

  it.each(row.demands)('is refused without %s', async (without) => {
    const { child, request } = OTHERS.includes(without) ? await ready(row, without) : prepared;
    const answer = await row.ask(world, { child: without === 'area' ? foreign : child, without, request });
    expect(row.given(answer), answer.text).toBe(false);
    const expected = without === 'consent' ? (row.withoutConsent ?? CODES.consent) : CODES[without];
    expect(codeOf(answer), answer.text).toBe(expected);
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
  notice: 'REFUSED',
  processing: 'REFUSED',
  text: 'REFUSED',
  code: 'INVALID_REQUEST',
  identity: 'NOT_SUBJECT_OR_GUARDIAN',
  count: 'OUT_OF_AREA',
  area: 'REFUSED',
  agency: 'PURPOSE_NOT_FOR_ROLE',
};
