import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import {
  type Checked,
  checkAttestation,
  proofIn,
  readKeys,
  wordsOf,
} from '../../../shared/attestation/check.ts';
import { AttestationInvalid, type Fault } from '../../../shared/attestation/invalid.ts';
import { checkPage } from '../../../shared/attestation/page.ts';
import { errorOf, unreachable } from '../../../shared/client/wire/errors.ts';
import { defined } from '../../../shared/defined.ts';
import { proofPageTexts } from '../../../shared/messages/proof-page.ts';
import { UTC, type Zone } from '../../../shared/times.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, print } from '../common.ts';
import { readAgency } from '../identity/agency-file.ts';
import { iamFetch } from '../identity/iam-fetch.ts';
import { presentCertificate } from '../identity/own-certificate.ts';
import { label } from '../messages/labels.ts';
import { speakHere, spoken, texts, words as w } from '../messages/language.ts';
import { EXIT, Guided, UsageError } from '../terminal/failures.ts';
import { readNamed } from '../terminal/named-files.ts';
import { writeOut } from '../terminal/out.ts';
import { mark, pairs, safe } from '../terminal/table.ts';
import { deadline, showTimesIn, timeOf } from '../terminal/times.ts';

const { attest: t } = await texts('verify');

interface AttestOptions {
  issuer?: string;
  programme?: string;
  keys?: string;
  statusList?: string;
  status: boolean;
  ask?: boolean;
  keep?: string;
  iam?: string;
}

/** `fieldgate attest` */
export function registerAttest(program: Command): void {
  const attest = program.command('attest');
  attest
    .command('page')
    .description(t.page.what)
    .option('--issuer <url>', t.page.issuer)
    .requiredOption('--out <file>', t.page.out)
    .runs<{ issuer?: string; out: string }>(page);
  attest
    .command('verify')
    .description(t.verify.what)
    .argument('<file>', t.verify.file)
    .option('--issuer <url>', t.verify.issuer)
    .option('--programme <name>', t.verify.programme)
    .option('--keys <file>', t.verify.keys)
    .option('--status-list <file>', t.verify.statusList)
    .option('--no-status', t.verify.noStatus)
    .option('--ask', t.verify.ask)
    .option('--keep <folder>', t.verify.keep)
    .option('--iam <region>', t.iam)
    .runs<AttestOptions>((options, file) => run(file, options));
  attest
    .command('signature')
    .description(t.signature.what)
    .argument('<file>', t.verify.file)
    .option('--issuer <url>', t.verify.issuer)
    .requiredOption('--out <file>', t.signature.out)
    .option('--iam <region>', t.iam)
    .runs<SignatureOptions>((options, file) => signature(file, options));
}

type SignatureOptions = Pick<AttestOptions, 'issuer' | 'iam'> & { out: string };
const fetchOf = ({ iam }: Pick<AttestOptions, 'iam'>): typeof fetch =>
  iam === undefined ? fetch : iamFetch(iam);

/** Stores the second signature, and next to it the bytes that it signs, as any verifier of CMS wants them. */
async function signature(file: string, options: GlobalOptions & SignatureOptions): Promise<number> {
  await speakHere();
  const proof = proofIn(await read(file));
  if (proof === null) throw new UsageError(t.noProof);
  const issuer = issuerOf(options, proof);
  presentCertificate(issuer, options.url === undefined ? {} : options);
  const [attestation = ''] = proof.split('~');
  const der = await secondSignature(fetchOf(options), issuer, attestation);
  const content = `${options.out}.signed`;
  writeOut(content, attestation);
  writeOut(options.out, der);
  print(options, { issuer, file: options.out, content }, () =>
    t.signature.done(
      `openssl cms -verify -binary -inform DER -in ${options.out} -content ${content} -CAfile ca.pem -purpose any -out /dev/null`,
    ),
  );
  return EXIT.ok;
}

async function secondSignature(get: typeof fetch, issuer: string, attestation: string): Promise<Buffer> {
  const answer = await get(`${issuer}/attestations/signature`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ attestation }),
    redirect: 'error',
  }).catch((error) => {
    throw new Guided(unreachable(issuer, error), t.signature.later);
  });
  if (answer.status === 404) throw new UsageError(t.signature.none(safe(issuer)));
  const { status, headers } = answer;
  const text = await answer.text();
  const signature = status === 200 ? signatureIn(text) : null;
  if (signature !== null) return Buffer.from(signature, 'base64');
  const fault = errorOf({ status, headers, text });
  throw status === 400 ? new Guided(fault, t.signature.refused) : fault;
}

function signatureIn(text: string): string | null {
  try {
    const { signature } = JSON.parse(text);
    return typeof signature === 'string' ? signature : null;
  } catch {
    return null;
  }
}

function page(options: GlobalOptions & { issuer?: string; out: string }): number {
  const issuer = issuerOf(options);
  if (!/^https?:\/\/[^?#]+[^/?#]$/.test(issuer) || !URL.canParse(issuer)) throw new UsageError(t.badIssuer);
  try {
    writeFileSync(options.out, checkPage(issuer).html);
  } catch (error) {
    throw new UsageError(w.unwritable(options.out, (error as NodeJS.ErrnoException).code));
  }
  print(options, { issuer, file: options.out }, () => t.page.done(options.out, issuer));
  return EXIT.ok;
}

/** Never what the proof says: anyone can make one that says so. */
function issuerOf(options: GlobalOptions & { issuer?: string }, proof?: string): string {
  const { issuer = options.url, as, agencyFile } = options;
  if (issuer !== undefined) return issuer;
  if ((as ?? agencyFile) === undefined)
    throw new UsageError(t.whose(proof === undefined ? null : saysIn(proof)));
  return readAgency(as, agencyFile).issuer;
}

/** The address that stands in the proof, unchecked. */
function saysIn(proof: string): string | null {
  try {
    const payload = JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof payload.iss === 'string' && URL.canParse(payload.iss) ? safe(payload.iss) : null;
  } catch {
    return null;
  }
}

async function run(file: string, options: GlobalOptions & AttestOptions): Promise<number> {
  await speakHere();
  const proof = proofIn(await read(file));
  if (proof === null) throw new UsageError(t.noProof);
  const issuer = issuerOf(options, proof);
  // Another party may have written the address in a proof.
  presentCertificate(issuer, options.url === undefined ? {} : options);
  const get = fetchOf(options);
  const copies = options.keep === undefined ? undefined : copiesIn(options.keep, get);
  try {
    const checked = await checkAttestation(proof, {
      issuer,
      now: Date.now(),
      ...defined({
        programme: options.programme,
        keys: options.keys === undefined ? undefined : readKeys(await read(options.keys), issuer),
      }),
      ...(options.status ? {} : { status: null }),
      ...defined({
        ask: options.ask,
        status: options.statusList === undefined ? undefined : await read(options.statusList),
        fetch: copies?.fetch ?? get,
      }),
    });
    // A proof does not say its zone. With keys at hand nothing is asked of the gateway.
    if (!options.utc && options.keys === undefined) showTimesIn(await zoneOf(issuer, get));
    const used = copies?.keep() ?? '';
    print(
      options,
      asData(checked),
      () => `${inWords(checked, options.ask ?? false)}${used && t.kept(issuer, used)}`,
    );
    return checked.outcome === 'YES' ? EXIT.ok : EXIT.refused;
  } catch (error) {
    if (error instanceof AttestationInvalid) return refuse(error.fault, options);
    if (!(error instanceof TypeError)) throw error;
    if (error.cause === undefined) throw new UsageError(t.noKeys(safe(issuer)));
    throw new Guided(unreachable(issuer, error), t.offline);
  }
}

async function zoneOf(issuer: string, get: typeof fetch): Promise<Zone> {
  try {
    const address = `${issuer}/.well-known/oauth-authorization-server`;
    const answer = await get(address, { signal: AbortSignal.timeout(5000) });
    const minutes = ((await answer.json()) as Record<string, unknown>)['fieldgate_utc_offset_minutes'];
    return typeof minutes === 'number' ? { utcOffsetMinutes: minutes } : UTC;
  } catch {
    return UTC;
  }
}

const read = async (file: string): Promise<string> =>
  file === '-' ? readAll(process.stdin) : readNamed(file);

const instant = (seconds: number) => new Date(seconds * 1000).toISOString();

/** With instants, as all commands give them. */
const asData = ({ issued, expires, statusUntil, ...rest }: Checked) => ({
  ...rest,
  issued: instant(issued),
  expires: instant(expires),
  statusUntil: statusUntil === null ? null : instant(statusUntil),
});

function refuse(fault: Fault, options: GlobalOptions): number {
  print(options, { valid: false, fault }, () => {
    return t.invalid(mark('bad'), fault, spoken(proofPageTexts[fault]));
  });
  return EXIT.refused;
}

function inWords(checked: Checked, asked: boolean): string {
  const instant = (seconds: number) => timeOf(seconds * 1000);
  const yes = checked.outcome === 'YES';
  return `${mark(yes ? 'good' : 'none')} ${spoken(yes ? proofPageTexts[wordsOf(checked)] : proofPageTexts.unconfirmed)}\n${pairs(
    [
      [label('programme'), safe(checked.programme)],
      [t.issuedBy, checked.issuer],
      [t.issued, instant(checked.issued)],
      [label('validUntil'), deadline(checked.expires * 1000)],
      [label('recipient'), safe(checked.recipient ?? t.notShown)],
      [t.pseudonym, safe(checked.pseudonym ?? t.notShown)],
      [t.endsKnown, checked.statusUntil === null ? t.notChecked : instant(checked.statusUntil)],
    ],
  )}${yes && !asked ? `${t.askFirst}\n` : ''}`;
}

/** Copies of what a check of a proof fetched, with which it can be made again without a network. */
interface Copies {
  fetch: typeof fetch;
  /** @returns the options with which the copies are used. @throws UsageError */
  keep(): string;
}

function copiesIn(folder: string, get: typeof fetch): Copies {
  const files = new Map<string, string>();
  return {
    async fetch(address, init) {
      const answer = await get(address, init);
      const name = String(address).endsWith('/.well-known/jwt-vc-issuer') ? 'keys.json' : 'status.txt';
      // What was asked about one proof is no copy: it holds for a day.
      if (answer.ok && init?.method !== 'POST') files.set(join(folder, name), await answer.clone().text());
      return answer;
    },
    keep() {
      try {
        mkdirSync(folder, { recursive: true });
        for (const [path, text] of files) writeFileSync(path, text);
      } catch (error) {
        throw new UsageError(w.unwritable(folder, (error as NodeJS.ErrnoException).code));
      }
      return [...files.keys()]
        .map((path) => `${path.endsWith('keys.json') ? '--keys' : '--status-list'} ${path}`)
        .join(' ');
    },
  };
}
