import { readFileSync } from 'node:fs';
import type { OpenedEntry } from '../../../shared/client/connect.ts';
import { checkEvidence, type EvidenceReport } from '../../../shared/client/evidence/evidence.ts';
import type { CheckedReceipt } from '../../../shared/client/evidence/receipts.ts';
import { openWitnessed, type WitnessedEntry } from '../../../shared/client/evidence/witnessed.ts';
import type { Receipt } from '../../../shared/contract/common.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import { sha256, verifyCosignature } from '../../../shared/log/node-crypto.ts';
import { toBase64 } from '../../../shared/tree/base64.ts';
import { policyFor } from '../../../shared/tree/judge.ts';
import { formatVerifier, type Verifier } from '../../../shared/tree/note.ts';
import { parseTlogProof } from '../../../shared/tree/tlog-proof.ts';
import type { WitnessPolicy } from '../../../shared/tree/witness-policy.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { readNamed } from '../terminal/named-files.ts';
import { inLine, mark, pairs } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { writeWhole } from '../whole-files.ts';
import { readLogKey, readSm2Key } from './files.ts';
import { requireSm3 } from './national.ts';
import { shownKey, tellFault } from './verify.ts';
import { logAt } from './where.ts';
import {
  faultInWords,
  type PolicyOptions,
  policyText,
  quorumInWords,
  seenShort,
  withPolicy,
} from './witnesses.ts';

const { prove: t, code: c, verify: v } = await texts('log');
const { policy: p } = await texts('witness');

interface ProveOptions extends PolicyOptions {
  save?: string;
  proof?: string;
  open?: boolean;
  key?: string;
  purpose?: string;
  national?: string;
  releaseKey?: string;
  builds?: string;
}

/** Milliseconds to wait until the tree includes the entry. */
const PATIENCE = 15_000;
const PATIENCE_FOR_WITNESSES = 60_000;

/** `fieldgate log prove` */
export function registerLogProve(log: Command): void {
  withPolicy(log.command('prove'))
    .description(t.what)
    .argument('<file>', t.file)
    .option('--key <vkey>', t.key)
    .option('--purpose <code>', t.purpose)
    .option('--national <key>', t.national)
    .option('--release-key <vkey>', c.releaseKey)
    .option('--builds <file>', t.builds)
    .option('--open', t.open)
    .option('--save <file>', t.save)
    .option('--proof <file>', t.proof)
    .runs<ProveOptions>((options, file) => prove(file, options));
}

async function prove(file: string, options: GlobalOptions & ProveOptions): Promise<number> {
  const receipts = receiptsIn(readJson(file));
  const [only] = receipts;
  if (!only) throw new UsageError(t.noReceipt(file));
  const log = options.key === undefined ? undefined : readLogKey(options.key);
  const policy = policyText(options, log);
  const { save, proof, fresh, releaseKey } = options;
  const builds = options.builds === undefined ? undefined : readNamed(options.builds);
  if (builds !== undefined && releaseKey === undefined) throw new UsageError(t.needsReleaseKey);
  const national = options.national === undefined ? undefined : await readSm2Key(options.national);
  if (save !== undefined || proof !== undefined) {
    if (proof !== undefined && national) throw new UsageError(t.nationalAtGateway);
    if (policy === undefined) throw new UsageError(t.needsPolicy);
    if (receipts.length > 1) throw new UsageError(t.oneReceipt);
    if (proof !== undefined) return offline(only, { policy, proof, log, options });
  }
  const key = log && formatVerifier(log);
  const { gate } = await open(
    options,
    options.purpose,
    defined({ logKey: key, policy, fresh, releaseKey, builds }),
  );
  const proven: Proven[] = [];
  const wait = policy === undefined ? PATIENCE : PATIENCE_FOR_WITNESSES;
  for (const receipt of receipts) {
    const check = options.open ? gate.openReceipt : gate.checkReceipt;
    const one = await check(receipt, { wait });
    if (!national || !one.place) proven.push(one);
    else
      try {
        const given = log ?? readLogKey(await shownKey(logAt(options).read, {}));
        const answer = await gate.call('GET /v1/log/proofs/inclusion', { query: { entry: receipt.entry } });
        proven.push({ ...one, sm3: toBase64(await requireSm3(answer, receipt, given, national)) });
      } catch (error) {
        return tellFault(options, error);
      }
  }
  const kept = proven[0]?.witnessed?.proof;
  if (save !== undefined && kept) writeWhole(save, kept);
  print(options, proven, () => proven.map((one) => provenInWords(one, policy)).join('\n'));
  const isGood = ({ place, witnessed, by }: CheckedReceipt) =>
    place !== null && !witnessed?.fault && (releaseKey === undefined || by?.code === 'signed');
  return proven.every(isGood) ? EXIT.ok : EXIT.refused;
}

/** `sm3`: the root of the second tree, which contains the entry, if it was demanded. */
type Proven = CheckedReceipt & Partial<OpenedEntry> & { sm3?: string };

export function provenInWords(
  { entry, place, time, said = {}, witnessed, by, sm3 }: Proven,
  policy: string | undefined,
): string {
  const code = by && t.code[by.code](by.name, by.build ?? '-', by.release ?? '-');
  return t.contains(
    mark(place ? 'good' : 'open'),
    place !== null,
    pairs([
      [t.receipt, entry],
      [t.inLog, place ? t.place(place.index, place.size) : t.notYet],
      ...(code === undefined ? [] : [[t.by, code] as const]),
      [p.cosigned, witnessed && policy ? witnessedIn(witnessed, policyFor(sha256, policy)) : p.notAsked],
      ...(sm3 === undefined ? [] : [[v.nationalRoot, v.signedBySm2(sm3)] as const]),
      ...(time === undefined ? [] : [[t.written, timeOf(time)] as const]),
      ...Object.entries(said).map(([name, value]) => [name, inLine(value)] as const),
    ]),
  );
}

const witnessedIn = (said: WitnessedEntry, policy: WitnessPolicy) =>
  said.fault === 'NOTHING'
    ? p.wait(quorumInWords(policy))
    : said.fault
      ? faultInWords(said)
      : seenShort(said);

interface Offline {
  policy: string;
  proof: string;
  log: Verifier | undefined;
  options: GlobalOptions & ProveOptions;
}

/** A receipt and the file of its proof: no gateway is asked. */
async function offline(receipt: Receipt, { policy, proof, log, options }: Offline): Promise<number> {
  const own = policyFor(sha256, policy, log);
  const text = readNamed(proof);
  const origin = parseTlogProof(text)?.checkpoint.split('\n')[0];
  const named = log ?? own.logs.find(({ verifier }) => verifier.name === origin)?.verifier;
  const how = { text, leafHash: receipt.leafHash, fresh: options.fresh };
  const opened = named && (await openWitnessed(own, named, how, verifyCosignature));
  const good = opened ? !opened.said.fault : false;
  const result = { entry: receipt.entry, ok: good, ...(opened && { witnessed: opened.said }) };
  print(options, result, () => {
    return `${mark(good ? 'good' : 'bad')} ${opened ? witnessedIn(opened.said, own) : t.otherProof}\n`;
  });
  return good ? EXIT.ok : EXIT.refused;
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
