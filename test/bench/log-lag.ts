/**
 * `npm run bench lag [releases a second]`: how long an entry of a release waits for the checkpoint that covers it, on the
 * local gateway with its sequencer every 3 seconds, gateway and callers in one process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_LIMITS } from '../../infra/local/admission/admission.ts';
import { startGateway } from '../../infra/local/gateway.ts';
import { callers } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';

const SECONDS = 20;
/** Of so many releases one is looked at. */
const SAMPLE = 10;
const SETTLE = 15_000;
const DETAILS = {
  actions: ['release'],
  purpose: 'S1',
  case: 'EDU-2026-00417',
  officer: 'zhang.wei',
  reason: 'winter subsidy, grade 5',
};

export async function benchLag(perSecond = 50): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-lag-'));
  const gateway = await startGateway({ folder, port: 0, faults: false, limits: NO_LIMITS, people: 'tokens' });
  const { call, put } = callers(gateway);
  const match = { id_number: freshNumber() };
  const record = { match, fields: { ...match, name: '张三丰', sex: '1', birth_date: BORN } };
  await put('mps-county', record);
  const shown: { at: number; size: number }[] = [];
  const look = setInterval(async () => {
    const note = await (await fetch(`${gateway.url}/log/checkpoint`)).text();
    shown.push({ at: Date.now(), size: Number(note.split('\n')[1]) });
  }, 100);

  const answered: { entry: string; at: number }[] = [];
  const release = async () => {
    const ask = { collection: 'children', subjects: [{ match }], fields: ['name'] };
    const { status, text, json } = await call('edu-county', DETAILS, 'POST', '/v1/releases', ask);
    if (status !== 200) throw new Error(text);
    answered.push({ entry: json.results[0].receipt.entry, at: Date.now() });
  };
  const start = Date.now();
  const releases: Promise<void>[] = [];
  for (let n = 0; n < perSecond * SECONDS; n++) {
    const early = start + (n * 1000) / perSecond - Date.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    releases.push(release());
  }
  await Promise.all(releases);
  const reached = (answered.length * 1000) / (Date.now() - start);
  await new Promise((resolve) => setTimeout(resolve, SETTLE));
  clearInterval(look);

  const lags: number[] = [];
  for (const { entry, at } of answered.filter((_, n) => n % SAMPLE === 0)) {
    const path = `/v1/log/proofs/inclusion?entry=${entry}`;
    const { json } = await call('audit-office', { actions: ['audit'] }, 'GET', path);
    const first = shown.find(({ size }) => size > json.index);
    lags.push(first ? Math.max(0, first.at - at) : Number.POSITIVE_INFINITY);
  }
  lags.sort((a, b) => a - b);
  const of = (share: number) => lags[Math.floor((lags.length - 1) * share)];
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `load ${load}: ${reached.toFixed(1)} releases/s, in a signed tree after p50 ${of(0.5)} ms, p95 ${of(0.95)} ms, at most ${of(1)} ms`,
  );
  await gateway.close();
  rmSync(folder, { recursive: true });
}
