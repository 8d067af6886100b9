import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GROUPS, groupOf } from '../../functions/steward/docs/reference.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { PROBLEM_CODES, retryOf } from '../../shared/errors.ts';
import { LANGUAGE_TAGS } from '../../shared/languages.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { englishIn } from '../texts/english.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await testGateway();
});
afterAll(() => gateway.close());

async function page(path: string, language = 'en') {
  const answer = await fetch(gateway.url + path, {
    headers: { 'accept-language': language },
    redirect: 'manual',
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** What a person reads of a page: no code, no style, and not the link to the page in another language. */
const proseOf = (html: string) =>
  html
    .replaceAll(/<(style|script|code|pre)\b[\s\S]*?<\/\1>|<a [^>]*hreflang[\s\S]*?<\/a>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&[a-z]+;|&#\d+;/g, ' ');

const hash = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('the pages of the documentation', () => {
  it('are led to by the root', async () => {
    const { status, headers } = await page('/');
    expect([status, headers.get('location')]).toEqual([302, `${gateway.url}/docs`]);
  });

  it.each([
    '/docs',
    '/docs/problems',
    '/docs/problems/not-found',
    '/docs/problems/oauth',
    '/docs/problems/UNREACHABLE',
  ])('%s runs its own style and script and nothing else', async (path) => {
    const { status, headers, text } = await page(path);
    expect(status).toBe(200);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain(`style-src ${hash(/<style>([\s\S]*?)<\/style>/.exec(text)?.[1])}`);
    expect(policy).toContain(`script-src ${hash(/<script>([\s\S]*?)<\/script>/.exec(text)?.[1])}`);
    expect(text).not.toMatch(/ style=| on\w+=|src=|@import/);
  });

  it('come in the language of the caller, or of the query', async () => {
    const chinese = await page('/docs', 'zh-CN');
    expect(chinese.text).toContain('<html lang="zh-Hans">');
    expect(chinese.headers.get('content-language')).toBe('zh');
    expect(chinese.headers.get('vary')).toBe('accept-language');
    expect((await page('/docs?lang=en', 'zh-CN')).text).toContain('<html lang="en">');
    expect((await page('/docs?lang=fr')).status).toBe(400);
  });

  it('have no English word in Chinese but names, codes and schemas', async () => {
    const slugs = PROBLEM_CODES.map((code) => `/docs/problems/${code.toLowerCase().replaceAll('_', '-')}`);
    for (const path of ['/docs', '/docs/problems', '/docs/problems/oauth', ...slugs]) {
      const { text } = await page(path, 'zh');
      expect([
        path,
        ...englishIn(proseOf(text)).filter((word) => !PROBLEM_CODES.some((code) => code === word)),
      ]).toEqual([path]);
    }
    expect(englishIn(proseOf((await page('/docs')).text)).length).toBeGreaterThan(100);
  });

  it('lists every route under the users it is for', async () => {
    const { text } = await page('/docs');
    for (const group of GROUPS) expect(text).toContain(`id="${group}"`);
    const unused = GROUPS.filter((group) => !ALL_ROUTES.some(({ act }) => groupOf(act) === group));
    expect(unused).toEqual([]);
    expect(groupOf('request.file')).toBe('groupAsk');
    expect(groupOf('request.approve')).toBe('groupOwn');
  });
});

describe('the type of a problem', () => {
  it('leads to a page that says what to do, in each language', async () => {
    for (const code of PROBLEM_CODES) {
      const path = `/docs/problems/${code.toLowerCase().replaceAll('_', '-')}`;
      for (const language of LANGUAGE_TAGS) {
        const { status, text } = await page(path, language);
        expect([code, status]).toEqual([code, 200]);
        expect(text).toContain(`<h1>${code}</h1>`);
      }
    }
  });

  it('is what a refusal carries', async () => {
    const { text } = await page('/v1/whoami');
    const { type, code } = JSON.parse(text);
    const explained = await fetch(type);
    expect([explained.status, await explained.text()]).toEqual([200, expect.stringContaining(code)]);
  });

  it('says for every code whether to try again, and repeats only what can pass', () => {
    expect(retryOf('RATE_LIMITED')).toBe('later');
    expect(retryOf('PROHIBITED_PURPOSE')).toBe('never');
  });

  it('has no page for other words', async () => {
    expect((await page('/docs/problems/no-such-code')).status).toBe(404);
    expect((await page('/docs/problems/__proto__')).status).toBe(404);
  });
});
