/** The offices and requests of which a sentence of law speaks. */
import { defined } from '../../defined.ts';
import type { EntryId } from '../../ids.ts';
import { basesOf } from '../decide/ground.ts';
import type { Pack, Purpose } from '../pack/pack.ts';
import type { Ask, Caller, Lift } from '../types.ts';
import { dayOf, isoOf } from '../value/age.ts';
import { INSTITUTION, NOW, RECIPIENT, SHOWN } from './cuts.ts';

const DAY = 86_400_000;

/** An office of the role, for each of its departments that a rule tells apart. */
export function callersOf(pack: Pack, { code }: Purpose, role: string): Caller[] {
  const { departments = [] } = pack.roles.get(role) ?? {};
  const { requester } = pack.consent.evidence;
  const own = departments.filter((one) => one === requester?.department);
  const other = departments.filter((one) => one !== requester?.department).slice(0, 1);
  const lines = [...own, ...other].map((one) => [one]);
  return (lines.length > 0 ? lines : [[]]).map((line) => ({
    clientId: RECIPIENT,
    departments: line,
    roles: [role],
    areas: [areaOf(pack)],
    purposes: [code],
    trainedUntil: isoOf(dayOf(NOW, 0) + 365),
    contracts: [{ from: isoOf(dayOf(NOW, 0) - 1), until: isoOf(dayOf(NOW, 0) + 365) }],
    activities: [{ id: 'imagined', ends: isoOf(dayOf(NOW, pack.calendar.utcOffsetMinutes)) }],
    institution: INSTITUTION,
  }));
}

export function areaOf({ fields, areaField }: Pack): string {
  const { shape } = fields.get(areaField) ?? {};
  return shape?.is === 'text' ? (shape.example ?? '') : '';
}

/**
 * Complete requests first, then those that lack something.
 * @param ordinary whether all are complete
 */
export function asksOf(pack: Pack, purpose: Purpose, ordinary: boolean): Ask[] {
  const { inquiries } = pack.casework ?? {};
  const complete: Ask = {
    ...defined({ route: purpose.route }),
    purpose: purpose.code,
    collection: pack.collection,
    subjects: 1,
    case: 'imagined',
    officer: 'imagined',
    reason: 'imagined',
    instrument: 'imagined',
    activity: 'imagined',
    signed: true,
    cleared: true,
    authenticated: true,
    appointed: true,
    request: 'imagined',
    compare: Object.fromEntries([...pack.fields.keys()].map((field) => [field, 'imagined'])),
  };
  const attested = purpose.kinds.some((kind) => kind.attested) ? [true, false] : [false];
  const bases = [undefined, ...basesOf(purpose)];
  const inquirers = purpose.route === 'inquiries' ? (inquiries?.who ?? [undefined]) : [undefined];
  const lacking: Partial<Ask>[] = ordinary
    ? [{}]
    : [
        {},
        { request: undefined as never },
        { authenticated: false, appointed: false },
        ...(purpose.requires.some(({ appointed }) => appointed) ? [{ appointed: false }] : []),
      ];
  return inquirers.flatMap((inquirer) =>
    attested.flatMap((danger) =>
      bases.flatMap((basis) =>
        lacking.map((less) => ({
          ...complete,
          ...defined({ inquirer, basis, ...(inquirer && { identity: shownBy(pack, inquirer) }) }),
          imminentDangerAttested: danger,
          ...less,
        })),
      ),
    ),
  );
}

/** The inquirer shows a document, which the record may or may not name. */
function shownBy({ casework }: Pack, inquirer: string): Record<string, string> {
  const { name, number, other = number } = casework?.inquiries.identity[inquirer] ?? {};
  return Object.fromEntries(
    [name, number, other].flatMap((path) => (path === undefined ? [] : [[path, SHOWN]])),
  );
}

/** A code of the same length in another county. */
export function elsewhere(area: string): string {
  return [...area].map((digit) => (digit === '9' ? '8' : '9')).join('');
}

export function liftsOf(pack: Pack, purpose: string): Lift[] {
  const rows = pack.consent.sections.flatMap(({ rows }) => rows);
  const reasons = new Set(
    rows.flatMap(({ verdict, reason }) =>
      pack.consent.verdicts.some((one) => one.verdict === verdict && one.lifted) ? [reason] : [],
    ),
  );
  const departments = [...pack.departments.keys()];
  const until = new Date(NOW + DAY).toISOString();
  const base = { agency: RECIPIENT, purpose, outcome: 'release' as const, departments, until };
  return [...reasons].map((reason) => ({ ...base, reason, entry: 'imagined' as EntryId }));
}
