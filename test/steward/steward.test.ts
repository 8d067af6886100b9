import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { stewardApp } from '../../functions/steward/app.ts';
import { tokenApp } from '../../functions/token/app.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { putAgency } from '../../shared/identity/agencies/agencies.ts';
import { consentTable, releaseTable } from '../policy/tables.ts';
import { agencyWith, CLIENT, fileParts, makeProof, tokenForm } from '../support/identity.ts';
import { ecKey } from '../support/jws.ts';
import { CONTRACTS } from '../support/people.ts';

const parts = await fileParts();
const app = stewardApp(parts.deps);
const { tables } = parts.deps;
const own = { departments: ['EDU'], roles: ['school'], purposes: ['S1'], institution: 'S-1' };
await putAgency(tables.agencies, agencyWith(parts.sig, own));
const nobody = { clientId: 'press-office', departments: [], roles: [], purposes: [], actions: [] };
await putAgency(tables.agencies, agencyWith(ecKey(), nobody));
const answer = await tokenApp(parts.deps).request('/oauth/token', {
  method: 'POST',
  headers: { dpop: makeProof(parts, { method: 'POST', path: '/oauth/token' }) },
  body: tokenForm(parts),
});
const token = ((await answer.json()) as { access_token: string }).access_token;

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function call(method: string, path: string, body?: unknown): Promise<{ status: number; json: any }> {
  const dpop = makeProof(parts, { method, path, token }, { iat: parts.clock.now / 1000 + 3 });
  const response = await app.request(path, {
    method,
    headers: { authorization: `DPoP ${token}`, dpop, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}
const simulate = (body: unknown) => call('POST', '/v1/policy/simulate', body);

it('GET /v1/whoami shows the agency its rights and limits', async () => {
  const { status, json } = await call('GET', '/v1/whoami');
  expect(status).toBe(200);
  expect(json).toMatchObject({
    clientId: CLIENT,
    departments: ['EDU'],
    areas: ['990001'],
    purposes: ['S1'],
    keys: [
      { kid: 'sig-1', use: 'sig' },
      { kid: 'enc-1', use: 'enc' },
    ],
    limits: {
      // For the token and for this request.
      requests: {
        seconds: 60,
        resetsAt: '2026-03-02T08:01:00.000Z',
        agency: { limit: 10_000, left: 9_998 },
      },
    },
    clockSkew: 3,
    time: '2026-03-02T08:00:00.000Z',
  });
  expect(JSON.stringify(json)).not.toContain('"x"');
});

it('exports the catalogue of all fields as JSON and CSV', async () => {
  const { json } = await call('GET', '/v1/catalogue/export');
  expect(json.fields).toContainEqual(
    expect.objectContaining({ name: 'name', sharing: 'conditional', source: 'MPS', level: 'L3' }),
  );
  expect(json.policy).toEqual({ version: pack.version, hash: pack.hash });
});

describe('GET /v1/catalogue', () => {
  it('lists the purposes open to the caller with the form of each field, and the fields that it may store', async () => {
    const { json } = await call('GET', '/v1/catalogue');
    expect(json.policy).toEqual({ version: pack.version, hash: pack.hash });
    expect(json.purposes).toHaveLength(1);
    const [purpose] = json.purposes;
    expect(purpose).toMatchObject({ code: 'S1', label: { en: expect.any(String), zh: expect.any(String) } });
    const name = purpose.fields.find((field: { name: string }) => field.name === 'name');
    expect(name).toMatchObject({
      form: 'plain',
      owners: expect.arrayContaining(['MPS']),
      label: { en: 'Name', zh: '姓名' },
    });
    expect(purpose.fields.map((field: { name: string }) => field.name)).not.toContain('illness');
    const own = [...pack.fields.values()].filter(({ owners }) => owners.includes('EDU'));
    expect(json.intake.map((field: { name: string }) => field.name).sort()).toEqual(
      own
        // An institution says of no person that it has them.
        .filter(({ virtual, name }) => !virtual && name !== 'school_name')
        .map(({ name }) => name)
        .sort(),
    );
  });
});

describe('GET /v1/policy', () => {
  it('is the policy in force, with the complete matrix', async () => {
    const { json } = await call('GET', '/v1/policy');
    expect(json).toMatchObject({ version: pack.version, hash: pack.hash, programmes: expect.any(Array) });
    expect(Object.keys(json.fields)).toEqual([...pack.fields.keys()]);
    expect(Object.keys(json.purposes)).toEqual([...pack.purposes.keys()]);
    expect(json.prohibited).toHaveProperty('PX1');
  });

  it('has the limits of a day, without the marks that are for the audit office', async () => {
    const { day } = (await call('GET', '/v1/policy')).json;
    expect(day.volume).toEqual(pack.volume);
    expect(day.comparisons).toEqual(pack.comparisons);
    const { rule, agency, officer, requests, checks } = pack.misses as NonNullable<typeof pack.misses>;
    expect(day.misses).toEqual({
      ...{ rule, agency: agency.stop, officer: officer.stop },
      ...{ requests: requests.stop, checks: checks.stop },
    });
  });

  it('equals the release table, cell by cell', async () => {
    const { json } = await call('GET', '/v1/policy');
    const forms: Record<string, string | undefined> = {
      P: 'plain',
      M: 'masked',
      G: 'generalised',
      B: 'predicate',
      T: 'token',
    };
    const { matrix } = releaseTable();
    const wrong: string[] = [];
    for (const [field, row] of Object.entries(matrix)) {
      for (const [purpose, cell] of Object.entries(row)) {
        const form = json.matrix[field]?.[purpose]?.form;
        if (form !== forms[cell.charAt(0)]) wrong.push(`${field} ${purpose}: ${cell} is ${form}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('POST /v1/policy/simulate', () => {
  const facts = {
    birth_date: '2013-05-06',
    guardianship_status: { status: 'normal' },
    able_to_express_will: true,
    division_code: '990001',
    school_name: 'S-1',
  };

  it('decides field by field, each with its rule', async () => {
    const { status, json } = await simulate({
      purpose: 'S1',
      agency: CLIENT,
      facts,
      fields: ['name', 'birth_date', 'illness', 'no_such_field', '__proto__'],
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ outcome: 'release', decision: expect.stringMatching(/^ALLOW/) });
    expect(json.fields.name).toMatchObject({ form: 'plain', rule: expect.stringMatching(/^A\d+/) });
    expect(json.fields.birth_date).toMatchObject({ form: 'generalised' });
    for (const field of ['illness', 'no_such_field', '__proto__']) {
      expect(Object.hasOwn(json.withheld, field)).toBe(true);
      expect(Object.entries(json.withheld).find(([name]) => name === field)?.[1]).toMatchObject({
        code: 'FIELD_NOT_IN_PURPOSE',
        rule: expect.any(String),
      });
    }
  });

  it('defaults to the caller as agency and its own area as place', async () => {
    const { json } = await simulate({
      purpose: 'S1',
      facts: { birth_date: '2013-05-06', school_name: 'S-1' },
    });
    expect(json).toMatchObject({ outcome: 'release', assumed: { division_code: '990001' } });
  });

  it('refuses a child of another school, and says by which rule', async () => {
    const { json } = await simulate({ purpose: 'S1', facts: { ...facts, school_name: 'S-2' } });
    expect(json).toMatchObject({ outcome: 'refused', reason: 'NO_STATUTORY_AUTHORITY', rule: 'A12.6' });
  });

  it('refuses a child of another county', async () => {
    const { json } = await simulate({ purpose: 'S1', facts: { ...facts, division_code: '990002' } });
    expect(json).toMatchObject({ outcome: 'refused', reason: 'OUT_OF_AREA', fields: {} });
  });

  it('refuses a prohibited purpose whatever the other inputs', async () => {
    const { json } = await simulate({ purpose: 'PX3', facts });
    expect(json).toMatchObject({
      outcome: 'refused',
      decision: 'DENY_ALERT',
      code: 'PROHIBITED_PURPOSE',
      rule: expect.stringMatching(/^A15/),
      fields: {},
    });
  });

  it('decides a purpose of another route as that route would', async () => {
    const { tables } = parts.deps;
    const rights = { departments: [], roles: ['charity'], purposes: ['C1'], contracts: CONTRACTS };
    const charity = { clientId: 'charity-sunrise', ...rights };
    await putAgency(tables.agencies, agencyWith(ecKey(), charity));
    const { json } = await simulate({ purpose: 'C1', agency: 'charity-sunrise', facts, fields: ['name'] });
    // Without a consent nothing is released, but the field has the purpose's own rule.
    expect(json).toMatchObject({ outcome: 'refused', reason: 'GUARDIAN_CONSENT_MISSING', fields: {} });
    expect(json.withheld.name).toMatchObject({ code: 'FIELD_NOT_IN_PURPOSE' });
  });

  it('refuses an unknown purpose, and one that is not for the agency', async () => {
    expect((await simulate({ purpose: '__proto__' })).json).toMatchObject({ code: 'PURPOSE_UNKNOWN' });
    const press = await simulate({ purpose: 'S1', agency: 'press-office', facts });
    expect(press.json).toMatchObject({ outcome: 'refused', code: 'PURPOSE_NOT_FOR_ROLE' });
  });

  it('knows no agency that is not registered', async () => {
    expect(await simulate({ purpose: 'S1', agency: 'nobody' })).toMatchObject({
      status: 404,
      json: { code: 'NOT_FOUND' },
    });
  });

  it('decides every case of the consent table', async () => {
    const { cases } = consentTable();
    expect(cases.length).toBeGreaterThan(20);
    const wrong: unknown[] = [];
    for (const { title, input, decision, reason } of cases) {
      const { json } = await simulate({ consent: input });
      if (json.decision !== decision || json.reason !== reason) wrong.push([title, decision, reason, json]);
    }
    expect(wrong).toEqual([]);
  });

  const GIVEN = { purposeKind: 'consent', ageYears: 10, guardianConsent: 'given' };

  it.each([
    ['a kind', { purposeKind: 'curiosity' }, 'PURPOSE_UNKNOWN'],
    ['an age', { ageYears: null }, 'AGE_UNKNOWN'],
    ['an ability', { ableToExpressWill: null }, 'CONSENT_STATE_UNKNOWN'],
    ['an ability in a word', { ableToExpressWill: 'unknown' }, 'CONSENT_STATE_UNKNOWN'],
    ['a consent', { guardianConsent: 'perhaps' }, 'GUARDIAN_CONSENT_MISSING'],
    ['a guardianship', { guardianship: 'unheard-of' }, 'CONSENT_STATE_UNKNOWN'],
  ])('refuses by the table what says %s that the table does not know', async (_, input, reason) => {
    const { status, json } = await simulate({ consent: { ...GIVEN, ...input } });
    expect([status, json.decision, json.reason]).toEqual([200, 'DENY', reason]);
  });

  it.each([
    ['a name that is no input', { shortcut: true }, '/consent', 'unknown name; known are purposeKind, '],
    ['an age in a word', { ageYears: 'ten' }, '/consent/ageYears', 'expected a number'],
    ['an age of several', { ageYears: [10] }, '/consent/ageYears', 'expected a number'],
    ['a word for a yes', { isBirthday: 'no' }, '/consent/isBirthday', 'expected a boolean'],
    ['a yes for a word', { childConsent: true }, '/consent/childConsent', 'expected a word'],
    [
      'a number for either',
      { guardianInformed: 1 },
      '/consent/guardianInformed',
      'expected a boolean or a word',
    ],
  ])('says what is wrong with %s', async (_, input, path, message) => {
    const { status, json } = await simulate({ consent: { ...GIVEN, ...input } });
    expect([status, json.code]).toEqual([400, 'INVALID_REQUEST']);
    expect(json.errors).toEqual([{ path, message: expect.stringContaining(message) }]);
    expect(JSON.stringify(json)).not.toContain('shortcut');
  });

  it('names an unknown or malformed fact', async () => {
    for (const [wrong, path] of [
      [{ birthday: '2013-05-06' }, '/facts'],
      [{ birth_date: '2013-02-30' }, '/facts/birth_date'],
      [{ guardianship_status: 'fine' }, '/facts/guardianship_status'],
    ] as const) {
      const { status, json } = await simulate({ purpose: 'S1', facts: { ...facts, ...wrong } });
      expect([status, json.errors?.map((error: { path: string }) => error.path)]).toEqual([400, [path]]);
    }
  });
});

describe('every answer', () => {
  const schemaOf = (path: string) =>
    ALL_ROUTES.find((route) => route.path === path)?.response as v.GenericSchema;

  it.each(['/v1/whoami', '/v1/catalogue', '/v1/policy', '/openapi.json', '/healthz', '/readyz'])(
    'of %s is as the contract says',
    async (path) => {
      const { json } = await call('GET', path);
      expect(v.safeParse(schemaOf(path), json).issues).toBeUndefined();
    },
  );

  it.each([
    { consent: { purposeKind: 'consent', ageYears: 10 } },
    { purpose: 'S1', facts: { birth_date: '2013-05-06' } },
    { purpose: 'PX1' },
  ])('of a simulation is as the contract says', async (body) => {
    const { json } = await simulate(body);
    expect(v.safeParse(schemaOf('/v1/policy/simulate'), json).issues).toBeUndefined();
  });
});
