import { defined } from '../../../shared/defined.ts';
import { codeText } from '../../../shared/language.ts';
import { mayIntake } from '../../../shared/policy/decide/decide.ts';
import { screen } from '../../../shared/policy/decide/screen.ts';
import type { Pack, Purpose } from '../../../shared/policy/pack/pack.ts';
import { fieldForm, recordSchema } from '../../../shared/policy/present/schema.ts';
import type { Ask, Caller, Cell } from '../../../shared/policy/types.ts';

/** Fields that a caller may write and, by purpose, request; each in the most open form that the caller could get. */
export function catalogueFor(pack: Pack, caller: Caller, now: number) {
  const purposes = [...pack.purposes.values()].filter((purpose) => isOpenTo(pack, caller, purpose, now));
  const own = [...pack.fields.values()].filter((field) => 'owner' in mayIntake(pack, caller, field.name));
  const named = new Set([
    ...own.map(({ name }) => name),
    ...purposes.flatMap(({ cells }) => [...cells.keys()]),
  ]);
  return {
    collection: pack.collection,
    policy: { version: pack.version, hash: pack.hash },
    fields: formsOf(pack, (name) => named.has(name)),
    obligations: Object.fromEntries(pack.obligations),
    departments: Object.fromEntries([...pack.departments].map(([code, { label }]) => [code, label])),
    purposes: purposes.map((purpose) => ({
      code: purpose.code,
      label: purpose.label,
      demands: purpose.demands,
      ...(purpose.reasons && { reasons: purpose.reasons }),
      approval: purpose.approval,
      batch: purpose.batch,
      route: purpose.route,
      obligations: purpose.obligations,
      fields: [...purpose.cells].map(([name, cell]) => fieldEntry(pack, name, cell)),
    })),
    intake: own.map(({ name, label, matchable }) => ({ name, label, matchable })),
  };
}

/** The form of fields by name. */
function formsOf(pack: Pack, wanted: (name: string) => boolean) {
  const fields = [...pack.fields.values()].filter(({ name }) => wanted(name));
  return Object.fromEntries(fields.map((field) => [field.name, fieldForm(pack, field)]));
}

/** All fields of the collection: as one schema of a person, and each with its words. */
export function collectionSchema(pack: Pack) {
  const { collection, version, hash, title } = pack;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    collection,
    title: title.label[pack.languages[0] ?? ''] ?? collection,
    policy: { version, hash },
    ...recordSchema(pack),
    fields: formsOf(pack, () => true),
  };
}

function fieldEntry(pack: Pack, name: string, { form, how, secondPerson, rule }: Cell) {
  const { label, owners } = pack.fields.get(name) ?? { label: codeText(name), owners: [] };
  const way = how === undefined ? undefined : (pack.generalisations.get(how) ?? pack.predicates.get(how));
  return { name, label, owners, form, how, ...(way && { way: way.label }), secondPerson, rule };
}

/** Refusals of a caller whose role the purpose does not name. */
const NOT_OPEN = new Set(['PURPOSE_NOT_FOR_ROLE', 'BODY_UNLISTED']);

/**
 * Whether the purpose is registered for the caller and open to its role. Requirements on a request are not
 * checked.
 */
function isOpenTo(pack: Pack, caller: Caller, purpose: Purpose, now: number): boolean {
  const screened = screen(pack, caller, completeAsk(pack, purpose.code), now);
  return screened.ok || !NOT_OPEN.has(screened.code);
}

/** Used instead of the words of a request. */
export const SIMULATED = 'simulated';

/**
 * A request that meets every requirement of its purpose, at the route that serves it, so that the decision
 * depends only on caller and purpose. Danger is attested only if the purpose has no other ground.
 */
export function completeAsk(pack: Pack, purpose: string): Ask {
  const { route, kinds = [] } = pack.purposes.get(purpose) ?? {};
  return {
    ...defined({ route }),
    purpose,
    collection: pack.collection,
    subjects: 1,
    case: 'simulated',
    officer: 'simulated',
    reason: 'simulated',
    instrument: 'simulated',
    activity: SIMULATED,
    signed: true,
    cleared: true,
    authenticated: true,
    appointed: true,
    compare: Object.fromEntries([...pack.fields.keys()].map((field) => [field, 'simulated'])),
    imminentDangerAttested: kinds.every(({ attested }) => attested === true),
  };
}
