import { join, resolve } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { Option } from 'commander';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Command } from '../command.ts';
import { type Connection, type GlobalOptions, open, print } from '../common.ts';
import { work } from '../lists/job.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { mark, table } from '../terminal/table.ts';
import { connectTo, DatabaseFailed } from './database.ts';
import { type Mapping, MappingFile, readMapping, type Source } from './mapping.ts';
import { writeMetrics } from './metrics.ts';
import { type Ran, ranBadly, ranWell, report } from './report.ts';
import type { RowFault } from './rows.ts';
import { type Counts, openState, type Plan, planOf, sendPlan, writeFaults } from './run.ts';
import { sampleOf } from './sample.ts';
import { everyOf, serve } from './service.ts';
import { statements, writeUses } from './usage.ts';

const { sync: t } = await texts('sync');

interface SyncOptions {
  check?: boolean;
  full?: boolean;
  gone?: number;
  state?: string;
  usage?: boolean;
  /** Minutes; 0 for a source that has no service any more. */
  every?: number;
  metrics?: string;
}

interface Done {
  source: string;
  counts: Counts;
  faults: readonly RowFault[];
  /** The table of the faults. */
  table: string | null;
  sample?: Record<string, string>[];
}

/** `fieldgate sync <mapping> [source...]` */
export function registerSync(program: Command): void {
  program
    .command('sync')
    .argument('[file]', t.mapping)
    .argument('[name...]', t.sources)
    .option('--check', t.check)
    .option('--full', t.full)
    .option('--gone <records>', t.gone, rowsOf)
    .option('--state <folder>', t.state)
    .addOption(new Option('--every <time>', t.every).argParser(everyOf).conflicts(['check', 'gone', 'usage']))
    .option('--metrics <file>', t.metrics)
    .option('--usage', t.usage)
    .option('--usage-table', t.usageTable)
    .option('--schema', t.schema)
    .addHelpText('after', t.help)
    .runs<SyncOptions & { schema?: boolean; usageTable?: boolean }>(async (options, path, ...names) => {
      if (options.schema) return print(options, schema(), () => `${JSON.stringify(schema(), null, 2)}\n`);
      if (path === undefined) throw new UsageError(t.needsMapping);
      if (options.usageTable) {
        const sql = statements(readMapping(path));
        return print(options, { sql }, () => sql);
      }
      return run(path, (names as unknown as [string[]])[0], options);
    });
}

const schema = () => toJsonSchema(MappingFile, { typeMode: 'input' });

function rowsOf(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new UsageError(t.badRows);
  return Number(text);
}

async function run(
  path: string,
  names: readonly string[],
  options: GlobalOptions & SyncOptions,
): Promise<number> {
  const mapping = readMapping(path);
  const unknown = names.find((name) => !Object.hasOwn(mapping.sources, name));
  if (unknown !== undefined) throw new UsageError(t.noSource(Object.keys(mapping.sources).join(', ')));
  const named = (of: Mapping) =>
    Object.keys(of.sources).filter((n) => names.length === 0 || names.includes(n));
  if (options.every) return serveAll(path, mapping, named, options);
  const to = await open(options);
  if (options.usage) return writeUsage(path, mapping, to, options);
  const done: Done[] = [];
  for (const name of named(mapping)) {
    const began = Date.now();
    try {
      const { ended, ...one } = await runSource({ path, mapping, name, to, options });
      if (ended !== null) return ended;
      done.push(one);
      if (!options.check) await tell(to.gate, ranWell(name, began, one), options);
    } catch (error) {
      if (!options.check) await tell(to.gate, ranBadly(name, began, error), options);
      throw error;
    }
  }
  print(
    options,
    done.map(({ counts, faults, ...one }) => ({ ...one, ...counts, faults: faults.length })),
    () => done.map((one) => inWords(one, options.check ?? false)).join('\n'),
  );
  return done.some(({ faults, counts }) => faults.length > 0 || counts.left > 0) ? EXIT.refused : EXIT.ok;
}

const placeOf = (path: string, { state }: SyncOptions) => state ?? `${path.replace(/\.ya?ml$/, '')}.sync`;

async function writeUsage(
  path: string,
  mapping: Mapping,
  to: Connection,
  options: GlobalOptions & SyncOptions,
): Promise<number> {
  const written = await whileItPasses(() =>
    writeUses(mapping, { folder: resolve(placeOf(path, options)), ...to }, options),
  );
  print(
    options,
    written,
    () => `${mark(written.unnamed > 0 ? 'open' : 'good')} ${t.uses(written, options.check ?? false)}\n`,
  );
  return EXIT.ok;
}

async function tell(gate: Fieldgate, ran: Ran, { every, metrics }: SyncOptions): Promise<void> {
  if (ran.state === 'busy') return;
  if (metrics !== undefined) writeMetrics(metrics, ran, ran.state === 'failed' ? 1 : 0);
  await report(gate, ran, every);
}

/** The mapping is read again for each run, so that it may be mended while the service goes on. */
async function serveAll(
  path: string,
  first: Mapping,
  named: (mapping: Mapping) => string[],
  options: GlobalOptions & SyncOptions,
): Promise<number> {
  let sources = named(first);
  let to: Connection | null = null;
  await serve({
    minutes: options.every ?? 0,
    metrics: options.metrics,
    async sources() {
      try {
        sources = named(readMapping(path));
      } catch {
        // Each of them fails and says why.
      }
      return sources;
    },
    async run(name, signal) {
      const began = Date.now();
      let ran: Ran;
      try {
        const mapping = readMapping(path);
        to ??= await open(options);
        const { ended, ...one } = await runSource({ path, mapping, name, to, options, signal });
        ran = ended === null ? ranWell(name, began, one) : ranBadly(name, began, new UsageError(t.waits));
      } catch (error) {
        ran = ranBadly(name, began, error);
      }
      if (signal.aborted && ran.state !== 'done') return { source: name, state: 'stopped', seconds: 0 };
      if (to && ran.state !== 'busy') await report(to.gate, ran, options.every);
      return ran;
    },
  });
  // A database that does not answer holds up no stop.
  setTimeout(() => process.exit(), 2000).unref();
  return EXIT.ok;
}

interface Running {
  path: string;
  mapping: Mapping;
  name: string;
  to: Connection;
  options: SyncOptions;
  /** Stops a run of a service before anything is sent; what is being sent hears the signals of the process. */
  signal?: AbortSignal;
}

/** @returns `ended`: the exit code if it was stopped, or waits for a new day of a budget */
async function runSource({ path, mapping, name, to, options, signal }: Running) {
  const source = mapping.sources[name] as Source;
  const { gate, clientId } = to;
  const folder = resolve(join(placeOf(path, options), name));
  const state = openState(folder, { agency: clientId, source: name });
  try {
    const plan = await unless(signal, planned(mapping, source, state, gate, options));
    const sample = options.check ? { sample: sampleOf(plan.changes) } : {};
    const ended = options.check
      ? null
      : await work(t.rows, { journal: { answers: new Map() }, rows: plan.changes }, (on) =>
          sendPlan(source, state, plan, gate, on),
        );
    const { faults, counts } = plan;
    const table = ended === null ? await writeFaults(folder, source.key, faults) : null;
    return { source: name, counts, faults, table, ended, ...sample };
  } finally {
    state.close();
  }
}

/** @throws the reason of the signal as soon as it comes */
function unless<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  return Promise.race([
    work,
    new Promise<never>((_, fail) => signal.addEventListener('abort', () => fail(signal.reason))),
  ]);
}

const ATTEMPTS = 5;

/** Reads the source. */
function planned(
  { database }: Mapping,
  source: Source,
  state: ReturnType<typeof openState>,
  gate: Fieldgate,
  { full = false, gone }: SyncOptions,
): Promise<Plan> {
  return whileItPasses(async () => {
    const db = await connectTo(database);
    try {
      return await planOf(source, state, { gate, db, full, gone });
    } finally {
      await db.end().catch(() => {});
    }
  });
}

/** A database that starts again, or breaks the connection, is asked again. */
async function whileItPasses<R>(work: () => Promise<R>): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseFailed && error.passes) || attempt === ATTEMPTS) throw error;
      await new Promise((next) => setTimeout(next, 1000 * 2 ** (attempt - 1)));
    }
  }
}

function inWords({ source, faults, table: place, sample, counts }: Done, check: boolean): string {
  const how = faults.length + counts.left > 0 ? 'open' : 'good';
  const lines = [`${mark(how)} ${source}: ${t.counts(counts, faults.length)}${check ? t.nothingSent : ''}`];
  if (counts.left > 0) lines.push(`  ${t.left(counts.left)}`);
  if (place !== null) lines.push(`  ${t.faults} ${place}`);
  const columns = [...new Set((sample ?? []).flatMap((row) => Object.keys(row)))];
  if (sample && sample.length > 0)
    lines.push(
      `\n${table(
        columns,
        sample.map((row) => columns.map((name) => row[name] ?? '')),
      )}`,
    );
  return `${lines.join('\n')}\n`;
}
