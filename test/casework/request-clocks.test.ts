/** The clocks of requests between departments: to answer, and to collect. */
import { describe, expect, it } from 'vitest';
import { DAY, fileDesk } from './desk.ts';
import { FIELDS, filing } from './filing.ts';

const desk = await fileDesk();
const { file, collect, answer } = filing(desk);

describe('the clocks', () => {
  it('are one working day without conditions and ten with, and late fields lapse', async () => {
    const { match } = await desk.child();
    const { request, fields } = await file(match, ['name', 'illness']);
    const days = (until: string) => (Date.parse(until) - desk.now()) / DAY;
    expect(days(fields.name.answerBy)).toBeLessThan(2);
    expect(days(fields.illness.answerBy)).toBeGreaterThan(13);
    desk.later(3 * DAY);
    expect((await answer('mps-county', request, 'approve', ['name'])).json.code).toBe('CONFLICT');
    expect((await answer('health-hospital', request, 'approve')).status).toBe(200);
    const tasks = (await desk.act('court-county', 'wu.jun', 'GET', '/v1/tasks')).json.tasks;
    const task = tasks.find((one: { about: string }) => one.about === request);
    expect(task).toMatchObject({ kind: 'collect', state: 'open' });
    desk.later(32 * DAY);
    expect((await collect(match, request)).json.code).toBe('NO_APPROVAL');
    const view = (await desk.act('court-county', 'wu.jun', 'GET', `/v1/requests/${request}`)).json;
    expect(view.state).toBe('expired');
  });

  it('allow further collections until the end of the window if the first was in time', async () => {
    const { match } = await desk.child();
    // An instrument is over a time after the first use of it.
    const own = { instrument: 'WRIT-WINDOW' };
    const { request } = await file(match, FIELDS, own);
    await answer('mps-county', request, 'approve');
    await collect(match, request, undefined, own);
    desk.later(59 * DAY);
    expect((await collect(match, request, undefined, own)).json.results[0].fields.name).toBeDefined();
    desk.later(2 * DAY);
    expect((await collect(match, request, undefined, own)).json.code).toBe('NO_APPROVAL');
  });
});
