/** Acts on consents that are cut short at each of their writes, or that meet one another. */

import { describe, expect, it } from 'vitest';
import { asSubjectId } from '../../../shared/ids.ts';
import { putCasework, queryCasework } from '../../../shared/records/casework/casework.ts';
import { copyCasework } from '../../../shared/records/casework/moves.ts';
import { newInstance, type Step } from '../../casework/instance.ts';
import { digest, fileRig, type Rig } from '../../casework/rig.ts';
import { joinNow } from '../../maintenance/direct.ts';
import { card, GUARDIAN } from '../../support/guardians.ts';
import { noticeFor } from '../../support/notices.ts';

/** The giver's own document: no clerk's word alone. */
const SHOWN = { document: card(GUARDIAN.id_number) };

const rig = await fileRig();
const office = await newInstance(rig);

type Child = Awaited<ReturnType<Rig['child']>>;
let papers = 0;
const paper = (child: object) => ({
  subject: child,
  purpose: 'D1',
  recipient: 'cdpf-county',
  fields: ['name'],
  giver: 'guardian',
  method: 'signed-form',
  noticeVersion: noticeFor('D1'),
  evidence: digest(`paper ${papers++}`),
  document: card(GUARDIAN.id_number),
});

async function released(child: object): Promise<boolean> {
  const { json } = await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
  return 'fields' in json.results[0];
}
async function onFile(child: Child): Promise<string[]> {
  const ref = await rig.refOf('mca-county', child);
  const { json } = await rig.casework('mca-county', 'GET', `/v1/consents?ref=${ref}`);
  return json.consents.map(({ act }: { act: string }) => act);
}

/** The last write lets the next call go on. Without it the act is done, and a repeat waits for a minute. */
const LAST = 1;

/** The writes of an act that nothing disturbs. */
async function writesOf(act: () => Promise<unknown>): Promise<string[]> {
  office.forget();
  await act();
  return [...office.writes];
}

describe('filing a consent', () => {
  it('claims the paper, then writes the log, what leads to the consent, and the consent', async () => {
    const child = await rig.child();
    await office.post('/v1/consents', paper(child));
    const writes = await writesOf(() => office.post('/v1/consents', paper(child)));
    expect(writes.filter((write) => !/claims/.test(write))).toEqual([
      'PutItem casework',
      'PutItem log',
      'PutItem casework',
      'PutItem casework',
    ]);
  });

  it.each<Step>(['not stored', 'answer lost'])(
    'is whole after a repeat, whatever write was %s',
    async (step) => {
      const count = (await writesOf(async () => office.post('/v1/consents', paper(await rig.child()))))
        .length;
      for (let write = 0; write < count - LAST; write++) {
        const child = await rig.child();
        const body = paper(child);
        office.at(write, step);
        const first = await office.post('/v1/consents', body);
        expect(first.status, `write ${write}`).toBe(503);
        // Nothing is stored without a log entry.
        const told = (await rig.entries('&kind=consent')).length;
        expect((await onFile(child)).length <= told).toBe(true);
        expect((await office.post('/v1/consents', body)).status).toBe(200);
        expect(await onFile(child)).toEqual(['given']);
        expect(await released(child)).toBe(true);
      }
    },
    60_000,
  );
});

describe('withdrawing a consent', () => {
  const withdraw = (id: string, by = office) => by.post(`/v1/consents/${id}/withdraw`, SHOWN);
  async function given(child: object): Promise<string> {
    return (await office.post('/v1/consents', paper(child))).json.consent.id;
  }

  it.each<Step>(['not stored', 'answer lost'])(
    'holds after a repeat, whatever write was %s',
    async (step) => {
      const first = await given(await rig.child());
      const count = (await writesOf(() => withdraw(first))).length;
      for (let write = 0; write < count - LAST; write++) {
        const child = await rig.child();
        const id = await given(child);
        office.at(write, step);
        expect((await withdraw(id)).status, `write ${write}`).toBe(503);
        expect((await withdraw(id)).json.consent.act).toBe('withdrawn');
        expect(await released(child)).toBe(false);
      }
    },
    60_000,
  );

  it('is finished by the pass if the logging process never stored it', async () => {
    const child = await rig.child();
    const id = await given(child);
    office.at(await putOfWithdrawal(), 'not stored');
    expect((await withdraw(id)).status).toBe(503);
    expect(await released(child)).toBe(true);
    // The withdrawing process may still be running.
    await office.pass();
    expect(await released(child)).toBe(true);
    rig.later(31_000);
    await office.pass();
    expect(await released(child)).toBe(false);
    expect(await onFile(child)).toEqual(['withdrawn']);
  });

  it.each([
    ['the same is withdrawn by another office', 'withdraw', false],
    // Of one giver the latest act counts, and that is the new paper.
    ['a new paper is filed', 'file', true],
  ])('meets another act between its entry and its put: %s', async (_, other, after) => {
    const child = await rig.child();
    const id = await given(child);
    const second = await newInstance(rig, 'desk-county');
    const meanwhile = () => {
      // Both acts may fall into one millisecond, and the later one counts.
      rig.later(1);
      return other === 'withdraw' ? withdraw(id, second) : second.post('/v1/consents', paper(child));
    };
    office.at(await putOfWithdrawal(), 'before', meanwhile);
    const { status, json } = await withdraw(id);
    expect(status).toBe(200);
    expect(json.consent).toMatchObject({ act: 'withdrawn', version: 2 });
    expect(await released(child)).toBe(after);
  });

  /** The number of the write that puts it. */
  async function putOfWithdrawal(): Promise<number> {
    const id = await given(await rig.child());
    return (await writesOf(() => withdraw(id))).lastIndexOf('PutItem casework');
  }
});

it('a release meets a withdrawal in any order: a release after the answer gets nothing', async () => {
  const child = await rig.child();
  const id = (await office.post('/v1/consents', paper(child))).json.consent.id;
  const race = Array.from({ length: 6 }, () => released(child));
  const withdrawn = office.post(`/v1/consents/${id}/withdraw`, SHOWN);
  const more = Array.from({ length: 6 }, () => released(child));
  expect((await withdrawn).status).toBe(200);
  expect(await released(child)).toBe(false);
  await Promise.all([...race, ...more]);
  expect(await released(child)).toBe(false);
});

describe('the pass over the log', () => {
  /** A release about which the guardian must be informed. */
  const release = async () => {
    const child = await rig.child();
    const context = { case: 'MCA-2026-1' };
    await rig.release('mca-county', 'W1', { subjects: [child], fields: ['name'] }, context);
    return child;
  };
  const tasks = async (child: Child) => {
    const ref = await rig.refOf('mca-county', child);
    const { json } = await rig.casework('mca-county', 'GET', '/v1/tasks?limit=200');
    return json.tasks.filter((task: { ref?: string }) => task.ref === ref).length;
  };

  it.each<Step>(['not stored', 'answer lost'])(
    'opens one task in the end, whatever write was %s',
    async (step) => {
      // Earlier tests left work behind, whose writes are not counted.
      await office.pass();
      await release();
      const count = (await writesOf(() => office.pass())).length;
      expect(count).toBeGreaterThan(0);
      for (let write = 0; write < count - LAST; write++) {
        const child = await release();
        office.at(write, step);
        await office.pass().catch(() => undefined);
        // A pass that wrote less is not disturbed later.
        office.at(Number.MAX_SAFE_INTEGER, step);
        // Another instance, which has seen nothing of it.
        await (await newInstance(rig)).pass();
        await office.pass();
        expect(await tasks(child), `write ${write}`).toBe(1);
      }
    },
    60_000,
  );

  it('by two instances at once opens one', async () => {
    const child = await release();
    const second = await newInstance(rig);
    await Promise.all([office.pass(), second.pass()]);
    expect(await tasks(child)).toBe(1);
  });
});

describe('a merge', () => {
  const merge = (double: Child, child: Child) =>
    joinNow(rig.gateway, rig.subjectOf(double), rig.subjectOf(child), rig.now);

  it('keeps a withdrawal, whichever of the two it was filed for, and however late it comes', async () => {
    const [child, double] = [await rig.child(), await rig.child()];
    const ids: string[] = [];
    for (const one of [child, double])
      ids.push((await office.post('/v1/consents', paper(one))).json.consent.id);
    await merge(double, child);
    expect(await onFile(child)).toEqual(['given', 'given']);
    expect((await office.post(`/v1/consents/${ids[1]}/withdraw`, SHOWN)).status).toBe(200);
    expect((await onFile(child)).sort()).toEqual(['given', 'withdrawn']);
    expect(await released(child)).toBe(false);
  });

  it.each(['before', 'answer lost'] as const)('may come between: %s', async (when) => {
    const [child, double] = [await rig.child(), await rig.child()];
    const spare = (await office.post('/v1/consents', paper(await rig.child()))).json.consent.id;
    office.forget();
    await office.post(`/v1/consents/${spare}/withdraw`, SHOWN);
    const put = office.writes.lastIndexOf('PutItem casework');
    const { id } = (await office.post('/v1/consents', paper(double))).json.consent;
    const both = async () => {
      await merge(double, child);
    };
    office.at(put, when, both);
    const { status } = await office.post(`/v1/consents/${id}/withdraw`, SHOWN);
    if (when === 'answer lost') {
      expect(status).toBe(503);
      await both();
      expect((await office.post(`/v1/consents/${id}/withdraw`, SHOWN)).status).toBe(200);
    } else expect(status).toBe(200);
    expect(await onFile(child)).toEqual(['withdrawn']);
    expect(await released(child)).toBe(false);
    expect(await released(double)).toBe(false);
  });

  it('never copies an older version over a later one', async () => {
    const { tables } = rig.gateway;
    const put = (subject: string, version: number, act: string) =>
      putCasework(tables.casework, asSubjectId(subject), {
        kind: 'consent',
        id: 'a',
        document: { version, act },
      });
    await put('from', 1, 'given');
    await put('to', 2, 'withdrawn');
    await copyCasework(tables.casework, asSubjectId('from'), asSubjectId('to'));
    expect((await queryCasework(tables.casework, asSubjectId('to')))[0]?.document).toMatchObject({
      version: 2,
    });
    await put('from', 3, 'withdrawn');
    await copyCasework(tables.casework, asSubjectId('from'), asSubjectId('to'));
    expect((await queryCasework(tables.casework, asSubjectId('to')))[0]?.document).toMatchObject({
      version: 3,
    });
  });
});
