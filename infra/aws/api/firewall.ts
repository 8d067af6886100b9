import { CfnIPSet, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { defined } from '../../../shared/defined.ts';
import { acknowledge } from '../acknowledge.ts';
import { LOGIN, OPEN } from '../routes.ts';
import type { Settings } from '../settings.ts';
import { inAscii, problemAt } from './api-document.ts';
import type { RestApi } from './rest-api.ts';

/**
 * Blocks single addresses that send too many requests, and addresses that AWS lists as attackers. It keeps no samples
 * of requests and reads no body: the rule groups that read bodies stop at 8 KB, where an intake only begins.
 */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, api: RestApi, settings: Settings) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: counted('firewall'),
      customResponseBodies: {
        [BLOCKED]: {
          contentType: 'APPLICATION_JSON',
          content: inAscii(JSON.stringify(problemAt(api.publicUrl, 403, 'ADDRESS_BLOCKED'))),
        },
      },
      rules: [
        byAddress('rate', 0, settings.requestsPerAddress),
        byAddress('open', 1, settings.openRequestsPerAddress, openPaths(settings)),
        // Last, so that no rule of a deployed firewall changes its place.
        byAddress('login', 4, settings.loginRequestsPerAddress, loginPaths(settings)),
        {
          name: 'reputation',
          priority: 2,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name: 'AWSManagedRulesAmazonIpReputationList',
              ruleActionOverrides: LISTS.map((name) => ({ name, actionToUse: { block: BLOCK } })),
            },
          },
          visibilityConfig: counted('reputation'),
        },
        ...this.#networksOnly(settings),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: api.stageArn, webAclArn: acl.attrArn });
    acknowledge(acl, {
      'NIST.800.53.R5-WAFv2LoggingEnabled':
        'Its log contains URLs with references, and every header that is not redacted by name. The metrics suffice.',
    });
  }

  /** Refuses what comes from elsewhere and needs a token. The caller learns no more than that: 403 without a body. */
  #networksOnly(settings: Settings): CfnWebACL.RuleProperty[] {
    const { networks } = settings;
    if (networks === undefined) return [];
    if (networks.length === 0)
      throw new Error('networks of the settings is empty, so no caller would be let in');
    const elsewhere = (['IPV4', 'IPV6'] as const).flatMap((ipAddressVersion) => {
      const addresses = networks.filter((one) => isSix(one) === (ipAddressVersion === 'IPV6'));
      if (addresses.length === 0) return [];
      const set = new CfnIPSet(this, ipAddressVersion, { scope: 'REGIONAL', ipAddressVersion, addresses });
      return [not({ ipSetReferenceStatement: { arn: set.attrArn } })];
    });
    const closed = not(openPaths(settings));
    return [
      {
        name: 'networks',
        priority: 3,
        action: { block: { customResponse: { responseCode: 403 } } },
        statement: { andStatement: { statements: [...elsewhere, closed] } },
        visibilityConfig: counted('networks'),
      },
    ];
  }
}

/** Those rules of the group that block. Its third, of addresses that take part in floods, only counts. */
const LISTS = ['AWSManagedIPReputationList', 'AWSManagedReconnaissanceList'];
const BLOCKED = 'blocked';
/** Another code than that of a limit: the caller waits in vain. */
const BLOCK: CfnWebACL.BlockActionProperty = {
  customResponse: { responseCode: 403, customResponseBodyKey: BLOCKED },
};

function not(statement: CfnWebACL.StatementProperty): CfnWebACL.StatementProperty {
  return { notStatement: { statement } };
}

/** An address as one of IPv6 has it. */
const isSix = (network: string) => network.includes(':');

/** Blocks an address that makes more requests within five minutes. @param paths of the requests that are counted; all if absent */
function byAddress(
  name: string,
  priority: number,
  limit: number,
  paths?: CfnWebACL.StatementProperty,
): CfnWebACL.RuleProperty {
  const counts = { aggregateKeyType: 'IP', limit, ...defined({ scopeDownStatement: paths }) };
  return {
    ...{ name, priority, action: { block: {} }, visibilityConfig: counted(name) },
    statement: { rateBasedStatement: counts },
  };
}

/**
 * The open paths, and every path outside the contract, preceded by the stage if called at its own URL. All other paths begin with
 * `/v1/`, but for that of the token. WAF's expressions have no lookahead.
 */
function openPaths(settings: Settings): CfnWebACL.StatementProperty {
  const inContract = new Set(OPEN.flatMap((path) => /^\/v1\/[a-z]+/.exec(path) ?? []));
  const outside = not(or([begins(settings, '/v1/'), loginPaths(settings)]));
  return or([...[...inContract].map((path) => begins(settings, path)), outside]);
}

/** All begin with the first two of them. */
function loginPaths(settings: Settings): CfnWebACL.StatementProperty {
  return or(LOGIN.slice(0, 2).map((path) => begins(settings, path)));
}

const or = (statements: CfnWebACL.StatementProperty[]) => ({ orStatement: { statements } });

function begins({ stage }: Settings, path: string): CfnWebACL.StatementProperty {
  const regexString = `^(/${stage})?${path}`;
  const textTransformations = [{ priority: 0, type: 'NONE' }];
  return { regexMatchStatement: { regexString, fieldToMatch: { uriPath: {} }, textTransformations } };
}

function counted(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
