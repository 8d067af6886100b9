import { expect, it } from 'vitest';
import { problemDetails } from '../../functions/http/problem.ts';
import { errorOf } from '../../shared/client/wire/errors.ts';
import { mayRepeat } from '../../shared/client/wire/send.ts';
import { Problem, type ProblemCode, statusOf } from '../../shared/errors.ts';
import { deployed } from './deployed.ts';
import { documentOf } from './document.ts';
import { listen, restFront, TooManyRequestsException } from './rest-front.ts';
import { ofType, synthesise } from './synthesise.ts';

const about = {
  requestId: '$context.requestId',
  base: 'https://$context.domainName/$context.stage',
};

interface Titled {
  title: string;
}

it('API Gateway answers its own refusals as problems of the closed list', () => {
  const answers = Object.values(documentOf(synthesise())['x-amazon-apigateway-gateway-responses']);
  expect(answers.length).toBeGreaterThan(5);
  for (const { statusCode, responseTemplates, responseParameters } of answers) {
    const body = JSON.parse(responseTemplates['application/json'] ?? '');
    const problem = new Problem(body.code as ProblemCode);
    const inEach = ['en', 'zh'].map((tag) => problemDetails(problem, { ...about, wanted: [tag] }) as Titled);
    // A template cannot tell who reads Chinese.
    const title = inEach.map((one) => one.title).join(' · ');
    expect(title).toMatch(/\w.* · .*\p{Script=Han}/u);
    expect(body).toEqual({ ...JSON.parse(JSON.stringify(inEach[0])), title });
    expect(responseTemplates['application/json']).toMatch(/^[\x20-\x7e]+$/);
    expect(statusCode).toBe(String(problem.status));
    expect(responseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
  }
});

it('the firewall answers an address on the list of attackers with a code of its own, which clients read', () => {
  const stack = synthesise();
  const acl = ofType(stack, 'AWS::WAFv2::WebACL')[0]?.[1].Properties ?? expect.fail('no firewall');
  const [list] = acl.Rules.filter(({ Name }: { Name: string }) => Name === 'reputation');
  const overrides = list.Statement.ManagedRuleGroupStatement.RuleActionOverrides as {
    Name: string;
    ActionToUse: { Block: { CustomResponse: { ResponseCode: number; CustomResponseBodyKey: string } } };
  }[];
  expect(overrides.map(({ Name }) => Name)).toEqual([
    'AWSManagedIPReputationList',
    'AWSManagedReconnaissanceList',
  ]);
  for (const { ActionToUse } of overrides) {
    const { ResponseCode, CustomResponseBodyKey } = ActionToUse.Block.CustomResponse;
    const { ContentType, Content } = acl.CustomResponseBodies[CustomResponseBodyKey];
    const text = String(deployed(stack, Content));
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    const { title } = JSON.parse(text);
    expect(title).toMatch(/\w.* · .*\p{Script=Han}/u);
    expect([ResponseCode, ContentType]).toEqual([statusOf('ADDRESS_BLOCKED'), 'APPLICATION_JSON']);
    const headers = new Headers({ 'content-type': 'application/json' });
    expect(errorOf({ status: ResponseCode, headers, text })).toMatchObject({ code: 'ADDRESS_BLOCKED' });
    const other = text.replace('ADDRESS_BLOCKED', 'NOT_FOUND');
    expect(errorOf({ status: ResponseCode, headers, text: other })).toMatchObject({ code: 'ANSWER_INVALID' });
  }
});

it('a function at its ceiling is 429 with a time to wait, which a client repeats, and never a fault', async () => {
  const own = documentOf(synthesise())['x-amazon-apigateway-gateway-responses'];
  let busy = 1;
  const free = { statusCode: 200, body: '{}', isBase64Encoded: false };
  const invoke = async () => {
    if (busy-- > 0) throw new TooManyRequestsException('Rate Exceeded.');
    return free;
  };
  const server = restFront(invoke, own);
  const url = `${await listen(server)}/v1/releases`;
  const [refused, answered] = [await fetch(url), await fetch(url)];
  server.close();
  const answer = { status: refused.status, headers: refused.headers, text: await refused.text() };
  expect([answer.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(errorOf(answer)).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 1 });
  // Nothing was carried out, so that a release is repeated, too.
  expect(mayRepeat({ answer }, 1, 'once')).toBe(true);
  expect(answered.status).toBe(200);
});
