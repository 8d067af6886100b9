/** A gateway in a process of its own, and releases of two agencies that can be sent to it any number of times. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCase } from '../support/cases.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { type Child, launch, whenReady } from '../support/process.ts';
import { type Shot, shot, shotOfCase } from './overload-loop.ts';

export interface Loaded {
  url: string;
  school: Shot;
  home: Shot;
  /** As `school`, each of another case. */
  cases: Shot;
  /** Resident megabytes of the gateway. */
  memory(): number;
  /** Open descriptors of the gateway. */
  descriptors(): number;
  /** Bytes of a part of its state, by the folder's name. */
  disk(part: string): number;
  close(): Promise<void>;
}

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

export async function openLoaded(): Promise<Loaded> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-loaded-'));
  const launched = launch(folder, ['--people', '0'], {});
  const close = async () => {
    launched.process.kill('SIGKILL');
    await launched.ended;
    rmSync(folder, { recursive: true });
  };
  try {
    const child = await whenReady(launched, folder);
    const match = await prepare(child);
    const proc = `/proc/${launched.process.pid}`;
    return {
      url: child.url,
      school: await shot(child, 'edu-county', SCHOOL, { match, fields: ['name'] }),
      cases: shotOfCase(child, 'edu-county', SCHOOL, { match, fields: ['name'] }),
      home: await shot(child, 'mca-county', HOME, {
        match: { local_id: 'OVERLOAD' },
        fields: ['guardian_phone'],
      }),
      memory: () =>
        Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`${proc}/status`, 'utf8'))?.[1]) / 1024),
      descriptors: () => readdirSync(`${proc}/fd`).length,
      disk: (part) => bytesIn(join(folder, '.fieldgate', part)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function prepare(child: Child): Promise<{ id_number: string }> {
  const match = { id_number: freshNumber() };
  await child.put('mps-county', {
    match,
    fields: { ...match, name: '张三丰', sex: '1', birth_date: BORN },
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

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.reduce(
    (sum, { parentPath, name }) =>
      sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
