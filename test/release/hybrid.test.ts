/** Answers to an agency that has registered a hybrid key, and classes that leave to no other key. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sealable } from '../../functions/release/screen.ts';
import { pack } from '../../functions/session/policy.ts';
import type { Session } from '../../functions/session/session.ts';
import { hybridKey, newHybridSeed, openHybrid, publicJwk } from '../../shared/client/wire/hybrid.ts';
import {
  type Agency,
  freshAgency,
  putAgency,
  type Registered,
  readAgency,
  replaceAgency,
} from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { inquiryPage } from '../../shared/pages/inquiry.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { fileGateway, testGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';

let ahead = 0;
const gateway = await fileGateway({ now: () => Date.now() + ahead });
const key = await hybridKey({ ...newHybridSeed() });
const jwk = { ...publicJwk(key), kid: 'hybrid-1', use: 'enc' as const };
const whole = (await freshAgency(gateway.tables.agencies, asClientId('edu-county'), Date.now())) as Agency;
const store = (keys: Agency['jwks']['keys']) => {
  // Instances know an agency for some seconds.
  ahead += 6000;
  return putAgency(gateway.tables.agencies, { ...whole, jwks: { keys } });
};
const match = { id_number: freshNumber(BORN) };

beforeAll(async () => {
  await gateway.put('mps-county', {
    match,
    fields: { name: '欧阳娜娜', ...match, birth_date: BORN, division_code: '990001001' },
  });
  await store([...whole.jwks.keys, jwk]);
});
afterAll(() => store(whole.jwks.keys));

async function release(accept: string, subject: object = { match }) {
  const grant = { actions: ['release'], purpose: 'S1', case: 'EDU-2026-00417', officer: 'zhang.wei' };
  const token = await gateway.token('edu-county', { ...grant, reason: 'winter subsidy' });
  const body = { collection: 'children', subjects: [subject], fields: ['name'] };
  return gateway.send(token, 'POST', '/v1/releases', body, { accept });
}

it.each(['application/fieldgate-sealed', 'application/jose, application/fieldgate-sealed'])(
  'is sealed to the hybrid key, and no header leads back to the other: %s',
  async (accept) => {
    const answer = await release(accept);
    expect(answer.headers.get('content-type')).toBe('application/fieldgate-sealed');
    const [, payload = ''] = (await openHybrid(key, answer.text)).split('.');
    const { results } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(results[0].fields.name.value).toBe('欧阳娜娜');
  },
);

it('a caller who says that it opens the other form alone is refused, and nothing is released', async () => {
  const opened = () => gateway.trail.filter(({ eventName }) => eventName === 'Decrypt').length;
  const before = opened();
  for (const subject of [{ match }, { ref: 'A'.repeat(23) }]) {
    const { status, json } = await release('application/jose', subject);
    expect([status, json.code, json.detail]).toEqual([
      403,
      'NO_ENCRYPTION_KEY',
      expect.stringContaining('application/fieldgate-sealed'),
    ]);
  }
  expect(opened()).toBe(before);
});

it('a caller who takes nothing else is refused before a look-up if no hybrid key is registered', async () => {
  await store(whole.jwks.keys);
  try {
    for (const subject of [{ match }, { ref: 'A'.repeat(23) }]) {
      const { status, json } = await release('application/fieldgate-sealed', subject);
      expect([status, json.code]).toEqual([403, 'NO_ENCRYPTION_KEY']);
    }
    const { headers } = await release('application/fieldgate-sealed, application/jose');
    expect(headers.get('content-type')).toBe('application/jose');
  } finally {
    await store([...whole.jwks.keys, jwk]);
  }
});

const classes = new Map([...pack.classes].map(([name, one]) => [name, { ...one, hybrid: false }]));
const ofName = pack.fields.get('name')?.class ?? '';
classes.set(ofName, { ...classes.get(ofName), hybrid: true } as never);
const demanding = { ...pack, classes } as typeof pack;
const cell = (form: string) => ({ form, rule: 'A8.1', sources: [] });
const screened = {
  ...{ ok: true, facts: [], withheld: new Map(), needsApproval: new Set(['name']) },
  cells: new Map([
    ['name', cell('plain')],
    ['school_name', cell('plain')],
  ]),
} as unknown as Screening;
const p256 = whole.jwks.keys;
const rest = { screened, ask: { purpose: 'S1', collection: 'children', subjects: 1 }, sealTo: undefined };
const session = (keys: Agency['jwks']['keys'], page: Session['page'] = null) =>
  ({ agency: { ...whole, jwks: { keys } }, page }) as Session;

it('withholds a class that demands a hybrid key from every caller without one', () => {
  for (const keys of [p256, p256.filter(({ use }) => use === 'sig')]) {
    const left = sealable(demanding, session(keys), rest) as Screening;
    expect([...left.cells.keys()]).toEqual(['school_name']);
    expect(left.needsApproval.size).toBe(0);
    expect(left.withheld.get('name')).toMatchObject({ code: 'NO_HYBRID_KEY', rule: 'A8.1' });
  }
  const given = sealable(demanding, session([...p256, jwk]), rest) as Screening;
  expect([...given.cells.keys()]).toEqual(['name', 'school_name']);
});

it('a page and an inquirer need a hybrid key of their own, whatever the agency has', () => {
  const page = { enc: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } } as const;
  const left = sealable(demanding, session([jwk], page), rest) as Screening;
  expect(left.withheld.has('name')).toBe(true);
  const inquirer = sealable(demanding, session([jwk]), { ...rest, sealTo: page.enc }) as Screening;
  expect(inquirer.withheld.has('name')).toBe(true);
  const own = { ...rest, sealTo: publicJwk(key) };
  expect((sealable(demanding, session(p256), own) as Screening).withheld.size).toBe(0);
});

it('spends no approval on less than it gives', () => {
  const ask = { ...rest.ask, request: 'r' };
  expect(sealable(demanding, session(p256), { ...rest, ask })).toMatchObject({ code: 'NO_ENCRYPTION_KEY' });
});

it('gives no value of such a class to a key on P-256, of a person on record or of none', async () => {
  const all = pack.classes as Map<string, unknown>;
  const whole = all.get(ofName);
  all.set(ofName, classes.get(ofName));
  const told = async (subject?: object) => (await release('application/json', subject)).json.results[0];
  try {
    await store(p256);
    expect(await told()).toMatchObject({ fields: {}, withheld: { name: { code: 'NO_HYBRID_KEY' } } });
    expect(await told({ ref: 'A'.repeat(23) })).not.toHaveProperty('withheld');
    await store([...p256, jwk]);
    expect((await release('application/json')).headers.get('content-type')).toBe(
      'application/fieldgate-sealed',
    );
  } finally {
    all.set(ofName, whole);
  }
});

it('an agency that publishes its keys itself gets nothing under another kind of key once it had a hybrid one', async () => {
  let [later, keys] = [0, whole.jwks.keys];
  const now = () => Date.now() + later;
  const own = await testGateway({ now, outside: { fetchJwks: async () => JSON.stringify({ keys }) } });
  const office = asClientId('edu-county');
  const stored = async () => (await freshAgency(own.tables.agencies, office, now())) as Agency;
  const { jwks, ...rest } = await stored();
  const jwksUri = 'https://office.example/jwks.json';
  await putAgency(own.tables.agencies, { ...rest, jwks: { keys: [] }, jwksUri });
  const accept = 'application/jose, application/fieldgate-sealed';
  const asked = async (published: Agency['jwks']['keys']) => {
    keys = published;
    // Instances use fetched keys for five minutes.
    later += 301_000;
    const grant = { actions: ['release'], purpose: 'S1', case: 'EDU-2026-00417', officer: 'zhang.wei' };
    const token = await own.token(office, { ...grant, reason: 'winter subsidy' });
    const body = { collection: 'children', subjects: [{ ref: 'A'.repeat(23) }], fields: ['name'] };
    const { json, headers } = await own.send(token, 'POST', '/v1/releases', body, { accept });
    return json?.code ?? headers.get('content-type');
  };
  const classic = jwks.keys;
  expect(await asked(classic)).toBe('application/jose');
  expect((await stored()).hybrid).toBeUndefined();
  expect(await asked([...classic, jwk])).toBe('application/fieldgate-sealed');
  expect((await stored()).hybrid).toBe(true);
  expect(await asked(classic)).toBe('NO_ENCRYPTION_KEY');
  // Another hybrid key is a rotation; rights change without the mark; another address is the word of two stewards.
  const next = {
    ...publicJwk(await hybridKey({ ...newHybridSeed() })),
    kid: 'hybrid-2',
    use: 'enc' as const,
  };
  expect(await asked([...classic, next])).toBe('application/fieldgate-sealed');
  const { agency, revision } = (await readAgency(
    own.tables.agencies,
    asClientId('edu-county'),
  )) as Registered;
  const receipt = { entry: '', leafHash: '', writer: '', seq: 0, signature: '' } as never;
  const changed = { ...agency, trainedUntil: '2099-01-01' };
  expect(await replaceAgency(own.tables.agencies, changed, { revision, receipt })).toBe(true);
  expect(await asked(classic)).toBe('NO_ENCRYPTION_KEY');
  await own.close();
});

it('an inquiry on paper names what it leaves out, and says then of nothing that it is not held', () => {
  const none = { held: {}, uses: [], checks: [], writes: [] };
  const answer = { inquiry: 'i', at: '2026-11-26T08:00:00Z', ...none, labels: {}, watermark: '' };
  const page = (more: object) =>
    inquiryPage({ ...answer, ...more }, { lang: 'en', zone: { utcOffsetMinutes: 0 } });
  expect(page({})).toContain('Nothing is held.');
  const left = page({ unavailable: ['name'], labels: { name: { label: { en: 'Name' } } } });
  expect(left).toContain('ask again: Name<');
  expect(left).not.toContain('Nothing is held.');
});
