import { expect, test } from 'vitest';
import { codeOf, repeated } from '../../infra/local/sample/repeated.ts';
import { FieldgateError } from '../../shared/client/wire/errors.ts';

/** Refuses so many times, then succeeds. */
function refusing(times: number, error: Error) {
  const told: string[] = [];
  let begun = 0;
  const part = async () => {
    if (++begun <= times) throw error;
    return begun;
  };
  return { told, done: () => repeated(part, (code) => told.push(code), 0), begun: () => begun };
}

test.each([
  ['STORE_UNAVAILABLE', 503],
  ['INTERNAL', 500],
  ['RATE_LIMITED', 429],
  ['UNREACHABLE', null],
  ['ANSWER_LOST', null],
  ['DPOP_INVALID', 401],
  ['CONFLICT', 409],
] as const)('a part that is refused by %s is begun again, and each code is told', async (code, status) => {
  const { told, done } = refusing(3, new FieldgateError(code, 'refused', { status }));
  expect(await done()).toBe(4);
  expect(told).toEqual([code, code, code]);
});

test('a refusal that stays is thrown after the fourth time', async () => {
  const error = new FieldgateError('LOG_UNAVAILABLE', 'refused', { status: 503 });
  const { told, done, begun } = refusing(9, error);
  await expect(done()).rejects.toBe(error);
  expect([begun(), told.length]).toEqual([4, 3]);
});

test.each([
  new FieldgateError('FIELD_REFUSED', 'refused', { status: 200 }),
  new FieldgateError('NO_CASE', 'refused', { status: 403 }),
  new FieldgateError('VERSION_CONFLICT', 'refused', { status: 409 }),
  new TypeError('a fault of the program'),
])('a refusal that would come again is thrown at once: %s', async (error) => {
  const { told, done, begun } = refusing(9, error);
  await expect(done()).rejects.toBe(error);
  expect([begun(), told]).toEqual([1, []]);
});

test('the code of an error is told and never its message', () => {
  expect(codeOf(new FieldgateError('REFUSED', 'a value'))).toBe('REFUSED');
  expect(codeOf(new Error('a value'))).toBe('unexpected');
});
