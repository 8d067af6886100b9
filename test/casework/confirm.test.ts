/** A consent that its recipient files counts once another office has seen the giver; all over HTTP. */
import { beforeAll, describe, expect, it as plain } from 'vitest';
import { GUARDIAN } from '../support/guardians.ts';
import { noticeFor } from '../support/notices.ts';
import { freshNumber, turning } from '../support/people.ts';
import { type Instance, newInstance } from './instance.ts';
import { DESK, digest, fileRig, SECOND } from './rig.ts';

const rig = await fileRig();

const MOTHER = { kind: 'passport', number: 'E0000 0017' };
const TAKER = { officer: 'zhao.min', reason: 'aid for the child', case: 'CDPF-2026-3' };

/** As the federation files it to itself. @returns its id */
async function filed(child: object, change: object = {}): Promise<string> {
  const { json, text } = await selfFiled(child, change);
  expect(json.consent?.act, text).toBe('waiting');
  return json.consent.id;
}
const selfFiled = (child: object, change: object = {}) =>
  rig.consent(child, { document: MOTHER, evidence: digest(`paper ${papers++}`), ...change }, 'cdpf-county');
let papers = 0;
const post = (agency: string, id: string, act: string, body: object = {}, words = DESK) =>
  rig.casework(agency, 'POST', `/v1/consents/${id}/${act}`, body, words);
const confirm = (agency: string, id: string, body: object = { document: MOTHER }, words = DESK) =>
  post(agency, id, 'confirm', body, words);

async function released(child: object): Promise<boolean> {
  const { json } = await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
  return 'fields' in json.results[0];
}

const it = plain.extend('child', () => rig.child());

describe('a consent that its recipient files', () => {
  it('opens nothing until a desk of another line has seen the giver', async ({ child }) => {
    const id = await filed(child);
    expect(await released(child)).toBe(false);
    for (const agency of ['cdpf-county', 'edu-county', 'mca-neighbour'])
      expect((await confirm(agency, id)).json.code, agency).toBe('NOT_FOUND');
    expect((await confirm('mca-county', id, {})).json.code).toBe('INVALID_REQUEST');
    const other = { document: { ...MOTHER, number: 'E00000018' } };
    expect((await confirm('mca-county', id, other)).json.code).toBe('REFUSED');
    expect(await released(child)).toBe(false);
    const { json } = await confirm('mca-county', id, { document: { ...MOTHER, number: 'e00000017' } });
    expect(json.consent).toMatchObject({ act: 'given', confirmed: { by: 'mca-county', with: 'desk' } });
    expect(json.consent).not.toHaveProperty('document');
    expect(await released(child)).toBe(true);
    expect((await confirm('mca-county', id)).json.receipt).toBeUndefined();
    const [entry] = await rig.entries('&kind=consent');
    expect(entry).toMatchObject({ outcome: 'given', code: 'CONFIRMED_BY_DESK', consents: [id] });
  });

  it('is a task for civil affairs, which the confirmation closes', async ({ child }) => {
    const id = await filed(child);
    const tasks = async (state: string) => {
      const { json } = await rig.casework('mca-county', 'GET', `/v1/tasks?limit=200&state=${state}`);
      return json.tasks.filter((one: { details: { consent?: string } }) => one.details.consent === id);
    };
    expect(await tasks('open')).toMatchObject([{ kind: 'confirm', byHand: false }]);
    await confirm('desk-county', id);
    expect(await tasks('open')).toEqual([]);
    expect(await tasks('done')).toMatchObject([{ done: { outcome: 'given', agency: 'desk-county' } }]);
  });

  it('needs the document that the giver showed, and an officer who has logged in to confirm it', async () => {
    const child = await rig.child();
    expect((await selfFiled(child, { document: undefined })).json.code).toBe('INVALID_REQUEST');
    const made = { kind: 'made-up', number: '1' };
    expect((await selfFiled(child, { document: made })).json.code).toBe('INVALID_REQUEST');
    const claimed = { ...DESK, claimed: true };
    const { json } = await confirm('mca-county', await filed(child), undefined, claimed);
    expect(json.code).toBe('PERSON_REQUIRED');
  });

  it('is of the child only under the number of the child, and of no other giver under it', async () => {
    const child = await rig.child({ birth: turning(16) });
    const own = { kind: 'resident-card', number: child.match.id_number };
    const other = (await rig.child()).match.id_number;
    const slip = { method: 'letter', evidence: digest(`slip ${papers++}`), noticeVersion: noticeFor('D1') };
    const informed = { giver: 'guardian', ...slip };
    const says = { giver: 'child', relation: 'self', informed };
    expect((await selfFiled(child, { document: own })).json.code).toBe('REFUSED');
    const foreign = { ...says, document: { ...own, number: other } };
    expect((await selfFiled(child, foreign)).json.code).toBe('REFUSED');
    const id = await filed(child, { ...says, document: own });
    expect(await released(child)).toBe(false);
    // The proof that the guardian was informed is pending and is confirmed with it.
    expect((await confirm('mca-county', id, { document: own })).status).toBe(200);
    expect(await released(child)).toBe(true);
  });

  it('may be withdrawn while it waits, and then can no longer be confirmed', async ({ child }) => {
    const id = await filed(child);
    expect((await post('desk-county', id, 'withdraw')).json.consent.act).toBe('withdrawn');
    expect((await confirm('mca-county', id)).json.code).toBe('CONFLICT');
    expect(await released(child)).toBe(false);
  });
});

describe('a one-time code', () => {
  it('that a desk of another line handed over confirms at the filing office, once', async ({ child }) => {
    const [id, second] = [await filed(child), await filed(child)];
    expect((await post('mca-county', id, 'codes')).json.code).toBe('INVALID_REQUEST');
    expect((await post('cdpf-county', id, 'codes', { document: MOTHER })).json.code).toBe('ROLE_REQUIRED');
    const { json } = await post('mca-county', id, 'codes', { document: MOTHER });
    const { code } = json;
    expect(code).toMatch(/^(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}$/);
    expect((await confirm('cdpf-county', second, { code }, TAKER)).json.code).toBe('NOT_FOUND');
    expect((await confirm('edu-county', id, { code })).json.code).toBe('NOT_FOUND');
    expect(
      (await confirm('cdpf-county', id, { code: code.toLowerCase() }, TAKER)).json.consent,
    ).toMatchObject({
      ...{ act: 'given', confirmed: { by: 'cdpf-county', with: 'code' } },
    });
    expect(await released(child)).toBe(true);
    // Used up: another officer gets nowhere with it.
    expect((await post('edu-county', id, 'withdraw', { code }, SECOND)).json.code).toBe('NOT_FOUND');
  });

  it('withdraws at any office', async ({ child }) => {
    const id = (await rig.consent(child)).json.consent.id;
    expect((await post('edu-county', id, 'withdraw')).json.code).toBe('NOT_FOUND');
    const { code } = (await post('desk-county', id, 'codes', card(GUARDIAN.id_number))).json;
    expect((await post('edu-county', id, 'withdraw', { code })).json.consent.act).toBe('withdrawn');
    expect(await released(child)).toBe(false);
  });
});

const card = (number: string) => ({ document: { kind: 'resident-card', number } });

describe('the number of a guardian on record', () => {
  const guardian = () => freshNumber('1984-03-02');
  const named = (id_number: string) => ({ guardian_identity: { name: '欧阳海', id_number } });
  const finding = async (agency: string) => {
    const entries = await rig.entries(`&agency=${agency}&kind=consent`);
    return entries[0].words.finding;
  };
  const missesLeft = async () => {
    const officer = { actions: ['casework'], officer: DESK.officer };
    return (await rig.call('mca-county', officer, 'GET', '/v1/whoami')).json.limits.misses.officer.left;
  };

  it('is compared when a desk confirms or makes a code, and never for the office that files', async () => {
    const [own, other] = [guardian(), guardian()];
    const child = await rig.child({ mca: named(own) });
    const wrong = await selfFiled(child, card(other));
    const right = await selfFiled(child, card(own));
    const shape = ({ status, json }: typeof wrong) => [status, Object.keys(json), Object.keys(json.consent)];
    expect(shape(wrong)).toEqual(shape(right));
    expect(wrong.json.consent.act).toBe('waiting');
    const left = await missesLeft();
    for (const act of ['confirm', 'codes'])
      expect((await post('mca-county', wrong.json.consent.id, act, card(other))).json.code).toBe('REFUSED');
    expect(left - (await missesLeft())).toBe(2);
    expect(await released(child)).toBe(false);
    expect((await confirm('mca-county', right.json.consent.id, card(own))).json.consent.act).toBe('given');
    expect(left - (await missesLeft())).toBe(2);
    expect(await finding('mca-county')).toBe('GIVER_ON_RECORD');
    expect(await released(child)).toBe(true);
  });

  it('admits no other document of a guardian, and is the one that the record holds now', async () => {
    const [before, now] = [guardian(), guardian()];
    const child = await rig.child({ mca: named(before) });
    // A passport that no guardian of the record has.
    expect((await confirm('mca-county', await filed(child))).json.code).toBe('REFUSED');
    const [old, fresh] = [await filed(child, card(before)), await filed(child, card(now))];
    await rig.put('mca-county', child.match, named(now));
    expect((await confirm('mca-county', old, card(before))).json.code).toBe('REFUSED');
    expect((await confirm('desk-county', fresh, card(now))).json.consent.act).toBe('given');
  });

  it('decides about a consent that a desk took itself, if the desk names the document', async () => {
    const [own, other] = [guardian(), guardian()];
    const child = await rig.child({ mca: named(own) });
    expect((await rig.consent(child, card(other))).json.code).toBe('REFUSED');
    expect(await released(child)).toBe(false);
    expect((await rig.consent(child, card(own))).json.consent.act).toBe('given');
  });

  it('is missed by the same answer and budget if the record lists no guardian', async () => {
    const child = await rig.child({ mca: { guardian_identity: null } });
    const left = await missesLeft();
    const nobody = await confirm('mca-county', await filed(child));
    const other = await confirm('mca-county', await filed(await rig.child({ mca: named(guardian()) })));
    expect([nobody.json.code, Object.keys(nobody.json)]).toEqual(['REFUSED', Object.keys(other.json)]);
    expect(left - (await missesLeft())).toBe(2);
  });
});

describe('rules for every consent', () => {
  it('a paper serves one consent', async () => {
    const [one, other] = [await rig.child(), await rig.child()];
    const evidence = digest('one form for two children');
    expect((await rig.consent(one, { evidence })).status).toBe(200);
    expect((await rig.consent(other, { evidence })).json.code).toBe('CONFLICT');
    expect((await rig.consent(one, { evidence })).json.receipt).toBeUndefined();
  });

  it('statements dated before the birth of the child do not count', async () => {
    const birth = turning(11);
    const child = await rig.child({ birth });
    const from = new Date(rig.now() - 60_000).toISOString();
    expect((await rig.consent(child, { at: `${birth.slice(0, 8)}05T00:00:00Z`, from })).status).toBe(200);
    expect(await released(child)).toBe(false);
    expect((await rig.consent(child, { at: `${birth.slice(0, 8)}07T00:00:00Z`, from })).status).toBe(200);
    expect(await released(child)).toBe(true);
  });

  it('each reading of the consents is an entry', async ({ child }) => {
    const { id } = (await rig.consent(child)).json.consent;
    await rig.casework('mca-county', 'GET', `/v1/consents?ref=${await rig.refOf('mca-county', child)}`);
    const readings = await rig.entries('&kind=reading');
    const entry = readings.find(({ consents }) => consents?.includes(id));
    expect(entry).toMatchObject({
      handler: { agency: 'mca-county' },
      consents: [id],
      words: { officer: 'chen.jing' },
    });
  });
});

describe('confirm meets withdraw', () => {
  let desk: Instance;
  let other: Instance;
  beforeAll(async () => {
    [desk, other] = [await newInstance(rig, 'mca-county'), await newInstance(rig, 'desk-county')];
  });
  const by = {
    confirm: (office: Instance, id: string) =>
      office.post(`/v1/consents/${id}/confirm`, { document: MOTHER }),
    withdraw: (office: Instance, id: string) => office.post(`/v1/consents/${id}/withdraw`, {}, SECOND),
  };
  /** Every write of one act, with the whole of the other act before it. */
  it.each([
    ['confirm', 'withdraw'],
    ['withdraw', 'confirm'],
  ] as const)(
    'whatever write of %s the whole of %s precedes, the consent ends withdrawn',
    async (slow, fast) => {
      const count = await writesOf(slow);
      for (let write = 0; write < count; write++) {
        const child = await rig.child();
        const id = await filed(child);
        desk.at(write, 'before', () => by[fast](other, id));
        const { status, json } = await by[slow](desk, id);
        expect([200, 409], `${write}: ${JSON.stringify(json)}`).toContain(status);
        const list = await rig.casework(
          'mca-county',
          'GET',
          `/v1/consents?ref=${await rig.refOf('mca-county', child)}`,
        );
        const [stored] = list.json.consents;
        expect(stored.act, `write ${write} of ${slow}`).toBe('withdrawn');
        expect(await released(child)).toBe(false);
      }
    },
  );

  async function writesOf(act: keyof typeof by): Promise<number> {
    // The first one also makes the writes of a new instance.
    for (const _ of [1, 2]) {
      const id = await filed(await rig.child());
      desk.forget();
      await by[act](desk, id);
    }
    return desk.writes.length;
  }
});
