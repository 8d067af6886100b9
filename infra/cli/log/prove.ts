import { readFileSync } from 'node:fs';
import type { OpenedEntry } from '../../../shared/client/connect.ts';
import { checkEvidence, type EvidenceReport } from '../../../shared/client/evidence/evidence.ts';
import type { CheckedReceipt } from '../../../shared/client/evidence/receipts.ts';
import type { Receipt } from '../../../shared/contract/common.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { inLine, paint, pairs } from '../terminal/table.ts';

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
    .description('check that the log contains the entry of a receipt')
    .argument('<file>', 'a receipt, or an answer with receipts, as JSON; - reads standard input')
    .option('--key <vkey>', "the log's key, from a source that you trust")
    .option('--purpose <code>', 'purpose of the token, for an agency whose tokens need one')
    .option('--open', 'also show what the entry says of the request, for receipts of this agency')
    .runs<ProveOptions>((options, file) => prove(file, options));
}

async function prove(file: string, options: GlobalOptions & ProveOptions): Promise<number> {
  const receipts = receiptsIn(readJson(file));
  if (receipts.length === 0) throw new UsageError(`${file} contains no receipt.`);
  const { gate } = await open(options, options.purpose, options.key);
  const proven: (CheckedReceipt & Partial<OpenedEntry>)[] = [];
  for (const receipt of receipts) {
    const check = options.open ? gate.openReceipt : gate.checkReceipt;
    proven.push(await check(receipt, { wait: PATIENCE }));
  }
  print(options, { receipts: proven }, () =>
    proven
      .map(({ entry, place, time, said = {} }) => {
        const where = place
          ? `entry ${place.index} of ${place.size}`
          : 'stored and signed, but not yet in the tree';
        return `${paint('green', '✓', process.stdout)} The log contains it.\n${pairs([
          ['receipt', entry],
          ['in the log', where],
          ...(time === undefined ? [] : [['written', time] as [string, string]]),
          ...Object.entries(said).map(([name, value]): [string, string] => [name, inLine(value)]),
        ])}`;
      })
      .join('\n'),
  );
  return proven.every(({ place }) => place) ? EXIT.ok : EXIT.refused;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is not JSON' : (error as NodeJS.ErrnoException).code;
    throw new UsageError(`${file} cannot be read (${why}).`);
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
    .description("check the office's signature of the request of an entry")
    .argument('<id>', 'as in the list, or in the receipt of a release')
    .calls(async ({ gate, options }, id) => {
      const entry = await gate.logEntry(id);
      const report = await checkEvidence(entry);
      const officer = (entry['words'] as { officer?: string } | undefined)?.officer;
      print(options, report, () => inWords(report, officer));
      process.exitCode = report.evidence === 'valid' ? EXIT.ok : EXIT.refused;
    });
}

function inWords({ evidence, keyid, signed = [] }: EvidenceReport, officer: string | undefined): string {
  const verdict = {
    valid: `The request was signed by key ${keyid}, and the signature is valid.`,
    broken: 'The evidence of the entry is not a signature of this office for this request.',
    none: 'The request was not signed.',
    forgotten: 'The request was signed; its evidence was erased.',
  }[evidence];
  // The office claims the name of its officer; the gateway did not authenticate the person.
  const who = officer === undefined ? '' : `officer ${officer} (as claimed by the office)\n`;
  // The token has expired and is of no use to the reader.
  const lines = signed.map((line) => line.replace(/(DPoP [\w-]{8})[\w.-]+/, '$1…'));
  return `${verdict}\n${who}${lines.map((line) => `  ${line}\n`).join('')}`;
}
