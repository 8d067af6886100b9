/** Every kind of caller, and the worlds that must look alike to it whatever the row of the route is about. */
import { pack } from '../../../functions/session/policy.ts';
import type { SampleAgency } from '../../../infra/local/sample/parties.ts';
import { type ActName, actDef } from '../../../shared/acts.ts';
import { ANY_MATTER, type Matter, permits } from '../../../shared/policy/decide/permits.ts';
import { ABOUT } from '../acts/about.ts';
import { actionsFor } from '../acts/world.ts';
import { SCENE } from '../scenes/scene.ts';
import type { Call } from './row.ts';
import type { World } from './worlds.ts';

const { consented, holders, filed, own: OWN, emergency } = SCENE.silence;

export interface Party {
  agency: SampleAgency;
  known: 'authenticated' | 'claimed';
  purpose?: string | undefined;
}

/** One agency of each kind. */
export const AGENCIES: readonly SampleAgency[] = SCENE.agencies.filter(
  ({ clientId }) => clientId !== SCENE.bystander,
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
  return { ...body, ...(fields.length > 0 && { fields }), ...(purpose === emergency && { context }) };
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
  if (act === 'intake.write' && ownsNumber(party)) return [isNear(party) ? HERE : ['plain', 'conflict']];
  // Children of the county live outside the areas of its neighbour.
  // A role that reaches every person may know that a record exists.
  if (!isNear(party))
    return needsRelation(act) && ask({}) ? [] : [EVERY.filter((world) => world !== 'elsewhere')];
  if (!related) return [EVERY];
  const anywhere = needsRelation(act) ? ask({ ...matter, area: false }) : reachesBeyond(party);
  return anywhere ? [HERE] : [['nowhere', 'elsewhere'], HERE];
}

/** Whether the purpose is open to the party outside its areas. */
function reachesBeyond({ agency, purpose = '' }: Party): boolean {
  const { area, elsewhere } = pack.purposes.get(purpose) ?? {};
  return area === 'any' || (elsewhere?.roles.some((role) => agency.roles.includes(role)) ?? false);
}

/** An owner of the number makes the one record under it, and so learns if another county has it. */
function ownsNumber({ agency }: Party): boolean {
  const owners: readonly string[] = pack.fields.get(SCENE.number)?.owners ?? [];
  return agency.departments.some((code) => owners.includes(code));
}

const needsRelation = (act: ActName) =>
  actDef(act).proves.some((name) => name !== 'department' && name !== 'speaks');
const isNear = ({ agency }: Party) => SCENE.near(agency, 'own');
const SOURCES: ReadonlySet<string> = new Set([...pack.fields.values()].flatMap(({ owners }) => owners));

/** What the party is to the child here, or to the documents that the rows' own callers filed about it. */
function matterOf(route: string, party: Party): Matter {
  const { clientId } = party.agency;
  const area = isNear(party);
  const speaks = SCENE.speaks[clientId] ?? '';
  const of = (code: string) => speaks === code;
  const by = (id: string) => clientId === id;
  const isSource = SOURCES.has(speaks);
  if (route === 'GET /v1/consents' || route === 'POST /v1/consents/search')
    return { area, recipient: consented.some(([, recipient]) => recipient === clientId) };
  // The holder of a field of the child may know that its record exists.
  if (route === 'POST /v1/freezes') return { of: 'subject', area, owner: holders.includes(speaks) };
  if (route === 'POST /v1/incidents') return { area, owner: of(filed.leaks) };
  if (ABOUT[route]?.person)
    return {
      ...ABOUT[route].matter({ agency: party.agency, known: party.known }, 'own'),
      area,
      holder: holders.includes(speaks),
    };
  const [, kind = ''] = /\/v1\/([a-z-]+)\/:id/.exec(route) ?? [];
  const documents: Record<string, Matter> = {
    requests: { requester: by(filed.requester), decider: isSource, 'other-line': true },
    consents: { area, filer: by(SCENE.desk.own), recipient: by(SCENE.consent.recipient), 'other-line': true },
    freezes: { of: 'subject', area, owner: holders.includes(speaks) },
    holds: { setter: by(SCENE.holder) },
    'harm-reports': { addressee: of(SCENE.harm?.own.to ?? '') && area },
    cases: { of: 'first', self: by(filed.case), supervisor: by(filed.case) },
    incidents: { area, owner: of(filed.leaks), filer: by(filed.incident) },
    objections: { area, filer: by(SCENE.desk.own), addressee: of(filed.answers) },
    tasks: { addressee: of(filed.leaks) && area },
  };
  return documents[kind] ?? {};
}
