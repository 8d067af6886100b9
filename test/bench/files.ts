/** Files as chunks compared with one bare AES-256-GCM over the same bytes, of node:crypto and of Web Crypto: CPU time, in turn. */

import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { objectBytes, openFile, openRange, sealFile } from '../../shared/files/chunks.ts';
import type { Source } from '../../shared/files/reader.ts';
import { measureRatios } from './rounds.ts';

const MEGABYTES = Number(process.env['MEGABYTES'] ?? 32);
const ROUNDS = Number(process.env['ROUNDS'] ?? 9);
const PIECE = 1 << 20;

export async function benchFiles(): Promise<void> {
  const plain = randomBytes(MEGABYTES * PIECE);
  const key = { key: randomBytes(32), context: Buffer.from('a place') };
  const [secret, iv] = [createSecretKey(key.key), randomBytes(12)];
  const web = await crypto.subtle.importKey('raw', key.key, 'AES-GCM', false, ['encrypt']);
  const object = new Uint8Array(objectBytes(plain.length));
  let at = 0;
  const keep = (part: Uint8Array) => {
    object.set(part, at);
    at += part.length;
  };
  const drain = async (parts: Source, use: (part: Uint8Array) => void = () => {}) => {
    for await (const part of parts) use(part);
  };
  await drain(sealFile([plain], key, randomBytes(24)), keep);
  const middle = Math.floor(plain.length / 3);
  const range = { plain: plain.length, from: middle, to: middle + PIECE };
  const { micros, ratio } = await measureRatios(
    [
      {
        ...{ name: 'node:crypto, one GCM', times: 1 },
        run() {
          const cipher = createCipheriv('aes-256-gcm', secret, iv, { authTagLength: 16 });
          const out = Buffer.allocUnsafe(plain.length);
          for (let i = 0; i < plain.length; i += PIECE)
            cipher.update(plain.subarray(i, i + PIECE)).copy(out, i);
          cipher.final();
          return cipher.getAuthTag();
        },
      },
      {
        ...{ name: 'Web Crypto, one GCM', times: 1 },
        run: () => crypto.subtle.encrypt({ name: 'AES-GCM', iv }, web, plain),
      },
      { name: 'seal', times: 1, run: () => drain(sealFile([plain], key, randomBytes(24))) },
      { name: 'open', times: 1, run: () => drain(openFile([object], key)) },
      {
        ...{ name: 'open 1 MB of it', times: 1 },
        run: () => drain(openRange((from, to) => object.subarray(from, to), key, range)),
      },
    ],
    ROUNDS,
  );
  console.log(`${MEGABYTES} MB, CPU ms, medians of ${ROUNDS} rounds in turn`);
  for (const name of ['node:crypto, one GCM', 'Web Crypto, one GCM', 'seal', 'open', 'open 1 MB of it'])
    console.log(
      `${name.padEnd(22)} ${(micros(name) / 1000).toFixed(1)}, to node:crypto ${ratio(name, 'node:crypto, one GCM').toFixed(2)}, to Web Crypto ${ratio(name, 'Web Crypto, one GCM').toFixed(2)}`,
    );
}
