/** A record that the gateway could not serve at the time is neither kept as sent nor passed over by the mark. */
import { expect, it } from 'vitest';
import { openState, planOf, sendPlan } from '../../../infra/cli/sync/run.ts';
import type { IntakeListRequest } from '../../../shared/client/intake.ts';
import { temporaryFolder } from '../../support/folder.ts';

const catalogue = {
  fields: { state: { schema: { type: 'string' } } },
  intake: [{ name: 'state' }],
};
const table = {
  columns: [
    { name: 'no', type: 'text' },
    { name: 'state', type: 'text' },
    { name: 'seq', type: 'number' },
  ],
  rows: [
    ['A', 'x', '1'],
    ['B', 'y', '2'],
  ],
};

it('is sent again by the next run', async () => {
  process.env['XDG_CONFIG_HOME'] = temporaryFolder();
  let isBusy = true;
  const sent: string[] = [];
  const gate = {
    catalogue: async () => catalogue,
    async intakeList({ rows, keep }: IntakeListRequest) {
      const all = [...rows];
      sent.push(all.map(({ record }) => JSON.stringify(record)).join());
      const busy = { problem: { status: 503, code: 'UNAVAILABLE' } };
      const stored = { created: true, written: ['state'], refused: {}, warnings: [] };
      await keep(all.map(({ row }, at) => ({ row, result: (isBusy && at === 1 ? busy : stored) as never })));
    },
  } as never;
  const asked: string[] = [];
  const db = {
    ...{ now: '', quoted: (name: string) => name, end: async () => {}, add: async () => true },
    async read(sql: string) {
      asked.push(sql);
      return table;
    },
  };
  const source = { query: 'q', key: 'no', columns: { state: 'state' }, changes: { column: 'seq' } } as never;
  const state = openState(temporaryFolder(), { source: 's' });
  const on = { signal: new AbortController().signal, kept: () => {} };
  for (const _ of [1, 2, 3]) {
    const plan = await planOf(source, state, { gate, db, full: false });
    await sendPlan(source, state, plan, gate, on);
    isBusy = false;
  }
  state.close();
  expect(sent).toEqual([expect.stringMatching(/A.*B/), expect.stringMatching(/^(?!.*"A").*"B"/), '']);
  // All rows again as long as one is open; then changes alone.
  expect(asked.map((sql) => sql.includes('WHERE'))).toEqual([false, false, true]);
});
