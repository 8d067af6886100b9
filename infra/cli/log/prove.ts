import { readFileSync } from 'node:fs';
import type { OpenedEntry } from '../../../shared/client/connect.ts';
import { checkEvidence, type EvidenceReport } from '../../../shared/client/evidence/evidence.ts';
import type { CheckedReceipt } from '../../../shared/client/evidence/receipts.ts';
import type { Receipt } from '../../../shared/contract/common.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { inLine, paint, pairs } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';

const { prove: t } = await texts('log');
const { words: w } = await texts('words');

interface ProveOptions {
  open?: boolean;
  key?: string;
  purpose?: string;
}

/** Milliseconds to wait until the tree includes the entry. */
const PATIENCE = 15_000;

/** `fieldgate log prove` */
export function registerLogProve(log: Command): void {
  log
    .command('prove')
    .description(t.what)
    .argument('<file>', t.file)
    .option('--key <vkey>', t.key)
    .option('--purpose <code>', t.purpose)
    .option('--open', t.open)
    .runs<ProveOptions>((options, file) => prove(file, options));
}

async function prove(file: string, options: GlobalOptions & ProveOptions): Promise<number> {
  const receipts = receiptsIn(readJson(file));
  if (receipts.length === 0) throw new UsageError(t.noReceipt(file));
  const { gate } = await open(options, options.purpose, options.key);
  const proven: (CheckedReceipt & Partial<OpenedEntry>)[] = [];
  for (const receipt of receipts) {
    const check = options.open ? gate.openReceipt : gate.checkReceipt;
    proven.push(await check(receipt, { wait: PATIENCE }));
  }
  print(options, proven, () =>
    proven
      .map(({ entry, place, time, said = {} }) => {
        const where = place ? t.place(place.index, place.size) : t.notYet;
        return t.contains(
          paint('green', '✓', process.stdout),
          pairs([
            [t.receipt, entry],
            [t.inLog, where],
            ...(time === undefined ? [] : [[t.written, timeOf(time)] as [string, string]]),
            ...Object.entries(said).map(([name, value]): [string, string] => [name, inLine(value)]),
          ]),
        );
      })
      .join('\n'),
  );
  return proven.every(({ place }) => place) ? EXIT.ok : EXIT.refused;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? w.notJson : (error as NodeJS.ErrnoException).code;
    throw new UsageError(w.unreadable(file, why));
  }
}

/** Every object in the form of a receipt, at any depth. */
function receiptsIn(value: unknown): Receipt[] {
  if (typeof value !== 'object' || value === null) return [];
  const { entry, leafHash, signature } = value as Partial<Receipt>;
  if ([entry, leafHash, signature].every((one) => typeof one === 'string')) return [value as Receipt];
  return Object.values(value).flatMap(receiptsIn);
}

/** `fieldgate log evidence` */
export function registerLogEvidence(log: Command): void {
  log
    .command('evidence')
    .description(t.evidence.what)
    .argument('<id>', w.fromListOrReceipt)
    .calls(async ({ gate, options }, id) => {
      const entry = await gate.call('GET /v1/log/entries/:id', { id });
      const report = await checkEvidence(entry);
      print(options, report, () => inWords(report, officerIn(entry)));
      process.exitCode = report.evidence === 'valid' ? EXIT.ok : EXIT.refused;
    });
}

/** The officer, and whether the gateway authenticated the person or the office claims the name. */
function officerIn(entry: Record<string, Json>): string {
  const { words, handler } = entry as { words?: { officer?: string }; handler?: { officerBy?: string } };
  if (words?.officer === undefined) return '';
  const say = handler?.officerBy === 'authenticated' ? t.evidence.person : t.evidence.officer;
  return say(words.officer);
}

function inWords({ evidence, keyid, signed = [] }: EvidenceReport, who: string): string {
  const verdict = {
    valid: t.evidence.valid(keyid),
    broken: t.evidence.broken,
    none: t.evidence.none,
    forgotten: t.evidence.forgotten,
  }[evidence];
  // The token has expired and is of no use to the reader.
  const lines = signed.map((line) => line.replace(/(DPoP [\w-]{8})[\w.-]+/, '$1…'));
  return `${verdict}\n${who}${lines.map((line) => `  ${line}\n`).join('')}`;
}
