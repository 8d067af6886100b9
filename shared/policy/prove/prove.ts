/**
 * Sentences of law about a pack, proved by looking at every case that the pack tells apart, by the decision that releases
 * use. Runs on a steward's machine and in tests, never in a function: it takes seconds.
 */
import { decide } from '../decide/decide.ts';
import { contextOf, requirementsOf } from '../decide/duty.ts';
import { requestInputs } from '../decide/evidence.ts';
import { kindOf, needsCase } from '../decide/ground.ts';
import { screen, staysInArea } from '../decide/screen.ts';
import { partFor } from '../decide/veil.ts';
import type { Pack, Proved, Purpose, Verdict } from '../pack/pack.ts';
import type { ConditionMap } from '../schema/condition-schema.ts';
import type { PackSource } from '../schema/schema.ts';
import type { Ask, Caller, Decision } from '../types.ts';
import { holds } from '../value/conditions.ts';
import { Case } from './cases.ts';
import { Choices, FLAGS, type Flag } from './choices.ts';
import { NOW } from './cuts.ts';
import type { Written } from './imagined.ts';
import { asksOf, callersOf } from './requests.ts';

export type Theorem = NonNullable<PackSource['theorems']>[string];
type When = NonNullable<Theorem['when']>[number];

export interface Proof extends Omit<Verdict, 'against'> {
  sentence: string;
  say: Theorem['say'];
  rules: Theorem['rules'];
  against?: { purpose: string; role: string; what: string; request?: Written };
}

/** The record of all proofs, for the compiled file. */
export function proved(pack: Pack): Proved {
  const verdicts = prove(pack).map(({ sentence, say: _, rules: __, ...verdict }) => [sentence, verdict]);
  return { hash: pack.hash, sentences: Object.fromEntries(verdicts) };
}

/** @returns a proof of each sentence, or of one */
export function prove(pack: Pack, only?: string): Proof[] {
  return Object.entries(pack.theorems ?? {})
    .filter(([name]) => only === undefined || name === only)
    .map(([name, theorem]) => proofOf(pack, name, theorem));
}

function proofOf(pack: Pack, sentence: string, theorem: Theorem): Proof {
  const { say, rules, when, except = {} } = theorem;
  const proof: Proof = { sentence, say, rules, cells: 0, cases: 0, holds: true };
  const fields = fieldsOf(pack, theorem);
  const fail = (purpose: Purpose, role: string, what: string, request?: Written) => {
    proof.holds = false;
    proof.against = { purpose: purpose.code, role, what, ...(request && { request }) };
    return proof;
  };
  const first = new Map<string, string>();
  const looked = new Map<string, number>();
  for (const purpose of pack.purposes.values()) {
    if (theorem.purposes?.includes(purpose.code) === false || except.purposes?.includes(purpose.code))
      continue;
    const roles = purpose.who.filter(
      (one) => theorem.roles?.includes(one) !== false && !except.roles?.includes(one),
    );
    for (const role of roles) {
      if (theorem.closed) {
        for (const name of theorem.classes ?? []) {
          proof.cells++;
          if (pack.classes.get(name)?.openedBy.includes(purpose.code)) return fail(purpose, role, name);
        }
        continue;
      }
      let speaks = false;
      for (const caller of callersOf(pack, purpose, role)) {
        let full: Ask | null = null;
        for (const ask of asksOf(pack, purpose, isOrdinary(theorem))) {
          if (!isOf(theorem, purpose, caller, ask)) continue;
          if (when && !when.some((one) => fitsAsk(one, ask))) continue;
          speaks = true;
          if (isComplete(ask)) full = ask;
          if (isWeaker(pack, theorem, caller, ask, full)) continue;
          // Offices that no rule tells apart are judged once.
          const key = officeKey(pack, purpose, caller, ask);
          const before = proof.cases;
          const wrong = looked.has(key) ? null : search(pack, theorem, fields, caller, ask, proof, first);
          if (wrong) return fail(purpose, role, wrong.what, wrong.request);
          const cases = looked.get(key) ?? proof.cases - before;
          proof.cases = before + cases;
          looked.set(key, cases);
        }
      }
      if (speaks) proof.cells += fields.length;
    }
  }
  // A sentence that speaks of nothing would hold of every pack.
  if (proof.cells === 0 || (proof.cases === 0 && !theorem.closed)) proof.holds = false;
  return proof;
}

/** The first case of this caller and request that the sentence forbids. */
function search(
  pack: Pack,
  theorem: Theorem,
  fields: readonly string[],
  caller: Caller,
  ask: Ask,
  proof: Proof,
  first: Map<string, string>,
): { what: string; request: Written } | null {
  const { when } = theorem;
  // A decision takes from the ceiling and never adds to it.
  const screening = screen(pack, caller, ask, NOW);
  const clear = isCeilingClear(theorem, fields, screening.ok ? screening.cells : new Map());
  if (clear && !when) {
    proof.cases++;
    return null;
  }
  const choices = new Choices();
  const varied = new Set(['conflict', ...(when ?? []).flatMap((one) => Object.keys(one))]);
  const sees = (when ?? []).some(({ inputs, said, consents, named, conflict }) =>
    [inputs, said, consents, named, conflict].some((part) => part !== undefined),
  );
  const one = new Case(
    { pack, caller, ask },
    choices,
    readsOf(pack, ask, theorem),
    isOrdinary(theorem) ? varied : null,
    sees,
  );
  const context = contextOf(pack, { caller, ask, now: NOW });
  // Fields of which inquirers are told some values, if the sentence speaks of values.
  const told = Object.keys(pack.casework?.inquiries.only ?? {}).filter((field) =>
    when?.some(({ facts = {} }) => Object.hasOwn(facts, field)),
  );
  do {
    if (when && !when.some((some) => fitsAsk(some, ask) && fitsCase(some, one, context))) continue;
    proof.cases++;
    // Its condition can be met, and no case of it goes beyond the ceiling.
    if (clear) return null;
    if (!isOrdinary(theorem) && one.isDecided) continue;
    const decided = decide(pack, caller, ask, one.situation, NOW);
    const isTold = (field: string) =>
      !told.includes(field) || partFor(pack, ask, decided.veil, field, one.fact(field) ?? null) !== null;
    const decision = { ...decided, fields: new Map([...decided.fields].filter(([name]) => isTold(name))) };
    const what = faultOf(theorem, fields, decision, `${ask.purpose} ${caller.roles} ${ask.inquirer}`, first);
    if (what !== null) return { what, request: one.imagined() };
  } while (choices.next());
  return null;
}

const isComplete = ({ appointed, request }: Ask) => appointed === true && request !== undefined;

/** Whether the screening of a request gives less than that of the complete one, and the sentence does not ask for what it lacks. */
function isWeaker(pack: Pack, { when = [] }: Theorem, caller: Caller, ask: Ask, full: Ask | null): boolean {
  if (!full || isComplete(ask)) return false;
  if (
    when.some((one) =>
      (['authenticated', 'appointed', 'approved'] as const).some((part) => one[part] !== undefined),
    )
  )
    return false;
  const [less, all] = [screen(pack, caller, ask, NOW), screen(pack, caller, full, NOW)];
  if (!less.ok) return true;
  return (
    all.ok &&
    [...less.cells].every(
      ([field, cell]) =>
        all.cells.get(field) === cell && all.needsApproval.has(field) === less.needsApproval.has(field),
    )
  );
}

/** What a decision reads of the caller, and of the request. */
function officeKey(pack: Pack, purpose: Purpose, caller: Caller, ask: Ask): string {
  const kind = kindOf(purpose, caller, ask) ?? '';
  const screening = screen(pack, caller, ask, NOW);
  return JSON.stringify([
    [purpose.code, kind, ask.inquirer, ask.imminentDangerAttested, ask.request !== undefined],
    screening.ok
      ? [[...screening.cells.keys()], [...screening.needsApproval], screening.obligations]
      : screening,
    requirementsOf(purpose, caller, kind, ask),
    [staysInArea(pack, purpose, caller, ask), needsCase(purpose, caller, ask)],
    requestInputs(pack.consent.evidence, { caller, ask }),
  ]);
}

/** What must always be so speaks of complete requests, and of what its own cases name. */
const isOrdinary = ({ always, alike }: Theorem) => always !== undefined || alike === true;

function isCeilingClear(
  theorem: Theorem,
  fields: readonly string[],
  cells: ReadonlyMap<string, { form: string }>,
): boolean {
  if (theorem.always || theorem.alike) return false;
  if (theorem.duties) return cells.size === 0;
  return fields.every((field) => !isBad(theorem, cells.get(field)?.form));
}

function isBad({ never, only }: Theorem, form: string | undefined): boolean {
  if (form === undefined) return false;
  return never ? never.some((one) => one === form) : only !== undefined && !only.some((one) => one === form);
}

/** What the decision does against the sentence. */
function faultOf(
  theorem: Theorem,
  fields: readonly string[],
  { outcome, fields: shown, obligations }: Decision,
  group: string,
  first: Map<string, string>,
): string | null {
  const { always, alike, duties } = theorem;
  if (alike) {
    const answer = JSON.stringify([
      outcome,
      obligations,
      fields.map((field) => [field, shown.get(field)?.cell.form]),
    ]);
    const known = first.get(group) ?? answer;
    first.set(group, known);
    return known === answer ? null : `${answer} ≠ ${known}`;
  }
  if (duties)
    return outcome === 'release' ? (obligations.find((one) => duties.never.includes(one)) ?? null) : null;
  for (const field of fields) {
    const form = shown.get(field)?.cell.form;
    if (always ? !always.some((one) => one === form) : isBad(theorem, form))
      return `${field}: ${form ?? 'none'}`;
  }
  return null;
}

function fieldsOf(pack: Pack, { fields, classes, except }: Theorem): string[] {
  const names = [...pack.fields.values()].filter(
    (field) => (!fields && !classes) || fields?.includes(field.name) || classes?.includes(field.class),
  );
  return names.map(({ name }) => name).filter((name) => except?.fields?.includes(name) !== true);
}

function isOf({ kinds }: Theorem, purpose: Purpose, caller: Caller, ask: Ask): boolean {
  return kinds === undefined || kinds.includes(kindOf(purpose, caller, ask) ?? '');
}

function fitsAsk({ inquirer, attested, authenticated, appointed, approved }: When, ask: Ask): boolean {
  return (
    (inquirer === undefined || inquirer === ask.inquirer) &&
    (attested === undefined || attested === ask.imminentDangerAttested) &&
    (authenticated === undefined || authenticated === ask.authenticated) &&
    (appointed === undefined || appointed === ask.appointed) &&
    (approved !== true || ask.request !== undefined)
  );
}

function fitsCase(when: When, one: Case, context: Parameters<typeof holds>[2]): boolean {
  for (const name of Object.keys(FLAGS) as Flag[]) {
    const wanted = when[name];
    if (wanted === undefined) continue;
    if (one.is(name) !== wanted) return false;
  }
  if (when.facts && !holds(when.facts, (field) => one.fact(field), context)) return false;
  if (when.inputs && !holds(when.inputs, (input) => one.input(input), null)) return false;
  if (when.consents !== undefined && one.words.about !== when.consents) return false;
  if (when.named !== undefined && one.words.named !== when.named) return false;
  return !when.said || holds(when.said, (giver) => one.words.said(giver), null);
}

/** The conditions that read facts for this request, and those of the sentence. */
function readsOf(pack: Pack, { purpose, inquirer }: Ask, { when = [] }: Theorem): ConditionMap[] {
  const requires = (pack.purposes.get(purpose)?.requires ?? []).flatMap(({ any = [] }) => any);
  const { guarded, own = {}, only = {} } = (inquirer !== undefined && pack.casework?.inquiries) || {};
  const secret = guarded?.secret ?? [];
  const members = Object.values(own).map((path): ConditionMap => ({ [path]: { held: true } }));
  const told = Object.entries(only).flatMap(([field, all]) =>
    all.map((one): ConditionMap => ({ [field]: one })),
  );
  return [
    ...requires,
    ...secret,
    ...members,
    ...told,
    ...when.flatMap(({ facts }) => (facts ? [facts] : [])),
  ];
}
