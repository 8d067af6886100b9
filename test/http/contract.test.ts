import type * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { check } from '../../functions/http/body.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { IntakeEnvelope, IntakeQuery, IntakeRecord } from '../../shared/contract/routes/intake.ts';
import { EntriesQuery } from '../../shared/contract/routes/log.ts';
import { SimulateRequest } from '../../shared/contract/routes/steward.ts';
import type { Problem } from '../../shared/errors.ts';
import { speak } from '../../shared/messages/texts.ts';

function refusal(schema: v.GenericSchema<unknown, unknown>, value: unknown): Problem {
  try {
    check(schema, value);
  } catch (error) {
    return error as Problem;
  }
  throw new Error('accepted');
}

describe('an intake record', () => {
  const record = { match: { local_id: 'WELFARE-8841' }, fields: { name: '张三', visit_notes: null } };

  it('is accepted in the form of the contract', () => {
    expect(check(IntakeRecord, { ...record, ifVersion: 3 })).toEqual({ ...record, ifVersion: 3 });
    expect(check(IntakeRecord, { ref: 'abc', fields: { name: 'x' } })).toMatchObject({ ref: 'abc' });
  });

  it.each<[string, object]>([
    ['without a name for its subject', { fields: { name: 'x' } }],
    ['with two names', { ...record, ref: 'abc' }],
    ['without fields', { match: record.match }],
    ['with no field', { ...record, fields: {} }],
    ['with a negative version', { ...record, ifVersion: -1 }],
    ['with a version that is no whole number', { ...record, ifVersion: 1.5 }],
    ['with another member', { ...record, owner: 'MPS' }],
    ['with a field name of 65 characters', { ...record, fields: { ['f'.repeat(65)]: 1 } }],
    ['with a field without a name', { ...record, fields: { '': 1 } }],
  ])('is refused %s', (_, value) => {
    expect(refusal(IntakeRecord, value).code).toBe('INVALID_REQUEST');
  });

  it('holds 32 KB a field, counted as UTF-8 bytes of its JSON', () => {
    const room = 32 * 1024 - 2;
    expect(() => check(IntakeRecord, { ...record, fields: { a: 'x'.repeat(room) } })).not.toThrow();
    expect(refusal(IntakeRecord, { ...record, fields: { a: 'x'.repeat(room + 1) } })).toMatchObject({
      code: 'TOO_LARGE',
      options: { detail: { en: 'a field holds at most 32768 bytes' } },
    });
    expect(refusal(IntakeRecord, { ...record, fields: { a: '字'.repeat(room / 3 + 1) } }).code).toBe(
      'TOO_LARGE',
    );
  });
});

it('an intake holds 1 to 500 records, whose content is not checked', () => {
  const envelope = (count: number) => ({ collection: 'children', records: Array(count).fill(null) });
  expect(check(IntakeEnvelope, envelope(500))).toMatchObject({ ifAbsent: 'create', dryRun: false });
  expect(refusal(IntakeEnvelope, envelope(501))).toMatchObject({
    code: 'TOO_LARGE',
    options: { detail: { en: 'at most 500 items' } },
  });
  expect(refusal(IntakeEnvelope, envelope(0)).code).toBe('INVALID_REQUEST');
});

it('an NDJSON intake has its settings in the query', () => {
  expect(check(IntakeQuery, {})).toEqual({ ifAbsent: 'create', dryRun: false });
  expect(check(IntakeQuery, { dryRun: 'true' })).toMatchObject({ dryRun: true });
  expect(refusal(IntakeQuery, { dryRun: 'yes' }).code).toBe('INVALID_REQUEST');
});

describe('a log query', () => {
  it('turns its limit into a number', () => {
    const query = { from: '2026-03-02T08:00:00Z', agency: 'edu-county', limit: '50' };
    expect(check(EntriesQuery, query)).toEqual({ ...query, limit: 50 });
  });
  it.each<[string, Record<string, string>]>([
    ['a limit of 0', { limit: '0' }],
    ['a limit of 1001', { limit: '1001' }],
    ['a limit in hex', { limit: '0x10' }],
    ['a time without a zone', { from: '2026-03-02T08:00:00' }],
    ['a time in another zone', { from: '2026-03-02T08:00:00+08:00' }],
    ['a day that is none', { from: '2026-13-02T08:00:00Z' }],
    ['a cursor with other characters', { cursor: 'a/b' }],
    ['an unknown filter', { name: 'x' }],
  ])('refuses %s', (_, query) => {
    expect(refusal(EntriesQuery, query).code).toBe('INVALID_REQUEST');
  });
});

it('a simulation is about either a consent or a purpose', () => {
  expect(() => check(SimulateRequest, { consent: {} })).not.toThrow();
  expect(() => check(SimulateRequest, { purpose: 'S1', facts: {}, fields: ['name'] })).not.toThrow();
  for (const value of [{}, { agency: 'a' }, { consent: {}, purpose: 'S1' }, { consent: [] }]) {
    expect(refusal(SimulateRequest, value).code).toBe('INVALID_REQUEST');
  }
});

describe('a list', () => {
  const bodies = ALL_ROUTES.flatMap(({ method, path, body }) =>
    body ? [[`${method} ${path}`, body] as const] : [],
  );

  it.each(bodies)('is not a body of %s', (_, schema) => {
    expect(refusal(schema, [])).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('is not an object within a body', async () => {
    await speak('zh');
    const [, release] = bodies.find(([name]) => name === 'POST /v1/releases') ?? [];
    const ask = { collection: 'children', subjects: [{ ref: 'abc' }] };
    if (!release) throw new Error('no such route');
    expect(() => check(release, { ...ask, context: {} })).not.toThrow();
    const { errors } = refusal(release, { ...ask, context: [] }).options;
    expect(errors).toEqual([{ path: '/context', message: { en: 'expected Object', zh: '应为对象' } }]);
  });
});
