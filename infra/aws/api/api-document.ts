import { Aws } from 'aws-cdk-lib';
import type { ProblemCode } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/language.ts';
import { LANGUAGE_TAGS } from '../../../shared/languages.ts';
import { problemsTexts } from '../../../shared/messages/problems.ts';
import { speak } from '../../../shared/messages/texts.ts';

await Promise.all(LANGUAGE_TAGS.map(speak));

/** A problem document that API Gateway answers itself: its kind of response, status and code. */
export interface Refusal {
  type: string;
  status: number;
  code: ProblemCode;
}

export interface DocumentParts {
  /** Path in the contract's form to the name of the function, or of its alias, behind it. */
  served: ReadonlyMap<string, string>;
  /** Whether every request must be signed by an IAM role. */
  signed: boolean;
  refusals: readonly Refusal[];
  /** The base URL in answers of API Gateway. */
  shownUrl: string;
  /** If true, the URL of the stage does not answer. */
  closed: boolean;
}

/**
 * The whole API as one OpenAPI document, which API Gateway imports. It names functions, so that it depends on none of
 * them: they need the URL of the API. It holds no schemas: the functions validate. Reasons and measurement are in
 * docs/decisions/040.
 */
export function apiDocument({ served, signed, refusals, shownUrl, closed }: DocumentParts): object {
  return {
    openapi: '3.0.1',
    info: { title: 'Fieldgate', version: '1' },
    paths: Object.fromEntries([...served].map(([path, name]) => [path, anyMethod(path, name, signed)])),
    ...(signed && { components: { securitySchemes: { sigv4: SIGNED } } }),
    'x-amazon-apigateway-binary-media-types': ['*/*'],
    'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: closed },
    'x-amazon-apigateway-gateway-responses': Object.fromEntries(
      refusals.map((one) => [one.type, answer(one, shownUrl)]),
    ),
  };
}

/** Every method of a path goes to its function, which answers 405 to those that it does not know. */
function anyMethod(path: string, name: string, signed: boolean): object {
  const parts = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, part]) => part);
  return {
    'x-amazon-apigateway-any-method': {
      responses: {},
      ...(parts.length > 0 && {
        parameters: parts.map((part) => ({
          ...{ name: part, in: 'path', required: true },
          schema: { type: 'string' },
        })),
      }),
      ...(signed && { security: [{ sigv4: [] }] }),
      'x-amazon-apigateway-integration': {
        ...{ type: 'aws_proxy', httpMethod: 'POST', passthroughBehavior: 'when_no_match' },
        uri: invoke(name),
      },
    },
  };
}

const PLACE = `${Aws.REGION}:${Aws.ACCOUNT_ID}`;
const invoke = (name: string) =>
  `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/` +
  `arn:${Aws.PARTITION}:lambda:${PLACE}:function:${name}/invocations`;

const SIGNED = {
  ...{ type: 'apiKey', name: 'Authorization', in: 'header' },
  'x-amazon-apigateway-authtype': 'awsSigv4',
};

/**
 * A problem document for requests that API Gateway refuses itself. Its templates know no condition, so that the title is
 * in each language.
 */
function answer({ status, code }: Refusal, shownUrl: string): object {
  const problem = { ...problemAt(shownUrl, status, code), requestId: '$context.requestId' };
  const headers = {
    'Content-Type': "'application/problem+json'",
    'Cache-Control': "'no-store'",
    'Content-Language': `'${LANGUAGE_TAGS.join(', ')}'`,
    'x-request-id': 'context.requestId',
    ...(status === 429 && { 'Retry-After': "'1'" }),
  };
  return {
    statusCode: String(status),
    responseParameters: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, value]),
    ),
    responseTemplates: { 'application/json': inAscii(JSON.stringify(problem)) },
  };
}

/** The members of a problem that no request changes. */
export function problemAt(shownUrl: string, status: number, code: ProblemCode): object {
  const type = `${shownUrl}/docs/problems/${code.toLowerCase().replaceAll('_', '-')}`;
  return { type, title: inEachLanguage(problemsTexts[code]), status, code };
}

const inEachLanguage = (text: Text) => Object.values(text).join(' · ');

/** JSON without other characters, which no step of a deployment could change. */
export const inAscii = (json: string) =>
  json.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
