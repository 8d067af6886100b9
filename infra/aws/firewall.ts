import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { RestApi } from './rest-api.ts';
import type { Settings } from './settings.ts';

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
      rules: [
        {
          name: 'rate',
          priority: 0,
          action: { block: {} },
          statement: {
            rateBasedStatement: { aggregateKeyType: 'IP', limit: settings.requestsPerAddress },
          },
          visibilityConfig: counted('rate'),
        },
        {
          name: 'reputation',
          priority: 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: { vendorName: 'AWS', name: 'AWSManagedRulesAmazonIpReputationList' },
          },
          visibilityConfig: counted('reputation'),
        },
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: api.stageArn, webAclArn: acl.attrArn });
    acknowledge(acl, {
      'NIST.800.53.R5-WAFv2LoggingEnabled':
        'Its log holds URLs, in which references stand, and every header that is not redacted by name. The metrics do.',
    });
  }
}

function counted(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
