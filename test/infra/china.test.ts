import { expect, it } from 'vitest';
import { documentOf, methodsOf } from './document.ts';
import { ofType, synthesise } from './synthesise.ts';

const open = synthesise('prod');
const signed = synthesise('prod', { authorization: 'iam' });

it('accepts only requests that IAM authorised, on every path, if the settings require it', () => {
  const demands = (stack: typeof open) =>
    new Set([...methodsOf(stack).values()].map(({ security }) => JSON.stringify(security)));
  expect(demands(signed)).toEqual(new Set(['[{"sigv4":[]}]']));
  expect(documentOf(signed).components.securitySchemes.sigv4?.['x-amazon-apigateway-authtype']).toBe(
    'awsSigv4',
  );
  expect(demands(open)).toEqual(new Set([undefined]));
});

it('lets named roles of other accounts call, and gives the reason for refusing an unsigned request', () => {
  const callers = ['arn:aws-cn:iam::444455556666:role/edu-caller'];
  const api = (stack: typeof open) => ofType(stack, 'AWS::ApiGateway::RestApi')[0]?.[1].Properties;
  expect(api(synthesise('prod', { authorization: 'iam', callers })).Policy.Statement).toEqual([
    {
      Action: 'execute-api:Invoke',
      Effect: 'Allow',
      Resource: 'execute-api:/*',
      Principal: { AWS: callers[0] },
    },
  ]);
  expect(api(signed).Policy).toBeUndefined();
  const unsigned = (stack: typeof open) =>
    documentOf(stack)['x-amazon-apigateway-gateway-responses'].MISSING_AUTHENTICATION_TOKEN?.statusCode;
  expect([unsigned(signed), unsigned(open)]).toEqual(['401', '404']);
});

it('passes the setting to each function', () => {
  const told = (stack: typeof open) =>
    new Set(
      ofType(stack, 'AWS::Lambda::Function')
        .map(([, { Properties }]) => Properties.Environment?.Variables.AUTHORIZATION)
        .filter(Boolean),
    );
  expect([told(signed), told(open)]).toEqual([new Set(['iam']), new Set(['token'])]);
});

it('is a regional API without URLs of functions, and uses the STS of its own region', () => {
  const api = ofType(signed, 'AWS::ApiGateway::RestApi')[0]?.[1].Properties;
  expect(api.EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
  expect(ofType(signed, 'AWS::Lambda::Url')).toEqual([]);
  const variables = ofType(signed, 'AWS::Lambda::Function').map(
    ([, fn]) => fn.Properties.Environment?.Variables ?? {},
  );
  const [sts] = variables.map(({ AWS_ENDPOINT_URL_STS }) => AWS_ENDPOINT_URL_STS).filter(Boolean);
  expect(JSON.stringify(sts)).toBe(
    '{"Fn::Join":["",["https://sts.",{"Ref":"AWS::Region"},".",{"Ref":"AWS::URLSuffix"}]]}',
  );
});
