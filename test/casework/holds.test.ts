/** A release on hold: what the reviewers see, and what their decisions give. */

import { describe, expect, it as plain } from 'vitest';
import { dueAt } from '../../shared/policy/pack/calendar.ts';
import { children as pack } from '../policy/support.ts';
import { DAY, fileRig, type Shown } from './rig.ts';

const rig = await fileRig();

/** Open tasks of an agency about one child. */
async function tasksOf(agency: string, child: { match: object }, query = ''): Promise<Shown[]> {
  const ref = await rig.refOf(agency, child);
  return (await rig.tasks(agency, query)).filter((task) => task.ref === ref);
}

const it = plain.extend('child', () => rig.child());

describe('a release on hold', () => {
  it('opens a task for the owners with data, and reveals nothing to the caller', async ({ child }) => {
    await rig.consent(child);
    await rig.consent(child, { act: 'objects', giver: 'child' });
    const fields = ['name', 'disability_category'];
    const { json } = await rig.release('cdpf-county', 'D1', { subjects: [child], fields });
    expect(json.results[0].refused).toEqual({ code: 'REFUSED' });
    for (const [agency, department] of [
      ['mps-county', 'MPS'],
      ['mca-county', 'MCA'],
    ] as const) {
      const [task] = await tasksOf(agency, child);
      expect(task).toMatchObject({
        kind: 'hold',
        department,
        details: {
          ...{ purpose: 'D1', agency: 'cdpf-county', reason: 'CHILD_OBJECTS_BEST_INTEREST' },
          ...{ officer: 'zhao.min', case: 'CDPF-2026-3', stated: 'Assessment' },
          why: pack.reasons.get('CHILD_OBJECTS_BEST_INTEREST'),
        },
      });
      // Each decides on the fields that it owns; the other one is the requester's.
      expect(task?.details['held']).toEqual([{ field: 'name', label: { en: 'Name', zh: '姓名' } }]);
      expect(JSON.stringify(task)).not.toContain('欧阳');
      // Five working days of the pack's calendar, reminded after three.
      expect(Date.parse(task?.due ?? '')).toBe(
        dueAt(pack.calendar, { workingDays: 5 }, Date.parse(task?.opened ?? '')),
      );
      expect(task?.about).toBe(json.results[0].receipt.entry);
    }
    // It owns one of the fields and holds nothing: it must not learn that there is such a child.
    expect(await tasksOf('cdpf-county', child)).toEqual([]);
    expect(await tasksOf('mca-neighbour', child)).toEqual([]);
  });

  it('gives what each department lets go of its own fields, and nothing once one refuses', async () => {
    const child = await rig.child({ mca: { guardian_phone: '13900000001' } });
    const fields = ['name', 'guardian_phone'];
    await rig.consent(child, { fields });
    await rig.consent(child, { fields, act: 'objects', giver: 'child' });
    const ask = async (agency = 'cdpf-county') => {
      const { json } = await rig.release(agency, 'D1', { subjects: [child], fields });
      return Object.keys(json.results[0].fields ?? {}).sort();
    };
    const decide = async (agency: string, outcome: string, id?: string) => {
      const [task] = id === undefined ? await tasksOf(agency, child) : [{ id }];
      const body = { outcome };
      return rig.casework(agency, 'POST', `/v1/tasks/${task?.id}/complete`, body);
    };
    expect(await ask()).toEqual([]);
    const [task] = await tasksOf('mps-county', child);
    expect(task?.details['reason']).toMatch(/^[A-Z0-9_]+$/);
    expect((await decide('mps-county', 'done')).json.code).toBe('INVALID_REQUEST');
    const { json } = await decide('mps-county', 'release');
    expect(await ask()).toEqual(['name']);
    const [decision] = await rig.entries('&kind=decision');
    expect(decision.approvals).toContain(json.receipt.entry);
    await decide('mca-county', 'release');
    expect(await ask()).toEqual(['guardian_phone', 'name']);
    rig.later(31 * DAY);
    expect(await ask()).toEqual([]);
    // The new hold is a new task; one refusal covers all.
    await decide('mps-county', 'release');
    await decide('mca-county', 'refuse');
    expect(await ask()).toEqual([]);
  });

  it('opens one for the stand-in, not for the requester with all of the data', async ({ child }) => {
    await rig.put('cdpf-county', child.match, { disability_category: '4' });
    await rig.consent(child, { fields: ['disability_category'] });
    await rig.consent(child, { act: 'objects', giver: 'child' });
    await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['disability_category'] });
    expect(await tasksOf('cdpf-county', child)).toEqual([]);
    expect((await tasksOf('mca-county', child)).map(({ kind }) => kind)).toEqual(['hold']);
  });

  it('opens none for a plain refusal', async ({ child }) => {
    await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
    expect(await tasksOf('mca-county', child)).toEqual([]);
  });

  it('that is not decided in time raises one alert, and its task stays open', async ({ child }) => {
    await rig.consent(child);
    await rig.consent(child, { act: 'objects', giver: 'child' });
    await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
    const [task] = await tasksOf('mps-county', child);
    rig.later(Date.parse(task?.due ?? '') - rig.now() + 1000);
    expect((await tasksOf('mps-county', child))[0]).toMatchObject({ id: task?.id, state: 'overdue' });
    await rig.gateway.casework.pass();
    const alerts = (await rig.entries('&kind=alert')).filter(({ about }) => about === task?.about);
    // One for each department that was asked.
    expect(alerts.map(({ code }) => code)).toEqual(['TASK_OVERDUE', 'TASK_OVERDUE']);
  });
});
