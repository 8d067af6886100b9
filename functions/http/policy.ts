import { brotliDecompressSync } from 'node:zlib';
import shipped from '../../shared/packs/disadvantaged-children.shipped.ts';
import { loadPack } from '../../shared/policy/load-pack.ts';
import type { Pack } from '../../shared/policy/pack.ts';

/** The pack that this deployment ships, loaded once a process. */
export const pack: Pack = loadPack(
  JSON.parse(brotliDecompressSync(Buffer.from(shipped, 'base64')).toString('utf8')),
);
