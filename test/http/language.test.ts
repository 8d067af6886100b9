import { expect, it } from 'vitest';
import { createApp } from '../../functions/http/app.ts';
import { acceptedLanguages, spokenOf } from '../../functions/http/language.ts';
import { Problem } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';

const app = createApp('https://gateway.example/dev');
app.get('/refused', () => {
  throw new Problem('CONFLICT', {
    detail: commonTexts.requestChanged,
    errors: [{ path: '/field', message: commonTexts.noSuchFieldNear(null) }],
  });
});

async function ask(path: string, language?: string) {
  const answer = await app.request(
    path,
    language === undefined ? {} : { headers: { 'accept-language': language } },
  );
  return { headers: answer.headers, body: JSON.parse(await answer.text()) };
}

it.each([
  [undefined, []],
  ['', []],
  ['zh-CN,zh;q=0.9,en;q=0.8', ['zh-CN', 'zh', 'en']],
  ['en;q=0.1, zh;q=0.5', ['zh', 'en']],
  ['zh;q=0, en', ['en']],
  ['zh;q=9, en;q=x, *', []],
  ['<script>, z\u00e9', []],
  [`${'zz,'.repeat(16)}zh`, Array(16).fill('zz')],
])('Accept-Language %s is read as %j', (header, tags) => {
  expect(acceptedLanguages(header)).toEqual(tags);
});

it.each([
  [['zh-Hans-CN'], 'zh'],
  [['fr', 'zh'], 'zh'],
  [['fr'], 'en'],
  [['en-GB', 'zh'], 'en'],
  [[], 'en'],
])('to a reader of %j the gateway speaks %s', (wanted, spoken) => {
  expect(spokenOf(wanted)).toBe(spoken);
});

it('a refusal has its words in the language of the caller, and the same codes and members', async () => {
  const english = await ask('/refused');
  const chinese = await ask('/refused', 'zh-CN,zh;q=0.9');
  expect(english.body).toMatchObject({
    title: 'The request conflicts with the present state',
    detail: 'The request changed meanwhile; try again.',
    errors: [{ path: '/field', message: 'no such field' }],
  });
  expect(chinese.body).toMatchObject({
    title: '请求与当前状态冲突',
    detail: '申请此间有变动，请重试。',
    errors: [{ path: '/field', message: '没有这个信息项' }],
  });
  expect(Object.keys(chinese.body)).toEqual(Object.keys(english.body));
  expect(chinese.body).toMatchObject({ code: 'CONFLICT', status: 409 });
  for (const { headers } of [english, chinese]) expect(headers.get('vary')).toBe('accept-language');
  expect([english, chinese].map(({ headers }) => headers.get('content-language'))).toEqual(['en', 'zh']);
});

it('the type of a problem is an address of this gateway, under its stage', async () => {
  const { body } = await ask('/refused');
  expect(body.type).toBe('https://gateway.example/dev/docs/problems/conflict');
  expect((await ask('/elsewhere', 'zh')).body).toMatchObject({
    type: 'https://gateway.example/dev/docs/problems/not-found',
    title: '没有此项资源',
  });
});
