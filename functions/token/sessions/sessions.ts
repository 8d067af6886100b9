/**
 * Sessions of people in a browser. The page has a handle, a key that can't be exported, and access tokens of
 * the gateway that are bound to that key. The issuer's bearer token is checked here and not stored.
 */

import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type * as v from 'valibot';
import type { EndSession, RenewSession, StartSession } from '../../../shared/contract/routes/sessions.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import type { Agency } from '../../../shared/identity/agencies/agencies.ts';
import type { Grant } from '../../../shared/identity/details.ts';
import { readHybridJwk } from '../../../shared/identity/hybrid-key.ts';
import { readPublicJwk } from '../../../shared/identity/jwk.ts';
import { type Code, exchangeCode } from '../../../shared/identity/people/exchange.ts';
import type { Person } from '../../../shared/identity/people/people.ts';
import { claimOnce } from '../../../shared/identity/replay.ts';
import type { SealingKey } from '../../../shared/identity/tokens/access-token.ts';
import { type Proof, verifyProof } from '../../../shared/identity/tokens/dpop.ts';
import { codeText } from '../../../shared/language.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import {
  endSession,
  getSession,
  keepSession,
  type PersonSession,
  putSession,
  SESSION_IDLE,
  SESSION_LASTS,
} from '../../../shared/records/gateway/sessions.ts';
import { targetOf } from '../../http/headers.ts';
import { registered } from '../../session/agency.ts';
import { weakOf } from '../../session/factors.ts';
import { isFresh, stepUp } from '../../session/fresh.ts';
import { IAM_CLIENT } from '../../session/iam.ts';
import { asks } from '../../session/page.ts';
import { peopleOf, readPerson } from '../../session/person.ts';
import { countRequest } from '../../session/rates.ts';
import { isSuspended, suspendedProblem } from '../../session/suspension.ts';
import { type Issuing, mintedToken, type TokenDeps } from '../issue-token.ts';

/**
 * @throws Problem DPOP_INVALID, DPOP_REPLAYED; TOKEN_INVALID for a code that the issuer rejects;
 * ROLE_REQUIRED with the reason `NO_OFFICE`, `OTHER_OFFICE` or `NO_ROLE`; STEP_UP_REQUIRED without the second factor that each call demands;
 * ISSUER_UNAVAILABLE.
 */
export async function startSession(deps: Issuing, c: Context, body: v.InferOutput<typeof StartSession>) {
  const { proof, nonce } = await readProof(deps, c);
  await claimProof(deps, proof);
  const person = await personOf(deps, body);
  const office = await standingOffice(deps, person);
  // Each call is refused then: its role acts for one office. Here it is said why.
  if (deps.env.authorization === 'iam' && c.req.header(IAM_CLIENT) !== person.office)
    throw new Problem('ROLE_REQUIRED', { reason: codeText('OTHER_OFFICE') });
  const weak = weakOf(deps, office, person);
  if (weak?.always) throw stepUp(weak);
  const now = Math.floor(deps.now() / 1000);
  const session: PersonSession = {
    ...person,
    jkt: proof.jkt,
    ends: now + SESSION_LASTS,
    ...defined({ enc: body.enc && checkedKey(body.enc) }),
  };
  const handle = randomBytes(32).toString('base64url');
  await putSession(deps.tables.claims, handle, session, now);
  return { answer: { session: handle, ...(await answerFor(deps, session, office)) }, nonce };
}

/** The person of a code. @throws Problem as `startSession` */
async function personOf(deps: TokenDeps, code: Code): Promise<Person> {
  const token = await exchangeCode(peopleOf(deps), code, deps.fetchIssuer).catch((cause) => {
    throw new Problem('ISSUER_UNAVAILABLE', { cause });
  });
  if (token === null) throw new Problem('TOKEN_INVALID');
  const person = await readPerson(deps, token, 'exchanged');
  if (person.actions.length === 0) throw new Problem('ROLE_REQUIRED', { reason: codeText('NO_ROLE') });
  return person;
}

/**
 * @throws Problem as above; TOKEN_INVALID for a session that is over or has another key, which ends it; for a new login
 * also ROLE_REQUIRED with the reason `OTHER_PERSON`, and STEP_UP_REQUIRED if the issuer did not ask the person again, or
 * for no second factor
 */
export async function renewSession(
  deps: Issuing,
  c: Context,
  { session: handle, details, login }: v.InferOutput<typeof RenewSession>,
) {
  const { proof, nonce } = await readProof(deps, c);
  const now = Math.floor(deps.now() / 1000);
  const before = await ofKey(deps, handle, proof, now);
  await claimProof(deps, proof);
  const office = await standingOffice(deps, before);
  const session = login ? await loggedInAgain(deps, before, office, login) : before;
  if (details && !deps.purposes.knows(details.purpose)) throw new Problem('PURPOSE_UNKNOWN');
  if (details && !actionsIn(session, office).includes(details.action)) {
    throw new Problem('ACTION_NOT_GRANTED');
  }
  const kept = await keepSession(deps.tables.claims, handle, now, login && session);
  if (!kept) throw new Problem('TOKEN_INVALID');
  return { answer: await answerFor(deps, session, office, details), nonce };
}

/** The session after a new login of its person, with the roles of now. Key and end stay. */
async function loggedInAgain(
  deps: TokenDeps,
  { strong: _, ...session }: PersonSession,
  agency: Agency,
  code: Code,
): Promise<PersonSession> {
  const person = await personOf(deps, code);
  const same = (['issuer', 'subject', 'office'] as const).every((name) => person[name] === session[name]);
  if (!same) throw new Problem('ROLE_REQUIRED', { reason: codeText('OTHER_PERSON') });
  const weak = weakOf(deps, agency, person);
  if (weak || !isFresh(person, deps.now())) throw stepUp(weak);
  return { ...session, ...person };
}

/** @returns the nonce for the next proof. */
export async function endPersonSession(
  deps: Issuing,
  c: Context,
  { session: handle }: v.InferOutput<typeof EndSession>,
): Promise<string> {
  const { proof, nonce } = await readProof(deps, c);
  await ofKey(deps, handle, proof, Math.floor(deps.now() / 1000));
  await claimProof(deps, proof);
  await endSession(deps.tables.claims, handle);
  return nonce;
}

/** Before anything is written, so that a stranger's request costs one reading. */
async function ofKey(deps: TokenDeps, handle: string, proof: Proof, now: number): Promise<PersonSession> {
  const session = await getSession(deps.tables.claims, handle, now);
  if (session?.jkt === proof.jkt) return session;
  if (session) await endSession(deps.tables.claims, handle);
  throw new Problem('TOKEN_INVALID');
}

async function standingOffice(
  deps: TokenDeps,
  person: Pick<PersonSession, 'issuer' | 'subject' | 'name' | 'office'>,
): Promise<Agency> {
  const office = await registered(deps, person.office);
  if (!office) throw new Problem('ROLE_REQUIRED', { reason: codeText('NO_OFFICE') });
  if (isSuspended(office, [])) throw suspendedProblem(office);
  await countRequest(deps, office, person.name, person);
  return office;
}

/** A role counts within what the office may do, and asking within the purposes that are open to its people. */
function actionsIn({ actions }: PersonSession, office: Agency): string[] {
  const isOpen = (action: string) => !asks(action) || (office.byPeople ?? []).length > 0;
  return actions.filter((action) => (office.actions as readonly string[]).includes(action) && isOpen(action));
}

/** @throws Problem INVALID_REQUEST for a key that is not on its curve */
function checkedKey(key: SealingKey): SealingKey {
  if (!readPublicJwk({ ...key }) && !readHybridJwk({ ...key }))
    throw invalid('/enc', commonTexts.noPublicKey);
  return key;
}

async function answerFor(
  deps: Issuing,
  session: PersonSession,
  office: Agency,
  details?: v.InferOutput<typeof RenewSession>['details'],
) {
  const actions = actionsIn(session, office);
  const { name, subject, issuer, roles = [], authTime, ends, jkt, enc, strong } = session;
  const words = { officer: name, ...(details?.case && { case: details.case }) };
  const grant: Grant = details
    ? { actions: [details.action], purpose: details.purpose, ...words, ...reasonIn(details) }
    : { actions: actions.filter((action) => !asks(action)), officer: name };
  const person = { iss: issuer, sub: subject, name, authTime, roles, ...defined({ enc, strong }) };
  return {
    ...(await mintedToken(deps, { clientId: session.office, grant, jkt, person })),
    idle: SESSION_IDLE,
    ends,
    authTime,
    person: { name, subject, office: session.office, actions },
  };
}

const reasonIn = ({ reason }: { reason?: string | undefined }) => (reason === undefined ? {} : { reason });

/** The proof of a request without a token, which must contain the gateway's nonce. */
async function readProof(
  { env, now, nonces }: Issuing,
  c: Context,
): Promise<{ proof: Proof; nonce: string }> {
  const header = c.req.header('dpop');
  const target = { ...targetOf(c, env.publicUrl), token: null, now: now() };
  const proof = header === undefined ? null : verifyProof(header, target);
  if (!proof) throw new Problem('DPOP_INVALID');
  const [nonce, good] = await Promise.all([
    nonces.current(),
    proof.nonce !== null && nonces.accepts(proof.nonce),
  ]);
  if (!good) {
    const challenge = { 'dpop-nonce': nonce, 'www-authenticate': 'DPoP error="use_dpop_nonce"' };
    throw new Problem('DPOP_INVALID', { detail: commonTexts.newNonce, headers: challenge });
  }
  return { proof, nonce };
}

/** A proof is accepted once. */
async function claimProof({ now, tables }: TokenDeps, { claim }: Proof): Promise<void> {
  if (!(await claimOnce(tables.claims, claim, now()))) throw new Problem('DPOP_REPLAYED');
}
