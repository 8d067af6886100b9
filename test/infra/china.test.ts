import { expect, it } from 'vitest';
import { ofType, synthesise } from './synthesise.ts';

const open = synthesise('prod');
const signed = synthesise('prod', { authorization: 'iam' });

it('takes no request that IAM did not authorise, on any path, where the settings say so', () => {
  const types = (stack: typeof open) =>
    new Set(
      ofType(stack, 'AWS::ApiGateway::Method').map(([, { Properties }]) => Properties.AuthorizationType),
    );
  expect(types(signed)).toEqual(new Set(['AWS_IAM']));
  expect(types(open)).toEqual(new Set(['NONE']));
});

it('tells each function of it', () => {
  const told = (stack: typeof open) =>
    new Set(
      ofType(stack, 'AWS::Lambda::Function')
        .map(([, { Properties }]) => Properties.Environment.Variables.AUTHORIZATION)
        .filter(Boolean),
    );
  expect([told(signed), told(open)]).toEqual([new Set(['iam']), new Set(['token'])]);
});

it('is a regional API without URLs of functions, and asks the STS of its own region', () => {
  const api = ofType(signed, 'AWS::ApiGateway::RestApi')[0]?.[1].Properties;
  expect(api.EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
  expect(ofType(signed, 'AWS::Lambda::Url')).toEqual([]);
  const variables = ofType(signed, 'AWS::Lambda::Function').map(
    ([, fn]) => fn.Properties.Environment.Variables,
  );
  const [sts] = variables.map(({ AWS_ENDPOINT_URL_STS }) => AWS_ENDPOINT_URL_STS).filter(Boolean);
  expect(JSON.stringify(sts)).toBe(
    '{"Fn::Join":["",["https://sts.",{"Ref":"AWS::Region"},".",{"Ref":"AWS::URLSuffix"}]]}',
  );
});
