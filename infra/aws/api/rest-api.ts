import { Aws, CfnOutput, type Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  ApiDefinition,
  EndpointType,
  LogGroupLogDestination,
  type MethodDeploymentOptions,
  MethodLoggingLevel,
  ResponseType,
  SecurityPolicy,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { ArnPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { defined } from '../../../shared/defined.ts';
import type { ProblemCode } from '../../../shared/errors.ts';
import { acknowledge, LOG_GROUP } from '../acknowledge.ts';
import { logGroup } from '../removal-policy.ts';
import { LOGIN, OPEN, READ_BY_STS, ROUTES } from '../routes.ts';
import { type GatewayFunction, servedAs } from '../run/gateway-function.ts';
import type { Settings } from '../settings.ts';
import { apiDocument, type Refusal } from './api-document.ts';

/** The URL of the stage in the terms of a template of API Gateway. */
const OWN_URL = 'https://$context.domainName/$context.stage';

/**
 * The only entrance. It knows paths, not rules: the function behind a path decides from the caller's token
 * and proof whether the call is allowed. Every method of a path goes to that function, so that a wrong method
 * is answered 405 here as it is locally. API Gateway refuses bodies over its own 10 MB, the function those
 * over the contract's 4 MB. Nothing is compressed.
 */
export class RestApi extends Construct {
  /** The base URL of the contract: the issuer of tokens, and the URL of DPoP proofs. */
  readonly publicUrl: string;
  readonly #api: SpecRestApi;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const accessLog = logGroup(this, 'AccessLog', settings);
    const { domain, callers } = settings;
    const signed = settings.authorization === 'iam';
    const document = apiDocument({
      served: servedBy(settings),
      signed,
      refusals: refusalsFor(signed),
      // Templates of API Gateway hold no token of CloudFormation.
      shownUrl: domain ? `https://${domain.name}` : OWN_URL,
      closed: domain !== undefined,
    });
    this.#api = new SpecRestApi(this, 'Api', {
      restApiName: `fieldgate-${settings.environment}`,
      apiDefinition: ApiDefinition.fromInline(document),
      endpointTypes: [EndpointType.REGIONAL],
      // Tiles are bytes. Text passes unchanged, whatever this list contains.
      binaryMediaTypes: ['*/*'],
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.DESTROY,
      disableExecuteApiEndpoint: domain !== undefined,
      ...defined({ policy: callers && openTo(callers) }),
      deployOptions: {
        stageName: settings.stage,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: ACCESS_LOG,
        loggingLevel: MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
        // Detailed metrics cost for each path; the alarms read those of the whole API, which are free.
        metricsEnabled: false,
        methodOptions: throttles(settings),
        // X-Ray's segment of a stage holds the URL as called, in which a reference names a person. The functions trace instead.
        tracingEnabled: false,
        cachingEnabled: false,
        throttlingRateLimit: settings.throttle.rate,
        throttlingBurstLimit: settings.throttle.burst,
      },
    });
    this.publicUrl = domain ? this.#useDomain(domain) : this.#stageUrl(settings.stage);
    new CfnOutput(this, 'Url', { value: this.publicUrl, description: 'base URL and issuer' });
    acknowledge(this, ACCEPTED);
  }

  /** Lets the API, and no other one, call the function. Its paths are in the document. */
  mayCall(fn: GatewayFunction): void {
    fn.served.addPermission('Api', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: this.#api.arnForExecuteApi('*', '/*', '*'),
    });
  }

  /** Answers of 5xx within the period. */
  serverErrors(period: Duration): IMetric {
    return this.#api.metricServerError({ period, statistic: 'Sum' });
  }

  /** Requests within the period. */
  requests(period: Duration): IMetric {
    return this.#api.metricCount({ period, statistic: 'Sum' });
  }

  /** Milliseconds of the slowest answer but one in a hundred. */
  slowest(period: Duration): IMetric {
    return this.#api.metricLatency({ period, statistic: 'p99' });
  }

  /** ARN of the stage, which the firewall needs. */
  get stageArn(): string {
    return this.#api.deploymentStage.stageArn;
  }

  /** Built by hand: the stage's own URL depends on every route, and the functions depend on this URL. */
  #stageUrl(stage: string): string {
    return `https://${this.#api.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${stage}`;
  }

  #useDomain({ name, certificateArn, clients }: NonNullable<Settings['domain']>): string {
    // A version, so that another file in the bucket changes nothing.
    const mtls = clients && {
      ...{ bucket: Bucket.fromBucketName(this, 'Clients', clients.bucket), key: clients.key },
      version: clients.version,
    };
    const domain = this.#api.addDomainName('Domain', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      ...defined({ mtls }),
    });
    const value = domain.domainNameAliasDomainName;
    new CfnOutput(this, 'DomainTarget', { value, description: `what the DNS name ${name} must point to` });
    return `https://${name}`;
  }
}

/**
 * Each path with the name of the function behind it. Every other path goes to `steward`: otherwise API Gateway reads the
 * `Authorization` of an unknown path as a signature of IAM, and answers 400 or 403 where the contract says 404. No
 * browser signs the request of a page, so there are no pages if requests must be signed.
 */
function servedBy(settings: Settings): ReadonlyMap<string, string> {
  const paths = Object.entries(ROUTES)
    .filter(([name]) => name !== 'console' || settings.authorization !== 'iam')
    .flatMap(([name, paths]) => paths.map((path) => [path, servedAs(settings, name)] as const));
  return new Map([...paths, [ANY_OTHER, servedAs(settings, 'steward')]]);
}

/** Roles of other accounts need a resource policy of the API in addition to their own policy. */
function openTo(callers: readonly string[]): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        principals: callers.map((arn) => new ArnPrincipal(arn)),
        actions: ['execute-api:Invoke'],
        resources: ['execute-api:/*'],
      }),
    ],
  });
}

/** The path as a template, never as called: a reference in it would name a person. No query and no body. */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTimeEpoch',
    method: '$context.httpMethod',
    path: '$context.resourcePath',
    status: '$context.status',
    bytes: '$context.responseLength',
    milliseconds: '$context.responseLatency',
    function: '$context.integrationLatency',
    functionStatus: '$context.integration.status',
    firewall: '$context.waf.status',
    address: '$context.identity.sourceIp',
    error: '$context.error.responseType',
  }),
);

/** The path that takes every request without a path of its own. */
const ANY_OTHER = '/{proxy+}';

/** Each open path, and each of the login and of what STS reads, has a throttle of its own. */
function throttles({ throttle, openThrottle }: Settings): Record<string, MethodDeploymentOptions> {
  const to = ({ rate, burst }: Settings['throttle'], paths: readonly string[]) =>
    paths.map((path) => {
      const options = { throttlingRateLimit: rate, throttlingBurstLimit: burst, metricsEnabled: false };
      return [`${path}/ANY`, options] as const;
    });
  const own = [...to(openThrottle, [...OPEN, ANY_OTHER]), ...to(throttle, [...LOGIN, ...READ_BY_STS])];
  return Object.fromEntries(own);
}

/** The specific answers first, the remaining 4xx and 5xx last. */
const PROBLEMS: readonly (readonly [ResponseType, number, ProblemCode])[] = [
  [ResponseType.UNAUTHORIZED, 401, 'TOKEN_INVALID'],
  [ResponseType.INVALID_SIGNATURE, 401, 'TOKEN_INVALID'],
  [ResponseType.EXPIRED_TOKEN, 401, 'TOKEN_INVALID'],
  [ResponseType.ACCESS_DENIED, 403, 'ROLE_REQUIRED'],
  [ResponseType.RESOURCE_NOT_FOUND, 404, 'NOT_FOUND'],
  [ResponseType.REQUEST_TOO_LARGE, 413, 'TOO_LARGE'],
  [ResponseType.UNSUPPORTED_MEDIA_TYPE, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  [ResponseType.THROTTLED, 429, 'RATE_LIMITED'],
  [ResponseType.QUOTA_EXCEEDED, 429, 'RATE_LIMITED'],
  [ResponseType.WAF_FILTERED, 429, 'RATE_LIMITED'],
  // Lambda throttled the function at its ceiling, or did not take the call.
  [ResponseType.INTEGRATION_FAILURE, 429, 'RATE_LIMITED'],
  [ResponseType.DEFAULT_4XX, 400, 'INVALID_REQUEST'],
  [ResponseType.DEFAULT_5XX, 500, 'INTERNAL'],
];

/** API Gateway gives the same answer for an unknown path and, with IAM authorisation, for an unsigned request. */
function refusalsFor(signed: boolean): Refusal[] {
  const unknown = signed ? ([401, 'TOKEN_INVALID'] as const) : ([404, 'NOT_FOUND'] as const);
  return [...PROBLEMS, [ResponseType.MISSING_AUTHENTICATION_TOKEN, ...unknown] as const].map(
    ([{ responseType: type }, status, code]) => ({ type, status, code }),
  );
}

const ACCEPTED = {
  ...LOG_GROUP,
  'AwsSolutions-APIG2': 'Each function validates its input against the schema that the OpenAPI is made from.',
  'AwsSolutions-APIG4': 'Callers are authorised by the functions: DPoP-bound tokens need the whole request.',
  'AwsSolutions-COG4':
    'Agencies are machines with keys of their own, and people may come from any issuer: the functions check both.',
  'AwsSolutions-APIG6':
    'Execution logs can contain query strings and headers. The access log has the necessary data.',
  'NIST.800.53.R5-APIGWExecutionLoggingEnabled':
    'As above: execution logs can contain query strings and headers.',
  'NIST.800.53.R5-APIGWCacheEnabledAndEncrypted':
    'Answers are personal and logged one by one; none may be cached.',
  'NIST.800.53.R5-APIGWSSLEnabled': 'Behind the API are Lambda functions, which are not called over TLS.',
  'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
    'The account-wide role that API Gateway requires for writing any log. AWS maintains its policy.',
};
