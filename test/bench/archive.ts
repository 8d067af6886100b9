/**
 * What the copy in the log account asks of AWS for releases: docs/operate/cost.md.
 *
 * npx node test/bench/archive.ts
 */
import { pathToFileURL } from 'node:url';
import { withTables } from '../../functions/deps.ts';
import { sequencerApp } from '../../functions/sequencer/app.ts';
import { openLogFolder } from '../../infra/local/aws/log-folder.ts';
import { testGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { countDynamo, countedTree } from './counted.ts';

/** Of a release: attempt and decision. */
export interface Copied {
  puts: number;
  gets: number;
  reads: number;
  writes: number;
  /** Bytes that stay in the copy. */
  bytes: number;
}

/** Dollars for each. */
const PRICE: Copied = { puts: 5e-6, gets: 0.4e-6, reads: 0.125e-6, writes: 0.625e-6, bytes: 0 };
/** Dollars a month for a byte of S3. */
const KEPT = 0.023e-9;

/** Dollars of a million releases. */
export const copying = (one: Copied) =>
  1e6 * Object.entries(PRICE).reduce((sum, [part, price]) => sum + price * one[part as keyof Copied], 0);
/** Dollars a month while a million of them are kept. */
export const keeping = ({ bytes }: Copied) => 1e6 * bytes * KEPT;

/** @returns the mean of `releases`, all of which are copied at once; and the puts of a run over a log that stands still */
export async function copiedOf(releases: number): Promise<{ one: Copied; still: number }> {
  const gateway = await testGateway();
  let counts: Copied = { puts: 0, gets: 0, reads: 0, writes: 0, bytes: 0 };
  const restore = countDynamo((write, units) => {
    counts[write ? 'writes' : 'reads'] += units;
  });
  try {
    const { env, kms, dynamo } = gateway;
    const tree = countedTree(openLogFolder(null), (operation) => {
      if (/read/.test(operation)) counts.gets += 1;
    });
    const sequencer = sequencerApp({ ...withTables({ env, kms, dynamo, now: Date.now }), tree });
    const match = { id_number: freshNumber(BORN) };
    await gateway.put('mps-county', { match, fields: { ...match, name: '张三', birth_date: BORN } });
    await gateway.put('mca-county', {
      match,
      fields: { division_code: '990001001', guardianship_status: 'normal' },
    });
    const why = { actions: ['release'], purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy' };
    const body = { collection: 'children', subjects: [{ match }], fields: ['name', 'guardianship_status'] };
    const copy = async () => {
      counts = { puts: 0, gets: 0, reads: 0, writes: 0, bytes: 0 };
      await sequencer.archive(async (_, bytes) => {
        counts.puts += 1;
        counts.bytes += bytes.length;
      }, Number.POSITIVE_INFINITY);
      return counts;
    };
    await sequencer.step();
    await copy();
    for (let n = 0; n < releases; n++) {
      const { status } = await gateway.call('edu-county', why, 'POST', '/v1/releases', body);
      if (status !== 200) throw new Error(`a release was answered ${status}`);
      if (n % 100 === 99) await sequencer.step();
    }
    while ((await sequencer.step()).sequenced > 0);
    const all = await copy();
    const parts = Object.entries(all).map(([part, count]) => [part, count / releases]);
    return { one: Object.fromEntries(parts) as unknown as Copied, still: (await copy()).puts };
  } finally {
    restore();
    await gateway.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { one, still } = await copiedOf(1_050);
  console.table({ ...one, still, 'a million': copying(one), 'a month kept': keeping(one) });
}
