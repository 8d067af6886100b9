/** Letters to a family: filled in from the matter, proven by their digest, and never for who must not know. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { asSubjectId } from '../../shared/ids.ts';
import { putCasework } from '../../shared/records/casework/casework.ts';
import { digest, fileRig } from '../casework/rig.ts';
import { makeChild, put, release, runJob, subjectOf } from '../maintenance/rig.ts';
import { GUARDIAN } from '../support/guardians.ts';
import { liftStopLimits } from '../support/lifted.ts';

liftStopLimits();

const rig = await fileRig();
const { gateway } = rig;
const WHY = { officer: 'zhao.min', reason: 'the family is told' };
const casework = { actions: ['casework'], ...WHY };
const from = new Date(Date.now() - 3_600_000).toISOString();
const now = () => new Date().toISOString();
const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

const tasksOf = async (agency: string, kind: string, about?: string) => {
  const { json } = await gateway.call(agency, casework, 'GET', '/v1/tasks?limit=200');
  return json.tasks.filter(
    (task: { kind: string; about: string }) => task.kind === kind && (about ?? task.about) === task.about,
  );
};
const read = (id: string, query = '', agency = 'mca-county', headers = {}) =>
  gateway.call(agency, casework, 'GET', `/v1/tasks/${id}/letter${query}`, undefined, headers);
const close = (id: string, body: object) =>
  gateway.call('mca-county', casework, 'POST', `/v1/tasks/${id}/complete`, { outcome: 'told', ...body });

const entryOf = async ({ json }: Awaited<ReturnType<typeof close>>) =>
  (await rig.entries('&kind=task')).find(({ id }: { id: string }) => id === json.receipt.entry);

/** A task to tell a family of a leak. */
async function leaked(more: object = {}) {
  const { match, ref } = await makeChild(gateway);
  await release(gateway, { ref }, ['guardian_phone', 'household_profile']);
  await gateway.sequencer.step();
  const fields = ['guardian_phone', 'household_profile'];
  const body = { subjects: [{ match }], fields, from, until: now(), operator: 'county-organ', ...more };
  const opened = await gateway.call('mca-county', casework, 'POST', '/v1/incidents', body);
  const [task] = await tasksOf('mca-county', 'leak-notice', opened.json.incident?.id);
  return { ref, match, opened, task };
}

const flag = async (ref: string) =>
  putCasework(gateway.tables.casework, asSubjectId(await subjectOf(gateway, ref)), {
    ...{ kind: 'conflict', id: 'guardian', document: {} },
  });

describe('the letter about a leak', () => {
  it('says in each language what leaked, why, the harm, what to do and whom to ask, under a digest of its own', async () => {
    const { task } = await leaked({ cause: 'theft' });
    expect([task.letters, task.proof]).toEqual([['leak'], true]);
    const [en, zh] = [
      (await read(task.id, '?lang=en')).json.letter,
      (await read(task.id, '?lang=zh')).json.letter,
    ];
    expect(en.parts.map(({ heading }: { heading: string }) => heading)).toEqual([
      ...['What happened', 'Which information', 'Cause', 'Possible harm', 'Grave harm'],
      ...['What has been done', 'What you can do', 'Contact'],
    ]);
    const text = JSON.stringify(zh);
    // Names of kinds hold the words by which a list would join them.
    expect(JSON.stringify(en)).toContain("Guardian's phone; Situation of the family");
    for (const said of ['家庭和监护状况；监护人电话', '遗失、被盗', '12345', '110'])
      expect(text).toContain(said);
    expect(text).not.toMatch(/[{—]\w|\{\w+\}/);
    expect(en.to).toBe('The child and the guardian');
    const { digest: named, ...rest } = zh;
    expect(named).toBe(
      createHash('sha256')
        .update(canonicalize(rest) ?? '')
        .digest('hex'),
    );
    expect(en.digest).not.toBe(named);
    const page = await read(task.id, '?lang=zh', 'mca-county', { accept: 'text/html' });
    expect(page.text).toContain(named);
  });

  it('is the same of a record with an HIV status and of one without, whatever of health it is about', async () => {
    const held = { illness: { code: 'C91.0' }, health_status: 'ill' };
    const of = async (fields: Record<string, object | string>) => {
      const { match } = await makeChild(gateway);
      await put(gateway, 'health-hospital', { match, fields });
      await gateway.sequencer.step();
      const body = { subjects: [{ match }], fields: Object.keys(fields), from, until: now() };
      const said = { ...body, operator: 'county-organ' };
      const { json, text } = await gateway.call('health-hospital', casework, 'POST', '/v1/incidents', said);
      const [task] = await tasksOf('mca-county', 'leak-notice', json.incident?.id ?? expect.fail(text));
      return Promise.all(
        ['en', 'zh'].map(async (lang) => {
          const { task: _, digest: __, ...letter } = (await read(task.id, `?lang=${lang}`)).json.letter;
          return letter;
        }),
      );
    };
    const without = await of(held);
    expect(await of({ ...held, hiv_status: 'infected' })).toEqual(without);
    expect(await of({ hiv_status: 'infected' })).toEqual(without);
    expect(await of({ health_status: 'ill' })).toEqual(without);
    expect(JSON.stringify(without)).toMatch(/Health and disability.*健康和残疾信息/);
  });

  it('of a cause that the policy does not know is not opened', async () => {
    expect((await leaked({ cause: 'aliens' })).opened.json.code).toBe('INVALID_REQUEST');
  });

  it('closes its task by its digest, its delivery and its day, which the log keeps', async () => {
    const { task } = await leaked();
    const { letter } = (await read(task.id, '?lang=zh')).json;
    const proof = { evidence: digest(`slip ${task.id}`), delivery: 'post', day: today };
    expect((await close(task.id, proof)).json.code).toBe('INVALID_REQUEST');
    expect((await close(task.id, { ...proof, letter: digest('another') })).json.code).toBe('CONFLICT');
    const { delivery: _, ...undelivered } = proof;
    expect((await close(task.id, { ...undelivered, letter: letter.digest })).json.code).toBe(
      'INVALID_REQUEST',
    );
    const done = await close(task.id, { ...proof, letter: letter.digest });
    expect(done.json.task?.state, done.text).toBe('done');
    const entry = await entryOf(done);
    expect(entry.words.finding).toBe(`proof ${proof.evidence} post ${today} letter leak zh ${letter.digest}`);
  });

  it('is for the child alone if it is endangered, also if that is known only later', async () => {
    const { task, ref } = await leaked();
    const before = (await read(task.id, '?lang=en')).json.letter;
    await flag(ref);
    const { letter } = (await read(task.id, '?lang=en')).json;
    expect(letter.to).toContain('not to others of the household');
    const proof = { evidence: digest(`slip ${task.id}`), day: today };
    // The text for the guardian is none of the task's any more, and no letter to the home counts.
    const old = { ...proof, delivery: 'in-person', letter: before.digest };
    expect((await close(task.id, old)).json.code).toBe('CONFLICT');
    const posted = { ...proof, delivery: 'post', letter: letter.digest };
    expect((await close(task.id, posted)).json.code).toBe('INVALID_REQUEST');
    expect((await close(task.id, { ...posted, delivery: 'in-person' })).status).toBe(200);
  });

  it('is read only by the department to which the task is addressed', async () => {
    const { task } = await leaked();
    for (const agency of ['edu-county', 'mps-county', 'desk-county'])
      expect((await read(task.id, '', agency)).status).toBe(404);
  });
});

it('a guardian changed: the department has a letter for it, none for a birthday, and the recipient none', async () => {
  const child = await rig.child({ mca: { guardian_identity: [GUARDIAN] } });
  const { id } = (await rig.consent(child, { evidence: digest('a paper') })).json.consent;
  const aunt = { kind: 'other-individual', name: '林海霞', document: 'passport', number: 'E00000099' };
  await rig.put('mca-county', child.match, { guardian_identity: [aunt] });
  await runJob(gateway, 'retention');
  const of = async (agency: string) =>
    (await tasksOf(agency, 'ask-again')).find((task: { details: object }) =>
      JSON.stringify(task.details).includes(id),
    );
  const [own, theirs] = [await of('mca-county'), await of('cdpf-county')];
  expect([own.letters, theirs.letters]).toEqual([['guardian-changed'], undefined]);
  expect((await read(theirs.id, '', 'cdpf-county')).json.errors).toEqual([
    { path: '', message: 'No letter goes with this task.' },
  ]);
  const { letter } = (await read(own.id, '?lang=en')).json;
  expect([letter.rule, letter.title]).toEqual(['A12.5', 'A consent ends because the guardian changed']);
  expect((await read(own.id, '?letter=own-word')).json.code).toBe('INVALID_REQUEST');
  expect(JSON.stringify(letter.parts)).toContain("County disabled persons' federation");
  expect((await read(own.id, '?letter=leak')).json.code).toBe('INVALID_REQUEST');
});

describe('after a death', () => {
  const die = (match: Record<string, string>) =>
    put(gateway, 'mps-county', { match, fields: { birth_date: { date: bornBy(match), dead: true } } });
  const bornBy = ({ id_number = '' }: Record<string, string>) =>
    id_number.slice(6, 14).replace(/(....)(..)(..)/, '$1-$2-$3');

  it('the letter about a leak goes to a near relative, says nothing of the death, and never goes to one in conflict', async () => {
    const { task, match, ref } = await leaked();
    const before = (await read(task.id, '?lang=en')).json.letter;
    await die(match);
    const { letter } = (await read(task.id, '?lang=en')).json;
    expect(letter.to).toBe('A near relative of the child');
    expect(JSON.stringify(before)).toContain('A child who is afraid');
    expect(JSON.stringify(letter)).not.toMatch(/afraid|died|death|dead/);
    expect(JSON.stringify((await read(task.id, '?lang=zh')).json.letter)).not.toMatch(/死亡|12355/);
    const proof = { evidence: digest(`slip ${task.id}`), delivery: 'in-person', day: today };
    expect((await close(task.id, { ...proof, letter: before.digest })).json.code).toBe('CONFLICT');
    await flag(ref);
    const { letter: alone } = (await read(task.id, '?lang=en')).json;
    expect(alone.to).toContain('in no conflict with the child');
    expect((await close(task.id, { ...proof, delivery: 'post', letter: alone.digest })).status).toBe(400);
    expect((await close(task.id, { ...proof, letter: alone.digest })).status).toBe(200);
  });

  it('no letter asks for a consent that ended before, and the task closes without one', async () => {
    const child = await rig.child({ mca: { guardian_identity: [GUARDIAN] } });
    const { id } = (await rig.consent(child, { evidence: digest('a paper of before') })).json.consent;
    await rig.put('mca-county', child.match, {
      guardian_identity: [{ ...GUARDIAN, document: 'passport', number: 'E00000088' }],
    });
    await runJob(gateway, 'retention');
    const task = (await tasksOf('mca-county', 'ask-again')).find((one: { details: object }) =>
      JSON.stringify(one.details).includes(id),
    );
    expect((await read(task.id, '?lang=zh')).status).toBe(200);
    await die(child.match);
    expect((await read(task.id, '?lang=zh')).json.code).toBe('CONFLICT');
    expect((await close(task.id, {})).status).toBe(200);
  });
});

it('an answer that a recipient of data passes on goes out alike, whether or not the child is endangered', async () => {
  const codes = [];
  for (const endangered of [false, true]) {
    const { match, ref } = await makeChild(gateway);
    await release(gateway, { ref }, ['name']);
    await gateway.sequencer.step();
    const report = {
      subject: { match },
      field: 'name',
      by: 'recipient',
      right: 'correction',
      fault: 'outdated',
    };
    const filed = await gateway.call('mca-county', casework, 'POST', '/v1/objections', report);
    const { id, entry } = filed.json.objection ?? expect.fail(filed.text);
    const words = { actions: ['casework'], officer: 'zhou', reason: 'It is right.' };
    const answer = { outcome: 'rejected', entry };
    await gateway.call('mps-county', words, 'POST', `/v1/objections/${id}/resolve`, answer);
    if (endangered) await flag(ref);
    const [task] = await tasksOf('mca-county', 'objection-answer', id);
    const { letter } = (await read(task.id, '?lang=en')).json;
    const said = { outcome: 'told', letter: letter.digest, delivery: 'post', day: today };
    const done = await gateway.call('mca-county', casework, 'POST', `/v1/tasks/${task.id}/complete`, said);
    codes.push(done.json.code ?? done.status);
  }
  expect(codes).toEqual([200, 200]);
});

describe('the answer to what was asked at a desk', () => {
  const MOTHER = { kind: 'passport', number: 'E00000017' };
  async function asked(right: string, outcome: string, field = 'case_info') {
    const { match, ref } = await makeChild(gateway);
    const mother = { name: '林海燕', document: MOTHER.kind, number: MOTHER.number };
    await put(gateway, 'mca-county', { match, fields: { guardian_identity: mother } });
    await put(gateway, 'mps-county', { match, fields: { case_info: { number: 'X-1' } } });
    await gateway.sequencer.step();
    const body = { subject: { match }, field, by: 'guardian', right, document: MOTHER };
    const filed = await gateway.call('desk-county', casework, 'POST', '/v1/objections', body);
    const { id, entry } = filed.json.objection ?? expect.fail(filed.text);
    await put(gateway, 'mps-county', { match, fields: { [field]: null } });
    await gateway.sequencer.step();
    const words = { actions: ['casework'], officer: 'zhou', reason: 'An order <of> the court.' };
    const answered = await gateway.call('mps-county', words, 'POST', `/v1/objections/${id}/resolve`, {
      outcome,
      entry,
    });
    expect(answered.json.objection?.state, answered.text).toBe(outcome);
    const [task] = await tasksOf('desk-county', 'objection-answer', id);
    return { task, ref };
  }

  it.each([
    ['deletion', 'rejected', 'refusal', 'PIPL50'],
    ['deletion', 'upheld', 'granted', 'A17.3'],
    ['sealing', 'upheld', 'sealed', 'CPL286'],
  ])('%s %s goes out as the letter %s', async (right, outcome, name, rule) => {
    const { task, ref } = await asked(right, outcome);
    expect(task.letters).toEqual([name]);
    const { letter } = (await read(task.id, '?lang=en', 'desk-county')).json;
    expect(letter.rule).toBe(rule);
    expect(JSON.stringify(letter.parts)).toContain(
      name === 'sealed' ? 'sealed the case' : 'An order <of> the court.',
    );
    // The same for an endangered child: a letter that looked otherwise would tell the guardian at the desk.
    await flag(ref);
    expect((await read(task.id, '?lang=en', 'desk-county')).json.letter).toEqual(letter);
    // Nor may the ways in which it goes out tell the desk. The log keeps what was handed over, also where no proof is asked for.
    const said = { outcome: 'told', letter: letter.digest, delivery: 'post', day: today };
    const done = await gateway.call('desk-county', casework, 'POST', `/v1/tasks/${task.id}/complete`, said);
    expect(done.status, done.text).toBe(200);
    const entry = await entryOf(done);
    expect(entry.words.finding).toBe(`post ${today} letter ${name} en ${letter.digest}`);
  });
});
