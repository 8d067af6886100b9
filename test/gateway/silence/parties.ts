/** Every kind of caller, and the worlds that must look alike to it whatever the row of the route is about. */
import { SAMPLE_AGENCIES, type SampleAgency } from '../../../infra/local/sample/agencies.ts';
import { type ActName, actDef } from '../../../shared/policy/acts/names.ts';
import { ANY_MATTER, type Matter, permits } from '../../../shared/policy/acts/permits.ts';
import { children as pack } from '../../policy/support.ts';
import { ABOUT } from '../acts/about.ts';
import { actionsFor } from '../acts/world.ts';
import type { Call } from './row.ts';
import { CONSENTED, HOLDERS, type World } from './worlds.ts';

export interface Party {
  agency: SampleAgency;
  known: 'authenticated' | 'claimed';
  purpose?: string | undefined;
}

/** One agency of each kind. */
export const AGENCIES: readonly SampleAgency[] = SAMPLE_AGENCIES.filter(
  ({ clientId }) => clientId !== 'charity-harbour',
);

/** Acts whose answer depends on the caller's purpose. */
const BY_PURPOSE: ReadonlySet<ActName> = new Set(['release.make', 'release.card', 'request.file']);

/**
 * Each sample agency by an officer who has logged in, with each of its purposes if they matter, and by a claimed one. If the
 * act is closed to claimed officers, one of them shows it for all.
 */
export function partiesOf(act: ActName): Party[] {
  const closed = pack.acts.get(act)?.person === 'authenticated';
  return AGENCIES.flatMap((agency) => {
    const purposes: (string | undefined)[] = BY_PURPOSE.has(act)
      ? agency.purposes
      : agency.purposes.slice(0, 1);
    return (purposes.length > 0 ? purposes : [undefined]).flatMap((purpose) =>
      (closed && agency !== AGENCIES[0]
        ? (['authenticated'] as const)
        : (['authenticated', 'claimed'] as const)
      ).map((known) => ({ agency, known, purpose })),
    );
  });
}

/** The row's call as this party, about what it may ask for. */
export function asParty(call: Call, act: ActName, { agency, known, purpose }: Party): Call {
  const actions = actionsFor(agency, act);
  const withPurpose = actions.some((name) => name === 'release' || name === 'verify');
  return {
    path: call.path,
    agency: agency.clientId,
    details: {
      actions,
      ...(withPurpose && purpose !== undefined && { purpose }),
      officer: known === 'claimed' ? 'wu.ming' : 'zhao.min',
      ...{ reason: 'help for the child', case: 'S-2026-1' },
      ...(known === 'claimed' && { claimed: true as const }),
    },
    ...(call.body !== undefined && { body: bodyOf(call.body as object, act, agency, purpose) }),
  };
}

/** Fields that a department may write. */
const OWN: Record<string, object> = {
  MPS: { name: '欧阳娜娜' },
  MCA: { hardship_category: ['orphan'] },
  EDU: { schooling_status: 'primary' },
};

function bodyOf(body: object, act: ActName, { departments }: SampleAgency, purpose = ''): object {
  if (act === 'intake.write') {
    const own = departments.flatMap((code) => OWN[code] ?? [])[0];
    const { records } = body as { records?: object[] };
    return own && records ? { ...body, records: records.map((one) => ({ ...one, fields: own })) } : body;
  }
  if (act === 'request.file') return { ...body, purpose };
  if (act !== 'release.make') return body;
  const fields = [...(pack.purposes.get(purpose)?.cells.keys() ?? [])].slice(0, 2);
  const context = { imminentDangerAttested: true };
  return { ...body, ...(fields.length > 0 && { fields }), ...(purpose === 'E1' && { context }) };
}

const HERE: readonly World[] = ['plain', 'more'];
const EVERY: readonly World[] = ['nowhere', 'elsewhere', 'plain', 'conflict'];

/** @param route method and path */
export function alikeFor(route: string, act: ActName, party: Party): readonly (readonly World[])[] {
  const ask = (matter: Matter) => {
    const { clientId, departments, roles, areas, purposes } = party.agency;
    const caller = { clientId, departments, roles, areas, purposes };
    const actions = actionsFor(party.agency, act);
    return permits(pack, { caller, actions, person: party.known } as never, act, matter).ok;
  };
  // Refused before anything is read: one pair shows it.
  if (!ask(ANY_MATTER)) return [['nowhere', 'plain']];
  const matter = matterOf(route, party);
  const related = !needsRelation(act) || ask(matter);
  if (route.includes('/:id')) return related ? [] : [['nowhere', 'plain']];
  // Children of the county live outside the areas of its neighbour.
  if (!isNear(party)) return [EVERY.filter((world) => world !== 'elsewhere')];
  if (!related) return [EVERY];
  const anywhere = needsRelation(act) ? ask({ ...matter, area: false }) : reachesBeyond(party);
  return anywhere ? [HERE] : [['nowhere', 'elsewhere'], HERE];
}

/** Whether the purpose is open to the party outside its areas. */
function reachesBeyond({ agency, purpose = '' }: Party): boolean {
  const { area, elsewhere } = pack.purposes.get(purpose) ?? {};
  return area === 'any' || (elsewhere?.roles.some((role) => agency.roles.includes(role)) ?? false);
}

const needsRelation = (act: ActName) => actDef(act).proves.some((name) => name !== 'department');
const isNear = ({ agency }: Party) => agency.areas.some((area) => area.startsWith('990001'));
const SOURCES = new Set([...pack.fields.values()].flatMap(({ owners }) => owners));

/** What the party is to the child here, or to the documents that the rows' own callers filed about it. */
function matterOf(route: string, party: Party): Matter {
  const { clientId, departments } = party.agency;
  const area = isNear(party);
  const of = (code: string) => departments.includes(code as never);
  const by = (id: string) => clientId === id;
  const isSource = departments.some((code) => SOURCES.has(code));
  if (route === 'GET /v1/consents')
    return { area, recipient: CONSENTED.some(([, recipient]) => recipient === clientId) };
  if (route === 'POST /v1/incidents') return { area, owner: of('MCA') };
  if (ABOUT[route]?.person)
    return {
      ...ABOUT[route].matter({ agency: party.agency, known: party.known }, 'own'),
      area,
      holder: departments.some((code) => HOLDERS.includes(code)),
    };
  const [, kind = ''] = /\/v1\/([a-z-]+)\/:id/.exec(route) ?? [];
  const documents: Record<string, Matter> = {
    requests: { requester: by('health-hospital'), decider: isSource, 'other-line': true },
    consents: { area, filer: by('desk-county'), recipient: by('cdpf-county'), 'other-line': true },
    freezes: { of: 'subject', area, owner: isSource },
    holds: { setter: by('court-county') },
    'harm-reports': { addressee: of('MPS') && area },
    cases: { of: 'first', self: by('mca-county'), supervisor: by('mca-county') },
    incidents: { area, owner: of('MCA'), filer: by('mca-county') },
    objections: { area, filer: by('desk-county'), addressee: of('MPS') },
    tasks: { addressee: of('MCA') && area },
  };
  return documents[kind] ?? {};
}
