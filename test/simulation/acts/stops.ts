/** Acts that stop one field or an erasure: objections and a court's holds. */
import { liftStopLimits } from '../../support/lifted.ts';
import type { Stage } from '../world/stage.ts';
import type { Step } from '../world/step.ts';
import type { Act } from './acts.ts';
import { childOf } from './records.ts';
import { desk, turn } from './switches.ts';

// The clerks of a run stop more in its day than an office does.
liftStopLimits();

async function object(stage: Stage, step: Step): Promise<void> {
  const child = childOf(stage, step);
  const outcome = await turn(stage, { name: `objection ${child.name}`, to: 'off' }, () =>
    stage.attempt(step, {
      ...{ agency: 'desk-county', details: desk('chen.jing'), method: 'POST', path: '/v1/objections' },
      body: {
        ...{ subject: { match: child.match }, field: 'schooling_status', by: 'child' },
        document: { kind: 'resident-card', number: child.match['id_number'] },
      },
    }),
  );
  const { id, entry } = outcome.answer?.json?.objection ?? {};
  if (id) stage.things('objection').push({ id, child, entry });
}

async function resolve(stage: Stage, step: Step): Promise<void> {
  const known = stage.things('objection');
  const one = known[(step.picks[1] ?? 0) % Math.max(1, known.length)];
  if (!one) return;
  await turn(stage, { name: `objection ${one.child.name}`, to: 'on' }, () =>
    stage.attempt(step, {
      ...{ agency: 'edu-county', details: desk('sun.lei'), method: 'POST' },
      ...{ path: `/v1/objections/${one.id}/resolve`, body: { outcome: 'rejected', entry: one.entry } },
    }),
  );
}

async function useField(stage: Stage, step: Step): Promise<void> {
  const child = childOf(stage, step);
  const why = { purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy' };
  const { answer, began, ended } = await stage.attempt(step, {
    ...{
      agency: 'edu-county',
      details: { actions: ['release'], ...why },
      method: 'POST',
      path: '/v1/releases',
    },
    body: { collection: 'children', subjects: [{ match: child.match }], fields: ['schooling_status'] },
  });
  const allowed = answer?.json?.results?.[0]?.fields?.schooling_status !== undefined;
  stage.history.told('OBJECTED /v1/releases', allowed ? 200 : 403);
  for (const name of [`objection ${child.name}`, `freeze ${child.name}`, `erase ${child.name}`])
    stage.history.uses.push({ name, began, ended, allowed });
}

/** Requested and confirmed by two people of the court. */
async function hold(stage: Stage, step: Step): Promise<void> {
  const child = childOf(stage, step);
  const { answer } = await stage.attempt(step, {
    ...{ agency: 'court-county', details: desk('wu.jun'), method: 'POST', path: '/v1/holds' },
    body: { subject: { match: child.match }, instrument: 'ORDER-2026-7' },
  });
  const id = answer?.json?.id;
  if (!id) return;
  stage.history.hand(`hold ${id}`, 'wu.jun', 'begun');
  const officer = step.salt % 4 === 0 ? 'wu.jun' : 'lin.yu';
  stage.history.hand(`hold ${id}`, officer, 'begun');
  const confirmed = await turn(stage, { name: `hold ${child.name}`, to: 'off' }, () =>
    stage.attempt(step, {
      ...{ agency: 'court-county', details: desk(officer), method: 'POST' },
      ...{ path: `/v1/holds/${id}/confirm`, body: {} },
    }),
  );
  if (confirmed.answer?.status !== 200) return;
  stage.history.hand(`hold ${id}`, officer, 'done');
  stage.things('hold').push({ id, child });
}

async function endHold(stage: Stage, step: Step): Promise<void> {
  const known = stage.things('hold');
  const one = known[(step.picks[1] ?? 0) % Math.max(1, known.length)];
  if (!one) return;
  const act = `end of hold ${one.id}`;
  for (const officer of ['wu.jun', step.salt % 4 === 0 ? 'wu.jun' : 'lin.yu']) {
    stage.history.hand(act, officer, 'begun');
    const { answer } = await turn(stage, { name: `hold ${one.child.name}`, to: 'on' }, () =>
      stage.attempt(step, {
        ...{ agency: 'court-county', details: desk(officer), method: 'DELETE', path: `/v1/holds/${one.id}` },
        body: {},
      }),
    );
    if (answer?.status === 200) stage.history.hand(act, officer, 'done');
  }
}

export const STOPS: Record<string, Act> = {
  object: { weight: 3, run: object },
  resolve: { weight: 2, run: resolve },
  useField: { weight: 4, run: useField },
  hold: { weight: 2, run: hold },
  endHold: { weight: 1, run: endHold },
};
