/** The document of the API, as the template gives it to API Gateway. */
import { ofType, type Synthesised } from './synthesise.ts';

export interface Method {
  parameters?: { name: string; in: string; required: boolean }[];
  security?: object[];
  'x-amazon-apigateway-integration': { type: string; httpMethod: string; uri: unknown };
}

export interface Document {
  paths: Record<string, Record<string, Method>>;
  components: { securitySchemes: { sigv4?: Record<string, string> } };
  'x-amazon-apigateway-binary-media-types': string[];
  'x-amazon-apigateway-gateway-responses': Record<string, OwnAnswer> & {
    MISSING_AUTHENTICATION_TOKEN?: OwnAnswer;
  };
}

/** What API Gateway answers itself. */
interface OwnAnswer {
  statusCode: string;
  responseParameters: Record<string, string>;
  responseTemplates: Record<string, string>;
}

export function documentOf(stack: Synthesised): Document {
  return ofType(stack, 'AWS::ApiGateway::RestApi')[0]?.[1].Properties.Body;
}

/** Each path with its one method, which takes all of them. */
export function methodsOf(stack: Synthesised): Map<string, Method> {
  return new Map(
    Object.entries(documentOf(stack).paths).map(([path, methods]) => {
      const { 'x-amazon-apigateway-any-method': any, ...others } = methods;
      if (!any || Object.keys(others).length > 0) throw new Error(`${path} has other methods`);
      return [path, any];
    }),
  );
}

/** API Gateway makes a resource of each part of a path, which its quota counts. */
export function resourcesOf(stack: Synthesised): number {
  const prefixes = [...methodsOf(stack).keys()].flatMap((path) => {
    const parts = path.split('/').slice(1);
    return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
  });
  return new Set(prefixes).size;
}
