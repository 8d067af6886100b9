/** Reports for the yearly audit: counts from the log, and the record of processing from the pack. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditReport } from '../../infra/cli/report/audit.ts';
import { processingRows } from '../../infra/cli/report/processing.ts';
import type { LogEntry } from '../../shared/client/connect.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { makeChild, release } from '../maintenance/rig.ts';
import { CHILDREN_FOLDER } from '../policy/support.ts';
import { sharedFolder } from '../support/folder.ts';
import { testGateway } from '../support/gateway.ts';
import { fieldgate, putAgency } from './run.ts';

const WRITER = 'ab'.repeat(16);
const KNOWN = { purposes: new Set(['W1', 'E1']), review: 'REVIEW_24H' };

async function* of(...entries: object[]): AsyncGenerator<LogEntry> {
  for (const [seq, entry] of entries.entries())
    yield { id: `${WRITER}-${seq}-0`, time: '2026-03-01T00:00:00Z', ...entry } as LogEntry;
}
const released = (more: object = {}) => ({
  ...{ kind: 'decision', outcome: 'released', purpose: 'W1', subject: 'log-1' },
  ...{ handler: { agency: 'mca-county', departments: ['MCA'] } },
  ...more,
});

const folder = sharedFolder();
const gateway = await testGateway();

describe('the audit of a year', () => {
  it('counts releases, refusals, reviews, incidents, stops, alerts and deletions', async () => {
    const report = await auditReport(
      2026,
      of(
        released(),
        released({ subject: 'log-2' }),
        released({ purpose: 'E1', obligations: ['REVIEW_24H'], attempt: 'a-1' }),
        released({ purpose: 'E1', obligations: ['REVIEW_24H'] }),
        { kind: 'review', about: 'a-1', outcome: 'justified' },
        { kind: 'denial', code: 'TRAINING_EXPIRED' },
        { kind: 'denial' },
        { kind: 'prohibited' },
        { kind: 'incident', outcome: 'opened' },
        { kind: 'freeze', code: 'LEGAL_HOLD', outcome: 'held' },
        { kind: 'alert', code: 'TASK_OVERDUE' },
        { kind: 'watch', words: { finding: JSON.stringify([{ code: 'OFF_HOURS', officer: 'li' }]) } },
        { kind: 'maintenance', operation: 'delete', code: 'RETENTION' },
        { kind: 'maintenance', operation: 'process', code: 'REKEY' },
      ),
      KNOWN,
    );
    expect(report).toMatchObject({
      releases: { total: 4, people: 2, byPurpose: { W1: 2, E1: 2 }, byAgency: { 'mca-county': 4 } },
      refusals: { TRAINING_EXPIRED: 1, WITHHELD: 1 },
      emergencies: { total: 2, reviewed: 1, unreviewed: 1, verdicts: { justified: 1 } },
      ...{ prohibited: 1, incidents: { opened: 1 }, stops: { 'LEGAL_HOLD held': 1 } },
      ...{ alerts: { TASK_OVERDUE: 1, OFF_HOURS: 1 }, overdueTasks: 1, deletions: { RETENTION: 1 } },
      completeness: { chains: 1, missing: 0, damaged: 0 },
    });
  });

  it('shows a gap in a chain, and entries that do not open or match', async () => {
    async function* gap() {
      for await (const entry of of(
        released(),
        released(),
        { kind: 'damaged' },
        released({ mismatched: ['rule'] }),
      ))
        if (!entry.id.includes('-1-')) yield entry;
    }
    const { completeness } = await auditReport(2026, gap(), KNOWN);
    expect(completeness).toMatchObject({ chains: 1, missing: 1, damaged: 1, mismatched: 1 });
  });

  it('contains no text of a caller, no person and no value', async () => {
    const said = '欧阳娜娜 9900012013';
    const report = await auditReport(
      2026,
      of(
        released({ purpose: said, subject: said, words: { reason: said, case: said, finding: said } }),
        { kind: 'denial', code: said, words: { reason: said } },
        { kind: 'freeze', code: said, outcome: said },
        { kind: 'watch', words: { finding: JSON.stringify([{ code: said }]) } },
        { kind: 'consent', outcome: said },
      ),
      KNOWN,
    );
    expect(JSON.stringify(report)).not.toMatch(/欧阳|9900012013/);
    expect(report.releases.byPurpose).toEqual({ other: 1 });
  });
});

describe('from the command line', () => {
  beforeAll(() => putAgency(folder, gateway.agency('audit-office')));
  afterAll(() => gateway.close());
  const run = (...args: string[]) => fieldgate(folder, [...args, '--as', 'audit-office']);

  it('answers the audit from the log, without the child that was released', async () => {
    const { ref, id } = await makeChild(gateway);
    expect((await release(gateway, { ref }, ['name'])).status).toBe(200);
    const year = String(new Date(Date.now() + 8 * 3_600_000).getUTCFullYear());
    const { stdout } = await run('report', 'audit', '--year', year, '--json');
    const report = JSON.parse(stdout).data;
    expect(report.releases).toMatchObject({ total: 1, people: 1, byPurpose: { W1: 1 } });
    expect(report.completeness).toMatchObject({ missing: 0, damaged: 0, mismatched: 0 });
    for (const secret of [ref, id, '欧阳娜娜']) expect(stdout).not.toContain(secret);
  });

  it('lists the processing of each purpose with its registered recipients', async () => {
    const { stdout } = await run('report', 'processing');
    const [head, ...lines] = stdout.split('\r\n');
    expect(head?.startsWith('purpose,label-en,label-zh,basis,')).toBe(true);
    expect(lines.find((line) => line.startsWith('F1,'))).toMatch(/league-county.*assessments\/care\.md/);
  });
});

it('a record of processing has basis, deletion and assessment of every purpose', () => {
  const { pack } = compilePack(CHILDREN_FOLDER);
  if (!pack) return expect.fail();
  const rows = processingRows(pack, [{ clientId: 'x', purposes: ['W1'] }]);
  expect(rows.length).toBe(Object.keys(pack.purposes).length);
  for (const row of rows) expect([row.basis, row.deletes, row.assessment, row.sha256]).not.toContain('');
  expect(rows.find(({ purpose }) => purpose === 'W1')?.recipients).toBe('x');
});
