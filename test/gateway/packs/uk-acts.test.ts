/**
 * Every route of the English pack as every office of its sample: the door is that of the pack's table. What it then says
 * of a person whom it refuses to speak of is the same as of a person of whom no record exists.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ALL_ROUTES } from '../../../functions/steward/app.ts';
import type { SampleAgency } from '../../../infra/local/sample/agencies.ts';
import { partiesOf } from '../../../infra/local/sample/pack-sample.ts';
import { type ActName, actDef } from '../../../shared/policy/acts/names.ts';
import { ANY_MATTER, type Matter, permits } from '../../../shared/policy/acts/permits.ts';
import { loadPack } from '../../../shared/policy/pack/load-pack.ts';
import { passesMod11 } from '../../../shared/policy/value/check-digits.ts';
import { type Answer, fileGateway, type TestGateway } from '../../support/gateway.ts';
import { actionsFor } from '../acts/world.ts';
import { compiledUk, FOLDER } from './uk-pack.ts';

vi.mock('#pack/shipped.ts', async () => (await import('./uk-pack.ts')).shippedUk());
vi.mock('#pack/codes.ts', async (original) =>
  (await import('./uk-pack.ts')).codesUk(await original<object>()),
);

type Known = 'claimed' | 'authenticated';

const pack = loadPack(compiledUk());
/** Of another authority, with a child there. */
const ELSEWHERE: SampleAgency = {
  ...{
    clientId: 'la-elsewhere',
    name: { en: 'Elsewhere' },
    departments: ['LA'],
    roles: ['childrens-services'],
  },
  ...{ areas: ['E06000014'], purposes: ['CIN'], actions: ['intake', 'release', 'casework'] },
};
const offices: readonly SampleAgency[] = [...partiesOf(FOLDER, compiledUk()).agencies, ELSEWHERE];
const parties = offices.flatMap((office) =>
  (['claimed', 'authenticated'] as const).map((known) => [office, known] as const),
);

const [record] = readFileSync(join(FOLDER, 'sample/la-children.ndjson'), 'utf8').trim().split('\n');
const known: { match: { nhs_number: string }; fields: Record<string, string> } = JSON.parse(record ?? '');
const HELD = { match: { nhs_number: known.match.nhs_number } };
/** The next number with the right check digit. */
function numbered(from: number) {
  const all = Array.from({ length: 50 }, (_, more) => String(from + more));
  const nhs_number = all.find((one) => passesMod11(one, [10, 9, 8, 7, 6, 5, 4, 3, 2])) ?? '';
  return { match: { nhs_number } };
}
/** Of whom no record exists, and who lives elsewhere. */
const [UNKNOWN, FOREIGN] = [numbered(9_998_887_770), numbered(9_998_886_660)];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await fileGateway({ agencies: offices });
  await gateway.put('la-children', JSON.parse(record ?? ''));
  const fields = { nhs_number: FOREIGN.match.nhs_number, name: 'Far Example', area_code: 'E06000014' };
  await gateway.put('la-elsewhere', { ...FOREIGN, ifVersion: 0, fields });
  await gateway.sequencer.step();
});

const hasPurpose = (action: string) => action === 'release' || action === 'verify';

function call(office: SampleAgency, how: Known, act: ActName, method: string, path: string, body?: unknown) {
  const actions = actionsFor(office, act, pack);
  const [purpose] = office.purposes;
  const details = {
    ...{
      actions,
      officer: how === 'claimed' ? 'a.name' : 'b.name',
      reason: 'check of the table',
      case: 'C-1',
    },
    ...(actions.some(hasPurpose) && purpose !== undefined && { purpose }),
    ...(how === 'claimed' && { claimed: true as const }),
    unregistered: true as const,
  };
  return gateway.call(office.clientId, details, method, path, body);
}

/** @returns the code that bars the office, whatever the act is about; `null` if nothing bars it yet */
function barred(
  office: SampleAgency,
  person: Known,
  act: ActName,
  matter: Matter = ANY_MATTER,
): string | null {
  const { clientId, departments, roles, areas, purposes } = office;
  const caller = { clientId, departments, roles, areas, purposes };
  const actions = actionsFor(office, act, pack);
  const verdict = permits(pack, { caller, actions, person } as never, act, matter);
  return verdict.ok ? null : verdict.code;
}

const DOOR = new Set(['ACTION_NOT_GRANTED', 'PERSON_REQUIRED']);
const guarded = ALL_ROUTES.filter(({ act }) => !('open' in actDef(act))).map((route) => ({
  ...route,
  name: `${route.method} ${route.path}`,
}));

describe('before the handler', () => {
  it.each(guarded)('$name is open to the callers of its row', async ({ method, path, act }) => {
    const target = path.replace(/:\w+/g, 'x').replace('*', 'x');
    let open = 0;
    for (const [office, how] of parties) {
      const { json } = await call(office, how, act, method, target, method === 'GET' ? undefined : {});
      const expected = barred(office, how, act);
      const who = `${office.clientId} ${how}`;
      if (expected !== null) expect(json?.code, who).toBe(expected);
      else expect(DOOR.has(json?.code) ? json.code : null, who).toBeNull();
      open += expected === null ? 1 : 0;
    }
    // No office of this sample verifies programmes: the pack has none.
    if (act !== 'verification.make') expect(open).toBeGreaterThan(0);
  });
});

let cases = 2;
const PAPER = hash('sha256', 'a paper');
const CONTEXT = { case: 'C-1' };
/** Calls about a person, by the act of their route. */
const ABOUT: [string, ActName, (subject: object) => object][] = [
  [
    '/v1/consents',
    'consent.file',
    (subject) => ({
      ...{
        subject,
        purpose: 'CIN',
        recipient: 'la-children',
        fields: ['name'],
        giver: 'guardian',
        act: 'refused',
      },
      ...{ method: 'in-person', evidence: PAPER },
    }),
  ],
  ['/v1/objections', 'objection.file', (subject) => ({ subject, field: 'name', by: 'guardian' })],
  ['/v1/conflicts', 'conflict.set', (subject) => ({ subject })],
  ['/v1/freezes', 'freeze.set', (subject) => ({ target: { subject } })],
  [
    '/v1/incidents',
    'incident.open',
    (subject) => ({
      ...{ subjects: [subject], fields: ['name'], operator: 'controller' },
      ...{ from: '2026-11-25T00:00:00Z', until: '2026-11-26T00:00:00Z' },
    }),
  ],
  [
    '/v1/requests',
    'request.file',
    (subject) => ({
      ...{
        collection: 'children',
        purpose: 'S47',
        subjects: [subject],
        fields: ['concern'],
        context: CONTEXT,
      },
    }),
  ],
  [
    '/v1/cases',
    'case.open',
    (subject) => ({ purpose: 'S47', case: `C-${cases++}`, officers: ['b.name'], subjects: [subject] }),
  ],
  [
    '/v1/releases',
    'release.make',
    (subject) => ({
      ...{ collection: 'children', subjects: [subject], fields: ['name'], context: {} },
    }),
  ],
];

const toldBy = ({ status, json, text }: Answer) => [status, json?.code, text.length];

describe('about a person', () => {
  it.each(ABOUT)('%s refuses alike whether or not a record exists', async (path, act, bodyOf) => {
    const told = pack.acts.get(act)?.tells ?? [];
    let refused = 0;
    for (const [office, how] of parties) {
      const [held, never] = [
        await call(office, how, act, 'POST', path, bodyOf(HELD)),
        await call(office, how, act, 'POST', path, bodyOf(UNKNOWN)),
      ];
      const who = `${office.clientId} ${how} ${held.json?.code ?? ''}`;
      // Some rows permit the act wherever the person lives, and reveal whether a record exists.
      if (
        office.clientId !== ELSEWHERE.clientId &&
        barred(office, how, act, { ...ANY_MATTER, area: false })
      ) {
        const far = await call(office, how, act, 'POST', path, bodyOf(FOREIGN));
        expect(toldBy(far), `${who} elsewhere`).toEqual(toldBy(never));
      }
      expect(held.status, `${who} ${held.text}`).toBeLessThan(500);
      if (held.status >= 400 || !told.includes('presence')) {
        expect(toldBy(never), who).toEqual(toldBy(held));
        refused++;
      } else expect(never.json?.code, who).toBe('REFUSED');
    }
    expect(refused).toBeGreaterThan(0);
  });
});
