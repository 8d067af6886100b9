import { expect, it } from 'vitest';
import { problemDetails } from '../../functions/http/problem.ts';
import { Problem, type ProblemCode } from '../../shared/errors.ts';
import { documentOf } from './document.ts';
import { synthesise } from './synthesise.ts';

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
