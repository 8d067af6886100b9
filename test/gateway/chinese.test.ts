/**
 * Refusals of every route, asked for in Chinese: without a token, without the right, with a body of another kind, with
 * bodies and queries that do not fit. None has an English word in what people read, and no code depends on it.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { actDef } from '../../shared/acts.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { type Answer, fileGateway, type TestGateway, type Token } from '../support/gateway.ts';
import { englishIn } from '../texts/english.ts';

const WHY = { officer: 'li.na', reason: 'visit', case: 'C-1' };
const TOKENS = [
  ['intake', 'mca-county'],
  ['release', 'edu-county', 'S1'],
  ['verify', 'charity-sunrise', 'C1'],
  ['casework', 'mca-county'],
  ['audit', 'audit-office'],
  ['steward', 'steward-office'],
] as const;
const BODIES: readonly (readonly [body: string | undefined, type: string])[] = [
  [undefined, 'text/plain'],
  ['{', 'application/json'],
  ['{"a":1,"a":2}', 'application/json'],
  ['[]', 'application/json'],
  ['{}', 'application/json'],
  [
    '{"collection":"none","subjects":[{"match":{"none":"x"}}],"purpose":"none","other":1}',
    'application/json',
  ],
];

let gateway: TestGateway;
const tokens: Token[] = [];
beforeAll(async () => {
  gateway = await fileGateway();
  for (const [action, clientId, purpose] of TOKENS)
    tokens.push(await gateway.token(clientId, { actions: [action], ...WHY, ...(purpose && { purpose }) }));
});

interface Said {
  title?: string;
  detail?: string;
  reason?: string;
  message?: string;
  errors?: { message: string }[];
}

/** What a person reads of a refusal. */
function readOf({ title, detail, reason, message, errors = [] }: Said): string[] {
  const faults = errors.map((one) => one.message);
  return [title, detail, reason, message, ...faults].filter((text) => text !== undefined) as string[];
}

const routes = ALL_ROUTES.filter(({ act }) => !actDef(act).open).map((route) => ({
  ...route,
  target: route.path.replaceAll(/:\w+/g, 'none').replace('*', 'none'),
}));

async function refusals(): Promise<{ where: string; answer: Answer }[]> {
  const found: { where: string; answer: Answer }[] = [];
  for (const { method, target, body: takes } of routes) {
    for (const token of tokens) {
      for (const [body, type] of takes ? BODIES : [[undefined, ''] as const]) {
        for (const path of takes ? [target] : [target, `${target}?cursor=%00&none=1`]) {
          const headers = { 'accept-language': 'zh-CN', ...(type !== '' && { 'content-type': type }) };
          const answer = await gateway.send(token, method, path, body, headers);
          if (answer.status >= 400) found.push({ where: `${method} ${path} ${body ?? ''}`, answer });
        }
      }
    }
  }
  return found;
}

describe('a caller who reads Chinese', () => {
  it('gets every refusal of every route in Chinese', { timeout: 600_000 }, async () => {
    const found = await refusals();
    expect(new Set(found.map(({ where }) => where.split('?')[0])).size).toBeGreaterThan(routes.length);
    const faults = found.flatMap(({ where, answer }) =>
      readOf(answer.json).flatMap((text) =>
        /\p{Script=Han}/u.test(text) && englishIn(text).length === 0 ? [] : [`${where}: ${text}`],
      ),
    );
    expect([...new Set(faults)]).toEqual([]);
    for (const { answer } of found) {
      expect(answer.headers.get('content-language')).toBe('zh');
      expect(answer.json.code).toMatch(/^[A-Z_]+$/);
    }
  });

  it('gets the errors of the token endpoint with a Chinese message and an English description', async () => {
    const answer = await fetch(`${gateway.url}/oauth/token`, {
      method: 'POST',
      headers: { 'accept-language': 'zh' },
      body: new URLSearchParams({ grant_type: 'none' }),
    });
    const body = (await answer.json()) as Record<string, string>;
    expect(body['error']).toBe('unsupported_grant_type');
    expect(body['error_description']).toMatch(/^[\x20-\x7e]+$/);
    expect(body['message']).toMatch(/\p{Script=Han}/u);
    expect(answer.headers.get('content-language')).toBe('zh');
    const explained = await fetch(body['error_uri'] ?? '', { headers: { 'accept-language': 'zh' } });
    expect(await explained.text()).toContain('unsupported_grant_type');
  });
});
