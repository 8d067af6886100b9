import { expect, it } from 'vitest';
import { problemDetails } from '../../functions/http/problem.ts';
import { Problem, type ProblemCode } from '../../shared/errors.ts';
import { ofType, synthesise } from './synthesise.ts';

const about = {
  requestId: '$context.requestId',
  wanted: [],
  base: 'https://$context.domainName/$context.stage',
};

it('API Gateway answers its own refusals as problems of the closed list', () => {
  const answers = ofType(synthesise(), 'AWS::ApiGateway::GatewayResponse').map(([, one]) => one.Properties);
  expect(answers.length).toBeGreaterThan(5);
  for (const answer of answers) {
    const body = JSON.parse(answer.ResponseTemplates['application/json']);
    const problem = new Problem(body.code as ProblemCode);
    expect(body).toEqual(JSON.parse(JSON.stringify(problemDetails(problem, about))));
    expect(answer.StatusCode).toBe(String(problem.status));
  }
});
