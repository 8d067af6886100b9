import type { Context, MiddlewareHandler } from 'hono';
import type { ActName } from '../../shared/acts.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { type Agency, signingKeys } from '../../shared/identity/agencies/agencies.ts';
import type { HttpSignature } from '../../shared/identity/agencies/http-signature.ts';
import { boundTo } from '../../shared/identity/people/people.ts';
import type { AccessToken } from '../../shared/identity/tokens/access-token.ts';
import type { Proof } from '../../shared/identity/tokens/dpop.ts';
import type { ClientId } from '../../shared/ids.ts';
import { areasWithin } from '../../shared/policy/decide/areas.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';
import type { Deps } from '../deps.ts';
import { nameFaults } from '../http/problem.ts';
import { checkAsked, requirePossible, requireRow } from './acts.ts';
import { agencyOf, readToken, registered, rememberedOf } from './agency.ts';
import { byToken, type Caught } from './by-token.ts';
import { begunWith, confirmer } from './confirm.ts';
import { readEvidence } from './evidence.ts';
import { weakOf } from './factors.ts';
import { requireFreshAlways } from './fresh.ts';
import { IAM_DETAILS, IAM_PERSON, readIamCall } from './iam.ts';
import { asBearer, narrowed, requireOfPage } from './page.ts';
import { actedBy, grantOf, peopleOf, personOfAgency, readPerson } from './person.ts';
import { currentPack, POLICY_ENV, rememberedPack, pack as shipped } from './policy.ts';
import { personProof, readProof, tokenOf } from './proof.ts';
import { claimingOnce, countingOnce, replayOf } from './replay.ts';
import type { Confirm, Session, SessionVariables } from './session.ts';
import { refuseSuspended } from './suspension.ts';

/** Settings for finding out the caller. */
export const CALLER_ENV = [
  'publicUrl',
  'authorization',
  'people',
  'tokenKey',
  'agenciesTable',
  'claimsTable',
  'modeTable',
] as const;
/** Settings that `authenticate` needs; each app includes them in its own. */
export const AUTH_ENV = [...CALLER_ENV, ...POLICY_ENV] as const;
export type AuthDeps = Deps<(typeof AUTH_ENV)[number]>;

export interface AuthOptions {
  /** The handler calls `session.replay.claim()` itself, in parallel with its other round trips. */
  deferReplay?: boolean;
  /**
   * Begins what a request under a valid token and proof needs, in parallel with the look at the register. It reads only,
   * waits for nothing and never fails.
   */
  begin?(token: AccessToken): void;
  /** The handler serves by `asRegistered`, so the call may begin with the record that the instance remembers. */
  remembered?: boolean;
  /** The route changes nothing, so a login of any age will do. */
  readsOnly?: boolean;
}

/**
 * Middleware that sets `session`, or refuses a caller whom the act's row refuses in every matter. The handler
 * then checks the matter at hand: see `acts.ts`.
 * @throws Problem TOKEN_INVALID, DPOP_INVALID, DPOP_REPLAYED, SIGNATURE_INVALID, AGENCY_SUSPENDED,
 * ACTION_NOT_GRANTED, ROLE_REQUIRED, PERSON_REQUIRED or STEP_UP_REQUIRED. @throws Error for an act without a row, when the app
 * is made
 */
export function authenticate(
  deps: AuthDeps,
  act: ActName,
  { deferReplay = false, begin, remembered = false, readsOnly = false }: AuthOptions = {},
): MiddlewareHandler<{ Variables: SessionVariables }> {
  nameFaults(deps.kms, 'KMS_UNAVAILABLE');
  nameFaults(deps.dynamo, 'STORE_UNAVAILABLE');
  requireRow(shipped, act);
  return async (c, next) => {
    // In parallel with the check of the caller, so that it adds no round trip.
    const inForce = currentPack(deps);
    inForce.catch(() => {});
    const read = await readerOf(deps, act, c, begin);
    const make = (caught: Caught, pack: Pack): Session => {
      refuseSuspended(caught.agency, pack, act);
      const session: Session = {
        ...caught,
        caller: narrowed(callerOf(pack, caught.agency), caught),
        weak: caught.person ? weakOf(deps, caught.agency, caught.person) : undefined,
        act: { name: act, pack, asked: false, fresh: readsOnly },
      };
      requirePossible(session);
      requireOfPage(session);
      requireFreshAlways(session, deps.now());
      return session;
    };
    const again = async () => make(await read.registered(), await inForce);
    const rememberedCaller = async () => {
      const pack = rememberedPack(deps) ?? (await inForce);
      const found = await read.remembered(pack);
      return found && { ...found, pack };
    };
    const found = remembered ? await rememberedCaller().catch(() => null) : null;
    const session = found
      ? await begunWith(found.confirm, again, (unconfirmed) =>
          make({ ...found.caught, unconfirmed }, found.pack),
        )
      : await again();
    // Set before the claim, so that an alert about a replay can name the caller. No handler runs before the claim.
    c.set('session', session);
    if (!deferReplay) await session.replay.claim();
    await next();
    // A refusal, too: else one proof tries tickets and cursors without end.
    await c.get('session').replay.ensure();
    if (c.res.ok) checkAsked(c.get('session'));
    await c.get('session').replay.leave(c.res.ok);
  };
}

/** The caller by one record or the other. */
interface Reader {
  registered(): Promise<Caught>;
  /** @returns `null` if nothing is remembered. @throws Problem that says nothing: the register may differ */
  remembered(pack: Pack): Promise<{ caught: Caught; confirm: Confirm } | null>;
}

/** @throws Problem if the token or its proof is not valid */
async function readerOf(
  deps: AuthDeps,
  act: ActName,
  c: Context,
  begin: AuthOptions['begin'],
): Promise<Reader> {
  const remembered = async () => null;
  if (deps.env.authorization === 'iam') return { registered: () => readIamSession(deps, act, c), remembered };
  const [bearer, bound] = [tokenOf(c, 'bearer'), tokenOf(c, 'dpop')];
  if (bearer !== null) return { registered: () => readPersonSession(deps, act, c, bearer), remembered };
  const jkt = bound === null || deps.env.people === 'none' ? null : boundTo(bound, peopleOf(deps));
  if (bound === null || jkt === null) return readSession(deps, act, c, begin);
  const proof = readProof(deps, c, bound, { jkt });
  return { registered: () => readPersonSession(deps, act, c, bound, proof), remembered };
}

/** @param proof of a token that the issuer bound to a key */
async function readPersonSession(
  deps: AuthDeps,
  act: ActName,
  c: Context,
  token: string,
  proof: Proof | null = null,
): Promise<Caught> {
  const person = asBearer(await readPerson(deps, token, { jkt: proof?.jkt ?? null }));
  const agency = await agencyOf(deps, person.office);
  if (!agency) throw new Problem('TOKEN_INVALID');
  const grant = grantOf(person);
  return {
    agency,
    person,
    issuer: person.issuer,
    grant,
    page: null,
    jti: '',
    jkt: proof?.jkt ?? '',
    clockSkew: Math.round(proof?.skew ?? 0),
    evidence: await evidenceOf(deps, c, agency),
    replay: replayOf(deps, { agency, act }, proof && claimingOnce(deps, proof.claim), {
      officer: grant.officer,
      person,
    }),
  };
}

async function readSession(
  deps: AuthDeps,
  act: ActName,
  c: Context,
  begin: AuthOptions['begin'],
): Promise<Reader> {
  const text = tokenOf(c, 'dpop');
  if (text === null) throw new Problem('TOKEN_INVALID');
  const token = await readToken(deps, text);
  if (!token) throw new Problem('TOKEN_INVALID');
  const proof = readProof(deps, c, text, token);
  begin?.(token);
  const { clientId } = token;
  const once = { claim: claimingOnce(deps, proof.claim), count: countingOnce(deps) };
  const by = (agency: Agency, evidence: HttpSignature | null, confirm?: Confirm): Caught =>
    byToken(deps, { act, agency, evidence, confirm, ...once }, token, proof);
  return {
    async registered() {
      const agency = await agencyOf(deps, clientId);
      if (!agency) throw new Problem('TOKEN_INVALID');
      return by(agency, await evidenceOf(deps, c, agency));
    },
    async remembered(pack) {
      const known = await rememberedOf(deps, clientId);
      if (!known) return null;
      const confirm = confirmer({ record: known.record, pack }, async () => {
        const [record, current] = await Promise.all([registered(deps, clientId), currentPack(deps)]);
        return { record, pack: current };
      });
      const caught = by(known.agency, await evidenceBy(deps, c, known.agency), confirm);
      return { caught, confirm };
    },
  };
}

async function readIamSession(deps: AuthDeps, act: ActName, c: Context): Promise<Caught> {
  const find = (clientId: ClientId) => agencyOf(deps, clientId);
  const call = await readIamCall(c, deps.now(), find);
  const { agency, claim } = call;
  const ofPage = call.person === null ? null : await readToken(deps, call.person);
  if (ofPage && (!ofPage.person || ofPage.clientId !== agency.clientId)) throw new Problem('TOKEN_INVALID');
  // It covers what says the grant: the details, or the token of the session.
  const evidence = await evidenceOf(deps, c, agency, ofPage ? IAM_PERSON : IAM_DETAILS);
  if (ofPage && call.person !== null) {
    const proof = readProof(deps, c, call.person, ofPage);
    return byToken(
      deps,
      { act, agency, evidence, claim: claimingOnce(deps, claim, proof.claim) },
      ofPage,
      proof,
    );
  }
  const grant = call.grant();
  const proof = call.person === null ? null : personProof(deps, c, call.person);
  const person =
    call.person === null ? null : await personOfAgency(deps, agency, call.person, proof?.jkt ?? null);
  const acted = actedBy(grant, person);
  if (!acted || (call.person !== null && person === null)) throw new Problem('TOKEN_INVALID');
  return {
    agency,
    person,
    evidence,
    issuer: deps.env.publicUrl,
    grant: acted,
    page: null,
    // There is no token. The nonce is what may be used only once, and nothing is bound to a key of the caller.
    jti: claim.claim,
    jkt: '',
    clockSkew: 0,
    replay: replayOf(deps, { agency, act }, claimingOnce(deps, claim, proof?.claim), {
      officer: acted.officer,
      person,
    }),
  };
}

/** @throws Problem SIGNATURE_INVALID */
function evidenceBy(
  deps: AuthDeps,
  c: Context,
  agency: Agency,
  credential = 'authorization',
): Promise<HttpSignature | null> {
  const [publicUrl, now] = [deps.env.publicUrl, deps.now()];
  return readEvidence(c, { publicUrl, credential, find: (keyid) => signingKeys(agency, keyid, now), now });
}

/** Reads the record again if the cached one lacks the key, which may just have been registered. @throws Problem SIGNATURE_INVALID. */
async function evidenceOf(
  deps: AuthDeps,
  c: Context,
  agency: Agency,
  credential?: string,
): Promise<HttpSignature | null> {
  try {
    return await evidenceBy(deps, c, agency, credential);
  } catch (error) {
    const fresh = await agencyOf(deps, agency.clientId, true);
    if (!fresh) throw error;
    return evidenceBy(deps, c, fresh, credential);
  }
}

/** The part of an agency's record that the policy decides on. */
export function callerOf(pack: Pack, agency: Agency): Caller {
  const { clientId, departments, roles, areas, purposes, trainedUntil, activities, institution, contracts } =
    agency;
  const known = { clientId, departments, roles, areas: areasWithin(pack, areas), purposes, trainedUntil };
  return { ...known, ...defined({ activities, institution, contracts }) };
}
