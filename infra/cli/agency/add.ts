/** `fieldgate agency add`: walks a steward through a new agency, from the policy's kinds of office to its first call. */

import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Why } from '../../../shared/client/wire/types.ts';
import type { Labelled } from '../../../shared/contract/common.ts';
import { defined } from '../../../shared/defined.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, list, open, print, repeated } from '../common.ts';
import { readAgency } from '../identity/agency-file.ts';
import { fileIn } from '../identity/folders.ts';
import { publicHalves } from '../identity/key-pairs.ts';
import { gatewayUrl } from '../log/where.ts';
import { label } from '../messages/labels.ts';
import { language, spoken, texts, words as w } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { type AgencyKeySource, changed, makeKeys, readKeySet } from './agency-keys.ts';

const { add: t, agency: a, init } = await texts('agency');

interface AddOptions extends GlobalOptions, Why {
  kind?: string;
  name?: string[];
  area?: string[];
  department?: string[];
  purpose?: string[];
  institution?: string;
  trainedUntil?: string;
  stores?: boolean;
  jwks?: string;
  jwksUrl?: string;
  hybrid?: boolean;
}

/** The part of the policy that describes kinds of office. */
interface Kinds {
  roles: Record<string, Labelled & { departments: string[]; never?: string[] }>;
  purposes: Record<string, Labelled & { who: string[] }>;
}

export function registerAdd(agency: Command): void {
  agency
    .command('add')
    .description(t.what)
    .argument('[client id]', t.clientId)
    .option('--kind <kind>', t.kind)
    .option('--name <language=text>', t.name, repeated)
    .option('--area <code>', t.area, list)
    .option('--department <code>', t.department, list)
    .option('--purpose <code>', t.purpose, list)
    .option('--institution <name>', t.institution)
    .option('--trained-until <date>', t.trainedUntil)
    .option('--stores', t.stores)
    .option('--jwks <path>', t.jwks)
    .option('--jwks-url <url>', a.jwksUrl)
    .option('--hybrid', a.init.hybrid)
    .option('--officer <name>', w.requestingOfficer)
    .option('--reason <text>', w.shortReason)
    .runs<AddOptions>(add);
}

async function add(options: AddOptions, given: string | undefined): Promise<void> {
  const { gate } = await open(options);
  const kinds = (await gate.policy()) as unknown as Kinds;
  const asking = asker();
  try {
    const clientId = given ?? (await asking('<client id>', t.clientId));
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(clientId)) throw new UsageError(init.badClientId);
    const kind = options.kind ?? (await asking('--kind', t.ask.kind, () => listOf(kinds.roles)));
    const rights = await rightsOf(kinds, kind, options, asking);
    const reason = options.reason ?? (await asking('--reason', w.shortReason));
    const { source, made } = await keysFor(clientId, options);
    const why = { ...defined({ officer: options.officer }), reason };
    const change = await gate.call('POST /v1/agencies', { body: { clientId, ...rights, ...source, ...why } });
    print(options, { ...changed(change), ...defined({ keyFile: made }) }, () =>
      pairs([
        [label('clientId'), clientId],
        [label('departments'), rights.departments.join(', ') || '–'],
        [label('purposes'), rights.purposes.join(', ') || '–'],
        [label('actions'), rights.actions.join(', ')],
        ...(made === undefined ? [] : [[w.keys, made] as const]),
      ]).concat(
        '\n',
        'state' in change
          ? t.second(timeOf(change.expiresAt), clientId, change.receipt.entry, options.as ?? 'steward-office')
          : '',
        t.firstCall(clientId),
      ),
    );
  } finally {
    asking.close();
  }
}

/** A template of the policy, with what the steward says instead. */
async function rightsOf(kinds: Kinds, kind: string, options: AddOptions, asking: Asker) {
  const known = Object.hasOwn(kinds.roles, kind) ? kinds.roles[kind] : undefined;
  if (known === undefined) throw new UsageError(t.noKind(kind, nearestOf(kind, Object.keys(kinds.roles))));
  const names = options.name ?? [await asking('--name', t.name)];
  const areas = options.area ?? list(await asking('--area', t.area), undefined);
  const trainedUntil = options.trainedUntil ?? (await asking('--trained-until', t.trainedUntil));
  const ofKind = Object.entries(kinds.purposes).filter(([, { who }]) => who.includes(kind));
  const purposes = options.purpose ?? ofKind.map(([code]) => code);
  const departments = options.department ?? known.departments;
  if (options.department === undefined && departments.length > 1)
    throw new UsageError(t.nameDepartment(departments.join(', ')));
  const outside = known.never !== undefined;
  const reads = purposes.length === 0 ? [] : [outside ? 'verify' : 'release'];
  return {
    name: Object.fromEntries(names.map(named)),
    ...{ departments, roles: [kind], areas, purposes, trainedUntil },
    actions: [...(options.stores ? ['intake'] : []), ...reads, 'casework'] as ('release' | 'casework')[],
    ...defined({ institution: options.institution }),
  };
}

/** `zh=北区办事处`, or a text in the language of the command line. */
function named(text: string): [string, string] {
  const [, tag, rest] = /^([a-z]{2,3})=(.+)$/u.exec(text) ?? [];
  return tag === undefined || rest === undefined ? [language, text] : [tag, rest];
}

function listOf(roles: Kinds['roles']): string {
  return pairs(Object.entries(roles).map(([name, { label }]) => [name, spoken(label)] as const));
}

/** The keys that were given, or else new ones in a file that commands with `--as` find. */
async function keysFor(
  clientId: string,
  options: AddOptions,
): Promise<{ source: AgencyKeySource; made?: string }> {
  const { jwks, jwksUrl } = options;
  if (jwksUrl !== undefined) return { source: { jwksUri: jwksUrl } };
  if (jwks !== undefined) return { source: { jwks: readKeySet(jwks) } };
  const file = fileIn('agencies', `${clientId}.json`);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    await makeKeys(file, clientId, gatewayUrl(options), options.hybrid);
  }
  return { source: { jwks: { keys: publicHalves(readAgency(clientId, undefined)) } }, made: file };
}

type Asker = ((option: string, what: string, help?: () => string) => Promise<string>) & { close(): void };

/** Asks on a terminal. Elsewhere what is missing is named by its option. */
function asker(): Asker {
  const lines = process.stdin.isTTY
    ? createInterface({ input: process.stdin, output: process.stderr })
    : null;
  const ask = async (option: string, what: string, help?: () => string): Promise<string> => {
    if (lines === null) throw new UsageError(t.missing(option, help?.()));
    if (help) process.stderr.write(help());
    for (;;) {
      const answer = (await lines.question(`${what}: `)).trim();
      if (answer !== '') return answer;
    }
  };
  return Object.assign(ask, { close: () => lines?.close() });
}
