/**
 * `npm run bench sync`: rows of five fields by `sync` from PostgreSQL, and by `intake` from a CSV of the same rows, in turn; `ROWS`,
 * 5,000 unless said. Each command is a process of its own, as in a department; the gateway is this process.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { putAgency } from '../cli/run.ts';
import { lacks, startPostgres } from '../support/databases.ts';
import { testGateway } from '../support/gateway.ts';
import { median } from './rounds.ts';
import { milliseconds, NOTING, spentIn } from './spent.ts';

const ROWS = Number(process.env['ROWS'] ?? 5000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);

export async function benchSync(): Promise<void> {
  if (lacks.postgresql !== null) return console.log(lacks.postgresql);
  const gateway = await testGateway();
  const server = await startPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-'));
  putAgency(folder, gateway.agency('mca-county'));
  await server.run(
    `CREATE TABLE child AS SELECT i AS no, '990001001001' AS division_code, date '2014-01-01' + (i % 900) AS birth_date,
     'normal' AS guardianship_status, '走访记录' || i AS visit_notes, CASE i % 2 WHEN 0 THEN 'A' ELSE 'B' END AS kind, date '2027-06-01' AS until FROM generate_series(1, ${ROWS}) i`,
  );
  const took: Record<string, { wall: number[]; processor: number[] }> = {
    sync: { wall: [], processor: [] },
    intake: { wall: [], processor: [] },
  };
  for (let round = 0; round < ROUNDS; round++)
    for (const name of round % 2 ? ['sync', 'intake'] : ['intake', 'sync']) {
      // New people in each, so that all are created.
      const key = (no: number | string) => `${name[0]}${round}-${no}`;
      writeFileSync(join(folder, 'rows.csv'), csv(key));
      writeFileSync(
        join(folder, 'rows.yaml'),
        `database: { kind: postgresql, socket: ${server.socket}, database: postgres, user: owner }
sources:
  rows:
    query: SELECT '${key('')}' || no AS own, * FROM child
    key: own
    columns: { division_code: division_code, birth_date: birth_date, guardianship_status: guardianship_status, visit_notes: visit_notes, until: hardship_category.until, kind: { to: hardship_category.codes, values: { A: orphan, B: poor-family } } }
`,
      );
      rmSync(join(folder, 'rows.sync'), { recursive: true, force: true });
      const file = name === 'sync' ? 'rows.yaml' : 'rows.csv';
      const [started, before] = [performance.now(), process.cpuUsage()];
      const code = await run(folder, [name, file, '--as', 'mca-county']);
      if (code !== 0) throw new Error(`${name} ended with ${code}`);
      took[name]?.wall.push((performance.now() - started) / 1000);
      took[name]?.processor.push((milliseconds(process.cpuUsage(before)) + spentIn(folder)) / 1000);
    }
  const of = (name: string, what: 'wall' | 'processor') => median(took[name]?.[what] ?? []);
  for (const name of ['intake', 'sync'])
    console.log(
      `${name.padEnd(8)} ${Math.round(ROWS / of(name, 'wall'))} rows a second, processor of command and gateway ${of(name, 'processor').toFixed(1)} s`,
    );
  const ratio = (what: 'wall' | 'processor') => (of('sync', what) / of('intake', what)).toFixed(2);
  console.log(`sync to intake: ${ratio('wall')} of the time, ${ratio('processor')} of the processor time`);
  await server.remove();
  await gateway.close();
  rmSync(folder, { recursive: true });
}

function csv(key: (no: number) => string): string {
  const head =
    'local_id,division_code,birth_date,guardianship_status,visit_notes,hardship_category.codes,hardship_category.until';
  const rows = Array.from({ length: ROWS }, (_, at) => {
    const born = new Date(Date.UTC(2014, 0, 1 + ((at + 1) % 900))).toISOString().slice(0, 10);
    const kind = (at + 1) % 2 === 0 ? 'orphan' : 'poor-family';
    return `${key(at + 1)},990001001001,${born},normal,走访记录${at + 1},${kind},2027-06-01`;
  });
  return `${[head, ...rows].join('\n')}\n`;
}

function run(folder: string, args: readonly string[]): Promise<number | null> {
  const env = { ...process.env, XDG_CONFIG_HOME: join(folder, '.config') };
  const all = [NOTING, resolve('infra/cli/fieldgate.ts'), ...args];
  const child = spawn(process.execPath, all, { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((done) => child.once('close', done));
}
