/**
 * Numbers of an office's own people and of their households. A call stores tokens and looks no person up, so its answer, its calls
 * and its time say nothing of any record. A pass finds whom the numbers lead to, for the watch.
 */

import { randomId } from '../../shared/bytes.ts';
import { type RecusalRequest, recusalRoutes } from '../../shared/contract/routes/freezes.ts';
import { invalid } from '../../shared/errors.ts';
import { asSubjectId, type LogId } from '../../shared/ids.ts';
import { type LeakToken, leakTokensOf, subjectUnder } from '../../shared/keys/leak-tokens.ts';
import { logIdsIn } from '../../shared/log/read/subject-names.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../shared/messages/casework.ts';
import { formsOf } from '../../shared/policy/check/leak-forms.ts';
import { listRecusals, putRecusal, type Recusal } from '../../shared/records/gateway/recusals.ts';
import { readLeaks } from '../../shared/records/subject/leak-index.ts';
import { readLogNames } from '../../shared/records/subject/outlines.ts';
import type { App } from '../http/app.ts';
import { evidenceWord, handlerOf, isSupervisor } from '../session/actor.ts';
import { requireAct } from '../session/acts.ts';
import type { SessionVariables } from '../session/session.ts';
import { readNames } from '../steps/find-subjects.ts';
import { appendOne } from '../steps/log.ts';
import type { Act } from './act.ts';
import type { CaseworkDeps } from './deps.ts';
import { serveActs } from './serve.ts';

/** Milliseconds for which a number is registered: people come and go, and a training comes round each year. */
const TERM = 366 * 86_400_000;
/** Milliseconds between look-ups: a record may name a new representative. */
const HOUR = 3_600_000;

export function mountRecusals(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, recusalRoutes, { fileRecusal: (act, { body }) => fileRecusal(act, body) });
}

/** @throws Problem ROLE_REQUIRED for who does not supervise the office; INVALID_REQUEST for a number that no record could hold */
async function fileRecusal(act: Act, { of, match }: RecusalRequest): Promise<{ receipt: Receipt }> {
  const { deps, pack, session, words, now } = act;
  requireAct(session, { supervisor: isSupervisor(pack, session) });
  const [keys = new Map<string, string>()] = readNames(act, [{ match }], () => '');
  const forms = [...keys].flatMap(([field, value]) => formsOf(pack, field, value));
  const numbers = forms.filter(({ kind }) => kind === 'number');
  if (numbers.length === 0) throw invalid('/match', caseworkTexts.numberNotLookedFor);
  const id = asSubjectId(randomId());
  const tokens = leakTokensOf(deps.kms, deps.env.leakKey);
  const [{ hide }, ...made] = await Promise.all([
    tokens.sheet(id, true),
    ...numbers.map(async ({ kind, form }) => (await tokens.of(pack.collection, kind, form))[0]),
  ]);
  const said = { ...words, ...evidenceWord(session), finding: `recusal of ${of}` };
  const receipt = await appendOne(deps.log, {
    kind: 'watch',
    handler: handlerOf(session),
    outcome: 'noted',
    words: said,
  });
  const { entry } = receipt;
  const [since, until] = [now, now + TERM].map((at) => new Date(at).toISOString()) as [string, string];
  const agency = session.caller.clientId;
  const recusal = { id, entry, agency, of, tokens: made.map(hide), people: [], since, until, looked: 0 };
  await putRecusal(deps.tables.watch, recusal, false);
  return { receipt };
}

/** Finds again, once an hour, whom each number leads to. May be repeated. */
export async function findRecused(deps: CaseworkDeps, goOn: () => boolean): Promise<void> {
  const now = deps.now();
  for (const recusal of await listRecusals(deps.tables.watch, now)) {
    if (!goOn()) return;
    if (now - recusal.looked < HOUR) continue;
    await putRecusal(
      deps.tables.watch,
      { ...recusal, ...(await peopleOf(deps, recusal)), looked: now },
      true,
    );
  }
}

/** Also under the versions of the key that it had before: while they are being renewed, records are under either. */
async function peopleOf({ kms, env, tables }: CaseworkDeps, { id, tokens: hidden }: Recusal) {
  const tokens = leakTokensOf(kms, env.leakKey);
  const { show, hide } = await tokens.sheet(id);
  const known = hidden.map(show);
  const renewed = await Promise.all(known.map((one) => tokens.renew(one)));
  const all = new Map([...renewed, ...known].map((one): [string, LeakToken] => [one.name, one]));
  const under = await readLeaks(tables.index, [...all.keys()]);
  const people = new Set<LogId>();
  for (const [name, members] of under) {
    const token = all.get(name);
    // A number of hundreds of people says nothing of any.
    if (!token || members === 'common') continue;
    for (const { sealed } of members) {
      const subject = subjectUnder(token, sealed);
      const names = subject && (await readLogNames(tables.keys, subject));
      for (const logId of names ? logIdsIn(names) : []) people.add(logId);
    }
  }
  return { people: [...people], tokens: [...all.values()].map(hide) };
}
