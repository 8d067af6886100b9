/** Random sequences of objections, freezes, corrections and answers compared with a plain model of releases. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeChild, put, release } from '../../maintenance/rig.ts';
import { fileGateway } from '../../support/gateway.ts';
import { card, GUARDIAN } from '../../support/guardians.ts';
import { liftStopLimits } from '../../support/lifted.ts';

liftStopLimits();

/** Each sequence has a day of its own, so that no budget is spent by the ones before. */
let now = Date.parse('2026-11-26T08:00:00Z');
const gateway = await fileGateway({ now: () => now++ });

type Act =
  | { do: 'object'; by: 'child' | 'guardian' }
  | { do: 'correct' }
  | { do: 'resolve'; which: number; outcome: 'upheld' | 'rejected' }
  | { do: 'freeze' }
  | { do: 'lift'; officer: 'li' | 'zhao' };

const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant('object' as const),
    by: fc.constantFrom('child' as const, 'guardian' as const),
  }),
  fc.record({ do: fc.constant('correct' as const) }),
  fc.record({
    do: fc.constant('resolve' as const),
    which: fc.nat(2),
    outcome: fc.constantFrom('upheld' as const, 'rejected' as const),
  }),
  fc.record({ do: fc.constant('freeze' as const) }),
  fc.record({ do: fc.constant('lift' as const), officer: fc.constantFrom('li' as const, 'zhao' as const) }),
);

/** The expected state, without its storage. */
interface Model {
  /** Open objections: by whom, and whether the owner wrote since. */
  open: { id: string; by: string; corrected: boolean }[];
  frozen: { id: string; asked: Set<string> } | null;
}

it('withholds exactly the fields under an open objection or a freeze', {
  timeout: process.env['SLOW'] ? 900_000 : 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { minLength: 3, maxLength: 12 }), async (sequence) => {
      now += 86_400_000;
      const child = await makeChild(gateway);
      await put(gateway, 'mca-county', { match: child.match, fields: { guardian_identity: GUARDIAN } });
      const model: Model = { open: [], frozen: null };
      for (const act of sequence) {
        await step(model, act, child);
        const { status, json } = await release(gateway, { ref: child.ref }, ['name']);
        expect([status, json.code]).toEqual([200, undefined]);
        const [result] = json.results;
        const seen = result.refused ? 'refused' : result.fields.name ? 'name' : 'nothing';
        const due = model.frozen ? 'refused' : model.open.length > 0 ? 'nothing' : 'name';
        expect([act, seen]).toEqual([act, due]);
      }
    }),
    { numRuns: process.env['SLOW'] ? 30 : 5 },
  );
});

type Child = Awaited<ReturnType<typeof makeChild>>;

async function step(model: Model, act: Act, { match, ref }: Child): Promise<void> {
  const call = (agency: string, officer: string, method: string, path: string, body?: object) =>
    gateway.call(agency, { actions: ['casework'], officer, reason: 'in a test' }, method, path, body);
  if (act.do === 'object') {
    const document = card(act.by === 'child' ? match.id_number : GUARDIAN.id_number);
    const body = { subject: { match }, field: 'name', by: act.by, document };
    await gateway.sequencer.step();
    const { id } = (await call('desk-county', 'wang', 'POST', '/v1/objections', body)).json.objection;
    const known = model.open.find((one) => one.by === act.by);
    if (known) expect(id).toBe(known.id);
    else model.open.push({ id, by: act.by, corrected: false });
  } else if (act.do === 'correct') {
    await put(gateway, 'mps-county', { match, fields: { name: '欧阳娜' } });
    await gateway.sequencer.step();
    for (const one of model.open) one.corrected = true;
  } else if (act.do === 'resolve') {
    const one = model.open[act.which];
    if (!one) return;
    const path = `/v1/objections/${one.id}/resolve`;
    const { status } = await call('mps-county', 'zhou', 'POST', path, { outcome: act.outcome });
    const works = act.outcome === 'rejected' || one.corrected;
    expect(status).toBe(works ? 200 : 409);
    if (works) model.open = model.open.filter((other) => other !== one);
  } else if (act.do === 'freeze') {
    if (model.frozen) return;
    const answer = await call('mca-county', 'li', 'POST', '/v1/freezes', { target: { subject: { ref } } });
    model.frozen = { id: answer.json.freeze.id, asked: new Set() };
  } else if (model.frozen) {
    const { asked, id } = model.frozen;
    const { status } = await call('mca-county', act.officer, 'DELETE', `/v1/freezes/${id}`);
    expect(status).toBe(asked.size === 0 || asked.has(act.officer) ? 202 : 200);
    asked.add(act.officer);
    if (status === 200) model.frozen = null;
  }
}
