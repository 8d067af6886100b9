import { expect, it } from 'vitest';
import { problemDetails } from '../../functions/http/problem.ts';
import { Problem, type ProblemCode } from '../../shared/errors.ts';
import { documentOf } from './document.ts';
import { synthesise } from './synthesise.ts';

const about = {
  requestId: '$context.requestId',
  wanted: [],
  base: 'https://$context.domainName/$context.stage',
};

it('API Gateway answers its own refusals as problems of the closed list', () => {
  const answers = Object.values(documentOf(synthesise())['x-amazon-apigateway-gateway-responses']);
  expect(answers.length).toBeGreaterThan(5);
  for (const { statusCode, responseTemplates, responseParameters } of answers) {
    const body = JSON.parse(responseTemplates['application/json'] ?? '');
    const problem = new Problem(body.code as ProblemCode);
    expect(body).toEqual(JSON.parse(JSON.stringify(problemDetails(problem, about))));
    expect(statusCode).toBe(String(problem.status));
    expect(responseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
  }
});
