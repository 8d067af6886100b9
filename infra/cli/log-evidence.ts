import type { Command } from 'commander';
import { checkEvidence, type EvidenceReport } from '../../shared/client/check-evidence.ts';
import { open, optionsOf, print } from './common.ts';
import { EXIT } from './terminal/failures.ts';

/** `fieldgate log evidence` */
export function registerLogEvidence(log: Command): void {
  log
    .command('evidence')
    .description('check the signature that the office made for the request of an entry')
    .argument('<id>', 'as in the list, or in the receipt of a release')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = optionsOf(command);
      const { gate } = await open(options);
      const entry = await gate.logEntry(id);
      const report = await checkEvidence(entry);
      const officer = (entry.words as { officer?: string } | undefined)?.officer;
      print(options, report, () => inWords(report, officer));
      process.exitCode = report.evidence === 'valid' ? EXIT.ok : EXIT.refused;
    });
}

function inWords({ evidence, keyid, signed = [] }: EvidenceReport, officer: string | undefined): string {
  const verdict = {
    valid: `The request was signed by key ${keyid}, and the signature holds.`,
    broken: 'What lies beside the entry is no signature of this office for this request.',
    none: 'The request was not signed.',
    forgotten: 'The request was signed; what proves it was forgotten.',
  }[evidence];
  // An office names its officer itself; nothing of the gateway's own says that it was this person.
  const who = officer === undefined ? '' : `officer ${officer} (as claimed by the office)\n`;
  // The token is long over, and of no use to a reader.
  const lines = signed.map((line) => line.replace(/(DPoP [\w-]{8})[\w.-]+/, '$1…'));
  return `${verdict}\n${who}${lines.map((line) => `  ${line}\n`).join('')}`;
}
