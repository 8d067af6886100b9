/** Sealing and opening fields compared with bare node:crypto. */

import { randomBytes } from 'node:crypto';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { openField } from '../../shared/crypto/open.ts';
import { sealField } from '../../shared/crypto/seal.ts';
import { checkManifest, manifestMac } from '../../shared/crypto/sheet.ts';
import { AES_256_GCM_HKDF_SHA256, SM4_CTR_HMAC_SM3, type Suite } from '../../shared/crypto/suites.ts';
import { asKeyId, asLogId, asSubjectId } from '../../shared/ids.ts';
import { floor } from './crypto-floor.ts';
import { type Case, measure } from './rounds.ts';

/** 18 characters, as a resident number has. */
const VALUE = '99000120130506001X';
const FIELDS = 20;
const ROUNDS = Number(process.env['ROUNDS'] ?? 40);

/** The goals of issue and design, as ratios to the floor or as sizes; printed with the measurements. */
const GOALS = { seal: 2, open: 1.6, sheet: 150 / (4 * FIELDS), overhead: 64 };

export async function benchCrypto(): Promise<void> {
  const { cases, sizes } = prepare();
  const results = await measure(cases, ROUNDS);
  const of = (name: string) => results.get(name) ?? Number.NaN;
  const [seal, open] = [of('seal: node:crypto'), of('open: node:crypto')];

  console.log(
    `One field of ${VALUE.length} characters, CPU µs (ratio to bare node:crypto), medians of ${ROUNDS} rounds`,
  );
  console.log(row('', 'seal', 'open', 'stored bytes'));
  for (const [name, size] of sizes) {
    const [s, o] = [of(`seal: ${name}`), of(`open: ${name}`)];
    console.log(
      row(name, `${fixed(s)} (${fixed(s / seal)})`, `${fixed(o)} (${fixed(o / open)})`, String(size)),
    );
  }
  const [bare, sheet] = [of('20 bare'), of('20 of a sheet')];
  console.log(`\n${FIELDS} fields of one sheet, CPU µs`);
  console.log(row(`bare node:crypto × ${FIELDS}`, fixed(bare)));
  console.log(row('derive, commitment, manifest, open', `${fixed(sheet)} (${fixed(sheet / bare)})`));
  console.log(row('of it: derive and compare one data key', fixed(of('data key'))));
  console.log(row('of it: manifest', fixed(of('manifest'))));
  const national = of('20 of a sheet of suite 2');
  console.log(
    row('the same of suite 2 (ratio to suite 1)', `${fixed(national)} (${fixed(national / sheet)})`),
  );
  const overhead = (sizes.get('fieldgate') ?? 0) - 32;
  console.log('');
  judge('seal', of('seal: fieldgate') / seal, GOALS.seal);
  judge('open', of('open: fieldgate') / open, GOALS.open);
  judge(`${FIELDS} fields of a sheet`, sheet / bare, GOALS.sheet);
  judge('bytes over the padded plaintext', overhead, GOALS.overhead);
}

function prepare(): { cases: Case[]; sizes: Map<string, number> } {
  const bare = floor();
  const { sealing, opening, unwrapped, fields, manifest, open } = sheetUnder(AES_256_GCM_HKDF_SHA256);
  const national = sheetUnder(SM4_CTR_HMAC_SM3);
  const bareSealed = bare.seal(VALUE);
  const sealed = sealField(sealing, 'id_number', VALUE);
  const sizes = new Map([
    ['node:crypto', bareSealed.length],
    ['fieldgate', sealed.length],
    ['fieldgate again (control)', sealed.length],
  ]);
  const cases: Case[] = [
    { name: 'seal: node:crypto', times: 2000, run: () => bare.seal(VALUE) },
    { name: 'open: node:crypto', times: 2000, run: () => bare.open(bareSealed) },
    ...['fieldgate', 'fieldgate again (control)'].flatMap((name) => [
      { name: `seal: ${name}`, times: 2000, run: () => sealField(sealing, 'id_number', VALUE) },
      { name: `open: ${name}`, times: 2000, run: () => openField(opening, 'id_number', sealed) },
    ]),
  ];

  cases.push(
    {
      name: '20 bare',
      times: 100,
      run: () => {
        for (let i = 0; i < FIELDS; i++) bare.open(bareSealed);
      },
    },
    { name: '20 of a sheet', times: 100, run: open },
    { name: '20 of a sheet of suite 2', times: 100, run: national.open },
    { name: 'data key', times: 400, run: unwrapped },
    { name: 'manifest', times: 400, run: () => checkManifest(opening, fields, manifest) },
  );
  return { cases, sizes };
}

function sheetUnder(suite: Suite) {
  const { raw, use, sealing, opening, commitment } = dataKey(suite);
  const names = Array.from({ length: FIELDS }, (_, i) => `field_number_${i}`);
  const fields = new Map(names.map((name) => [name, sealField(sealing, name, VALUE)]));
  const manifest = { keyId: use.keyId, mac: manifestMac(sealing, fields) };
  const unwrapped = () => DataKey.fromStored(use, Buffer.from(raw), commitment);
  const open = () => {
    const key = unwrapped();
    checkManifest(key, fields, manifest);
    for (const [name, one] of fields) openField(key, name, one);
  };
  return { sealing, opening, unwrapped, fields, manifest, open };
}

function dataKey(suite: Suite) {
  const id = () => randomBytes(16).toString('base64url');
  const place = {
    collection: 'children',
    subject: asSubjectId(id()),
    owner: 'MPS',
    class: 'identity-number',
  };
  const use = {
    place,
    logId: asLogId(id()),
    keyId: asKeyId(id()),
    version: 7,
    at: '2026-03-02T08:00:00.000Z',
  };
  const raw = randomBytes(suite.keyBytes);
  const sealing = DataKey.fromRaw(use, Buffer.from(raw), suite);
  const { commitment } = sealing;
  return { raw, use, sealing, commitment, opening: DataKey.fromStored(use, Buffer.from(raw), commitment) };
}

function row(name: string, ...cells: string[]): string {
  return `  ${name.padEnd(40)}${cells.map((cell) => cell.padStart(18)).join('')}`;
}

function fixed(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

function judge(what: string, value: number, goal: number): void {
  console.log(`${value <= goal ? 'holds' : 'MISSED'}: ${what} ${fixed(value)}, goal at most ${fixed(goal)}`);
}
