/** Versions of the policy: the list, the changes between two, and publication. */

import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as v from 'valibot';
import sentences from '#pack/sentences.ts';
import decides from '#pack/shipped.ts';
import type { Pending } from '../../../shared/contract/common.ts';
import type { PolicyVersion, Published, WaitingPublication } from '../../../shared/contract/office.ts';
import { Proof, type PublishRequest } from '../../../shared/contract/routes/versions.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { isOpen, type Proposal, readProposal } from '../../../shared/identity/agencies/proposals.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { stewardTexts } from '../../../shared/messages/steward.ts';
import { singlingOut } from '../../../shared/policy/compile/check/cohorts.ts';
import { type Checked, checkCompiled } from '../../../shared/policy/compile/check-compiled.ts';
import { type Change, diffPacks } from '../../../shared/policy/compile/show/diff.ts';
import { programmeDigest } from '../../../shared/policy/count/cohort.ts';
import { loadPack } from '../../../shared/policy/pack/load-pack.ts';
import type { Pack, Proved } from '../../../shared/policy/pack/pack.ts';
import { askForCounts, readProgramme } from '../../../shared/records/gateway/cohorts.ts';
import {
  listPublished,
  movePointer,
  type Published as PublishedPack,
  putDraft,
  putPublished,
  readPointer,
  readPublished,
} from '../../../shared/records/gateway/policies.ts';
import { evidenceWord, handlerOf, loggedInAs, personOf, wordsOf } from '../../session/actor.ts';
import { followPack, unpacked } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import type { StewardDeps } from '../deps.ts';
import { proposeOrApprove, recordApproved } from '../two-stewards.ts';

/** Key of the policy among the agencies whose changes wait for a second steward; no client id contains `~`. */
const POLICY = asClientId('~policy');

/** The whole pack of this deployment. */
const shipped = loadPack({ ...unpacked(sentences), ...unpacked(decides) });

/** The published packs in order, after the shipped pack unless that was published too. */
export async function listVersions({ tables }: StewardDeps): Promise<PolicyVersion[]> {
  const [pointer, published] = await Promise.all([readPointer(tables.policy), listPublished(tables.policy)]);
  const inForce = pointer ?? shipped.hash;
  const view = (version: string, id: string, at: string | null, entry: string | null): PolicyVersion => ({
    version,
    hash: id,
    publishedAt: at,
    entry,
    inForce: id === inForce,
    shipped: id === shipped.hash,
  });
  const all = published.map(({ version, hash: id, at, entry }) => view(version, id, at, entry));
  if (all.some(({ hash: id }) => id === shipped.hash)) return all;
  return [view(shipped.version, shipped.hash, null, null), ...all];
}

/** The publication that waits for a second steward. */
export async function waitingPublication(
  { tables, now }: StewardDeps,
  session: Session,
): Promise<WaitingPublication | undefined> {
  const { actions } = session.grant;
  if (!actions.includes('steward') && !actions.includes('audit')) return undefined;
  const known = await readProposal(tables.agencies, POLICY, now());
  if (!known?.packs || !isOpen(known)) return undefined;
  const { office, entry, expires, person, packs } = known;
  const until = new Date(expires * 1000).toISOString();
  return { ...packs, by: office, entry, until, own: person === loggedInAs(session) };
}

/** What the proof in the compiled file says of each sentence of law. This gateway looks at no case itself. */
export function sentencesOf({ theorems = {}, hash: id, proof: own }: Pack, proof = own) {
  const verdicts = new Map(proof?.hash === id ? Object.entries(proof.sentences) : []);
  return Object.entries(theorems).map(([name, { say, rules }]) => ({
    ...{ name, say, rules },
    verdict: verdicts.get(name) ?? null,
  }));
}

/** The proof that came with a compiled pack; none if it has another form. */
function proofIn(given: unknown): { proof?: Proved } {
  const read = v.safeParse(Proof, (given as { proof?: unknown }).proof);
  return read.success ? { proof: read.output as Proved } : {};
}

/** @param a, b hash or name of a version. @throws Problem NOT_FOUND */
export async function diffVersions(deps: StewardDeps, a: string, b: string) {
  const [before, after] = await Promise.all([packNamed(deps, a), packNamed(deps, b)]);
  return { from: before.hash, to: after.hash, changes: diffPacks(before, after) };
}

/** The shipped or published pack. @param name its hash or version. @throws Problem NOT_FOUND */
export async function packNamed(deps: StewardDeps, name: string): Promise<Pack> {
  const versions = await listVersions(deps);
  const found =
    versions.find(({ hash: id }) => id === name) ?? versions.findLast(({ version }) => version === name);
  if (!found) throw new Problem('NOT_FOUND', { detail: stewardTexts.noSuchVersion });
  return packOf(deps, found.hash);
}

/**
 * What a publication of the pack would change. Nothing is kept of it.
 * @throws Problem as `publish` does for the pack itself
 */
export async function previewPack(deps: StewardDeps, given: unknown) {
  const { pack } = requireCompiled(checkCompiled(given));
  const before = await readPointer(deps.tables.policy);
  await requireNew(deps, pack, before);
  const inForce = before === null ? shipped : await packOf(deps, before);
  return {
    ...{ version: pack.version, hash: pack.hash },
    against: { version: inForce.version, hash: inForce.hash },
    changes: diffPacks(inForce, pack),
    sentences: sentencesOf(pack, proofIn(given).proof),
  };
}

/**
 * Publishes a pack. It comes into force when a second steward publishes the same pack with the same
 * predecessor, and names the entry of the first one's request.
 * @throws Problem INVALID_REQUEST for a pack that the compiler would not make, or whose proof says that a sentence of law does
 * not hold; DEPLOYMENT_NEEDED; K_TOO_SMALL for a programme that fits too few people; CONFLICT if the pack is in force, its name is taken, or another
 * pack was published meanwhile; APPROVER_IS_REQUESTER
 */
export async function publish(
  deps: StewardDeps,
  session: Session,
  { pack: given, entry: seen, ...body }: PublishRequest,
): Promise<Published | Pending> {
  const { dynamo, tables } = deps;
  const words = wordsOf(session, body);
  const person = personOf(session, words);
  const { pack, compiled } = requireCompiled(checkCompiled(given));
  const found = proofIn(given);
  if (sentencesOf(pack, found.proof).some(({ verdict }) => verdict?.holds === false))
    throw invalid('/pack/proof', stewardTexts.sentenceBroken);
  const known = await readProposal(tables.agencies, POLICY, deps.now());
  const repeated = known?.entry === seen ? await approvedBefore(deps, known, person, pack.hash) : null;
  const before = repeated ? repeated.before : await readPointer(tables.policy);
  const { version } = pack;
  const answer = ({ receipt, at }: NonNullable<Proposal['done']>): Published => {
    const inForceBy = isoOf(followPack(dynamo, at));
    return { version, hash: pack.hash, publishedAt: isoOf(at), inForceBy, receipt: receipt as Receipt };
  };
  // The first steward's repeat reads that it is in force.
  const made = known?.packs?.hash === pack.hash ? known.done : undefined;
  if (made && known?.person === person && before === pack.hash) return answer(made);
  if (!repeated) await requireNew(deps, pack, before);
  const inForce = before === null ? shipped : await packOf(deps, before);
  if (!repeated) await requireCohorts(deps, { inForce, pack, text: JSON.stringify(compiled) });
  // The entry binds the proof of the sentences, too: both stewards' machines must have found the same.
  const change = hash('sha256', canonicalize([pack.hash, before, found.proof ?? null]) ?? '', 'base64url');
  const entry: NewEntry = {
    kind: 'publication',
    handler: handlerOf(session),
    policy: { version: pack.version, hash: pack.hash },
    collection: pack.collection,
    about: before ?? shipped.hash,
    words: { ...words, ...evidenceWord(session), request: change },
  };
  const packs = {
    hash: pack.hash,
    before,
    version,
    ...defined({ officer: words.officer, reason: words.reason }),
  };
  const step = await proposeOrApprove(
    deps,
    session,
    { clientId: POLICY, known, change, person, packs, seen },
    entry,
  );
  if ('pending' in step) return step.pending;
  const done = await recordApproved(deps, POLICY, step.approved, { ...entry, outcome: 'published' });
  const { receipt, at } = done;
  const published: PublishedPack = { version, hash: pack.hash, at: isoOf(at), entry: receipt.entry };
  await putPublished(tables.policy, published, JSON.stringify({ ...compiled, ...found }));
  // The commit point: every function that reads the pointer now uses the pack. An earlier failure changes nothing.
  const moved = await movePointer(tables.policy, before, published);
  if (!moved && (await readPointer(tables.policy)) !== pack.hash) {
    throw new Problem('CONFLICT', { detail: stewardTexts.publishedMeanwhile });
  }
  return answer(done);
}

/** This steward approved just that pack, and repeats the request after an answer was lost. */
async function approvedBefore(
  { tables }: StewardDeps,
  known: Proposal | null,
  person: string,
  id: string,
): Promise<Proposal['packs'] | null> {
  if (known?.approver !== person || known.packs?.hash !== id) return null;
  const pointer = await readPointer(tables.policy);
  return pointer === id || pointer === known.packs.before ? known.packs : null;
}

/** The compiler's messages are not repeated, because they contain submitted names. */
function requireCompiled(checked: Checked): Extract<Checked, { ok: true }> {
  if (checked.ok) return checked;
  const errors = checked.parts.map((part) => ({
    path: `/pack/${part}`,
    message: stewardTexts.partRefused,
  }));
  throw new Problem('INVALID_REQUEST', {
    detail: stewardTexts.packRefused,
    errors: errors.length > 0 ? errors : [{ path: '/pack', message: stewardTexts.notCompiled }],
  });
}

async function requireNew(deps: StewardDeps, pack: Pack, before: string | null): Promise<void> {
  if (pack.hash === (before ?? shipped.hash))
    throw new Problem('CONFLICT', { detail: stewardTexts.inForceAlready });
  // Publishing an earlier version again is allowed: it has the same hash.
  const names = await listVersions(deps);
  if (names.some(({ version, hash: id }) => version === pack.version && id !== pack.hash)) {
    throw new Problem('CONFLICT', { detail: stewardTexts.versionTaken });
  }
  // Keys and grants come from the deployment, so the shipped pack is compared, not the one in force.
  const first = diffPacks(shipped, pack).filter(({ needsDeployment }: Change) => needsDeployment);
  if (first.length > 0) {
    throw new Problem('DEPLOYMENT_NEEDED', { detail: stewardTexts.deployFirst(first.length) });
  }
}

async function packOf({ tables }: StewardDeps, id: string): Promise<Pack> {
  if (id === shipped.hash) return shipped;
  const text = await readPublished(tables.policy, id);
  if (text === null) throw new Problem('NOT_FOUND', { detail: stewardTexts.noSuchVersion });
  return loadPack(JSON.parse(text));
}

function isoOf(instant: number): string {
  return new Date(instant).toISOString();
}

/**
 * A programme is new if no programme in force has the same conditions and areas. Each new one must fit at least
 * as many people as the smallest cohort, by the counts of the cohort job. A pack with an uncounted programme is
 * kept for the next run of that job.
 * @param text the pack as JSON
 * @throws Problem K_TOO_SMALL
 */
async function requireCohorts(
  { tables }: StewardDeps,
  { inForce, pack, text }: { inForce: Pack; pack: Pack; text: string },
): Promise<void> {
  const known = new Set([...inForce.programmes.values()].map((one) => programmeDigest(inForce, one)));
  const least = pack.smallestCohort ?? Number.POSITIVE_INFINITY;
  const counts = new Map<string, number>();
  let uncounted = 0;
  for (const [name, programme] of pack.programmes) {
    const digest = programmeDigest(pack, programme);
    const found = known.has(digest) ? { fits: true } : await readProgramme(tables.cohorts, digest);
    if (found === null) uncounted += 1;
    else counts.set(name, found.fits ? Math.max(least, 1) : 0);
  }
  const tooFew = singlingOut(pack, counts);
  if (tooFew.length === 0) return;
  // Counted again even if it fits too few today: it may fit enough at the next count.
  await putDraft(tables.policy, pack.hash, text);
  await askForCounts(tables.cohorts, pack.hash);
  const detail =
    uncounted === 0 ? stewardTexts.tooFewPeople(tooFew.length) : stewardTexts.uncounted(uncounted);
  throw new Problem('K_TOO_SMALL', { rule: pack.cohorts?.rule ?? '', detail });
}
