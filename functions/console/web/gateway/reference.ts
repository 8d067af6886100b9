/** Names and words of the policy, read once for each session. */

import { signal } from '@preact/signals';
import type { Answer } from '../../../../shared/contract/api.ts';
import type { Office, Whoami } from '../../../../shared/contract/office.ts';
import { languageOf } from '../../../../shared/language.ts';
import { label, language, t, visible } from '../text.ts';
import { read } from './api.ts';
import { ApiError } from './problems.ts';

export type PolicyView = Answer<'GET /v1/policy'>;

/** What the person's office may do at all. `null` until it was read, and if it could not be. */
export const me = signal<Whoami | null>(null);

export async function loadMe(): Promise<void> {
  const [who] = await Promise.all([read('GET /v1/whoami', {}), loadReference()]);
  me.value = who;
}

/** How many alerts are open; `null` until a page has read it. */
export const openAlerts = signal<number | null>(null);
/** How many tasks of the office wait. */
export const openTasks = signal<number | null>(null);

export const policy = signal<PolicyView | null>(null);
export const offices = signal<ReadonlyMap<string, Office>>(new Map());

let coming: Promise<void> | null = null;

/** Resolves when both were read. If one is unavailable, codes are shown instead of names. */
export function loadReference(): Promise<void> {
  coming ??= Promise.all([
    read('GET /v1/policy', {}).then((view) => {
      policy.value = view;
    }),
    read('GET /v1/directory', {}).then(({ agencies }) => {
      offices.value = new Map(agencies.map((one) => [one.clientId, one]));
    }),
  ]).then(
    () => {},
    () => {
      coming = null;
    },
  );
  return coming;
}

/** The name under which the gateway itself writes entries. */
const GATEWAY = 'fieldgate';

/** Offices choose their names: they are text of others. */
export function officeName(id: string | undefined): string {
  if (id === undefined) return '';
  const office = offices.value.get(id);
  return office === undefined && id === GATEWAY
    ? t().frame.gateway
    : visible(label({ label: office?.name }, id));
}
export const purposeName = (code: string | undefined) =>
  code === undefined ? '' : label(policy.value?.purposes[code] ?? policy.value?.prohibited[code], code);
export const fieldName = (name: string) => label(policy.value?.fields[name], name);
/** The fields by which a request may name a person, each with its name. */
export const matchFields = (): (readonly [string, string])[] =>
  Object.entries(policy.value?.fields ?? {})
    .filter(([, { matchable }]) => matchable)
    .map(([name]) => [name, fieldName(name)]);
/** What a code of a decision says. @param view the version of the policy; without it, the one in force */
export const reasonText = (code: string, view: PolicyView | null = policy.value) =>
  label({ label: view?.reasons[code] }, code);
export const obligationText = (code: string, view: PolicyView | null = policy.value) =>
  label({ label: view?.obligations[code] }, code);
export const roleName = (code: string) => label(policy.value?.roles[code], code);
export const departmentName = (code: string) => label(policy.value?.departments[code], code);

const earlier = new Map<string, Promise<PolicyView | null>>();

/** The version of the policy with this hash; `null` if it is not known any more. */
export function policyVersion(hash: string | undefined): Promise<PolicyView | null> {
  if (hash === undefined || policy.value?.hash === hash) return Promise.resolve(policy.value);
  const known = earlier.get(hash);
  if (known !== undefined) return known;
  const reading = read('GET /v1/policy', { query: { hash } }).catch((error) => {
    if (error instanceof ApiError && error.status === 404) return null;
    earlier.delete(hash);
    throw error;
  });
  earlier.set(hash, reading);
  return reading;
}

/** The text of a rule. @param view the version of the policy; without it, the one in force */
export function ruleText(rule: string, view: PolicyView | null = policy.value): string {
  const known = view?.rules[rule];
  return known === undefined ? '' : label({ label: known });
}

/** The article of law behind a rule (A12 of A12.1), and whether its text is the law's own. */
export function articleOf(
  rule: string,
  view: PolicyView | null = policy.value,
): { text: string; wording: boolean } | null {
  const known = view?.articles[rule.replace(/\.\d+$/, '')];
  if (!known) return null;
  const tag = languageOf(Object.keys(known.text), [language.value]) ?? '';
  return { text: known.text[tag] ?? '', wording: known.wording.includes(tag) };
}
