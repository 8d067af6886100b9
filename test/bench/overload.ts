/**
 * `npm run bench overload`: releases that come at a rate of their own, whatever the answers, on a gateway in another process;
 * then the load of one agency with few requests of another; then connections that send nothing, slowly, or too much.
 * `SECONDS` sets the length of a step.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCase } from '../support/cases.ts';
import { freshNumber } from '../support/people.ts';
import { type Child, launch, whenReady } from '../support/process.ts';
import { crowd } from './overload-crowd.ts';
import { type Load, openLoop, shot } from './overload-loop.ts';

const SECONDS = Number(process.env['SECONDS'] ?? 15);
const OFFERED = [20, 40, 80, 120, 200, 400];
const NOISE = [20, 60, 150, 400];
const SCHOOL = {
  actions: ['release'],
  purpose: 'S1',
  case: 'EDU-2026-00417',
  officer: 'zhang.wei',
  reason: 'winter subsidy',
};
const HOME = {
  actions: ['release'],
  purpose: 'W1',
  case: 'OVERLOAD-1',
  officer: 'li.na',
  reason: 'yearly review of the status',
};

export async function benchOverload(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-overload-'));
  const launched = launch(folder, ['--children', '0'], {});
  try {
    const child = await whenReady(launched, folder);
    const match = await prepare(child);
    const school = await shot(child, 'edu-county', SCHOOL, { match, fields: ['name'] });
    const home = await shot(child, 'mca-county', HOME, {
      match: { local_id: 'OVERLOAD' },
      fields: ['guardian_phone'],
    });
    const memory = () => residentMegabytes(launched.process.pid ?? 0);
    await openLoop(school, 5, 5);
    console.log(`load ${loadavg()[0]?.toFixed(1)} before; ${SECONDS} s a step\n`);
    console.log(
      '| offered/s | goodput/s | p50 ms | p99 ms | told to wait/s | told after p99 ms | other | MB |\n|---:|---:|---:|---:|---:|---:|---:|---:|',
    );
    for (const rate of OFFERED)
      console.log(`| ${row(rate, await openLoop(school, rate, SECONDS))} | ${memory()} |`);
    console.log(
      '\n| noisy agency/s | quiet agency: answers/s | p50 ms | p99 ms | told to wait/s | other |\n|---:|---:|---:|---:|---:|---:|',
    );
    for (const noise of [0, ...NOISE]) {
      const [quiet] = await Promise.all([
        openLoop(home, 4, 2 * SECONDS),
        openLoop(school, noise, 2 * SECONDS),
      ]);
      console.log(
        `| ${noise} | ${quiet.goodput} | ${quiet.p50} | ${quiet.p99} | ${quiet.told} | ${quiet.other} |`,
      );
    }
    console.log(
      '\n| with | quiet agency: answers/s | p50 ms | p99 ms | other | MB |\n|---|---:|---:|---:|---:|---:|',
    );
    for (const [name, begin] of crowd(child.url)) {
      const end = await begin();
      const quiet = await openLoop(home, 4, SECONDS);
      console.log(
        `| ${name}: ${await end()} | ${quiet.goodput} | ${quiet.p50} | ${quiet.p99} | ${quiet.other} | ${memory()} |`,
      );
    }
    console.log(`\nload ${loadavg()[0]?.toFixed(1)} after`);
  } finally {
    launched.process.kill('SIGKILL');
    await launched.ended;
    rmSync(folder, { recursive: true });
  }
}

async function prepare(child: Child): Promise<{ id_number: string }> {
  const match = { id_number: freshNumber() };
  await child.put('mps-county', {
    match,
    fields: { ...match, name: '张三丰', sex: '1', birth_date: '2013-05-06' },
  });
  await child.put('edu-county', { match, fields: { schooling_status: 'primary' } });
  await child.put('mca-county', {
    match: { local_id: 'OVERLOAD' },
    fields: { division_code: '990001', guardian_phone: '13900000000' },
  });
  await openCase(child, 'mca-county', { purpose: 'W1', case: HOME.case }, [
    { match: { local_id: 'OVERLOAD' } },
  ]);
  return match;
}

function row(rate: number, { goodput, p50, p99, told, toldAfter, other }: Load): string {
  return [rate, goodput, p50, p99, told, toldAfter, other].join(' | ');
}

function residentMegabytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}
