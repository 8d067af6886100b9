/** What a starting function does with the policy: it reads its pack, and decides once. `policy.ts` bundles it as functions are. */
import { brotliDecompressSync } from 'node:zlib';
import shipped from '../../shared/packs/disadvantaged-children/compiled/shipped.ts';
import { decide } from '../../shared/policy/decide/decide.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';

/** Milliseconds of processor. */
const spent = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const started = spent();
const pack = loadPack(JSON.parse(brotliDecompressSync(Buffer.from(shipped, 'base64')).toString('utf8')));
const read = spent();
const NOW = Number(process.argv[2]);
const situation = {
  ...{ county: '990001', facts: {}, consents: [], frozen: false, conflict: false, disputed: [] },
};
const caller = {
  ...{ clientId: 'c', departments: ['EDU'], roles: ['county-education'], areas: ['990001'] },
  ...{ purposes: ['S1'], trainedUntil: '2027-01-01' },
};
const ask = { purpose: 'S1', collection: 'children', subjects: 1, officer: 'o', reason: '冬季助学金' };
const { outcome } = decide(pack, caller as never, ask as never, situation as never, NOW);
const decided = spent();
if (outcome !== 'release') throw new Error('not released');
console.log(read - started, decided - read);
