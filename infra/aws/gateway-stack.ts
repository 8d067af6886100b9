import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ClassKeys } from './class-keys.ts';
import { Firewall } from './firewall.ts';
import { GatewayFunction } from './gateway-function.ts';
import { RestApi } from './rest-api.ts';
import { type FunctionName, ROUTES } from './routes.ts';
import { ServiceKeys } from './service-keys.ts';
import type { Settings } from './settings.ts';
import { Tables } from './tables.ts';

/** What the stack needs to know of a compiled pack. */
export interface PackShape {
  collection: string;
  classes: readonly string[];
}

/** Everything of one environment. Its body is the list of who may do what. */
export class GatewayStack extends Stack {
  constructor(scope: Construct, id: string, pack: PackShape, settings: Settings) {
    super(scope, id, { description: 'Fieldgate: releases only the fields that a purpose allows' });
    const tables = new Tables(this, 'Tables', settings);
    const classKeys = new ClassKeys(this, 'ClassKeys', pack, settings);
    const keys = new ServiceKeys(this, 'ServiceKeys', settings);
    const api = new RestApi(this, 'Rest', settings);
    new Firewall(this, 'Firewall', api, settings);

    const make = (name: FunctionName) => {
      const fn = new GatewayFunction(this, name, settings);
      fn.set('publicUrl', api.publicUrl);
      api.route(fn, ROUTES[name]);
      tables.grant(fn, 'agenciesTable', 'GetItem');
      tables.grant(fn, 'claimsTable', 'PutItem');
      return fn;
    };
    const writesLog = (fn: GatewayFunction) => {
      tables.grant(fn, 'logTable', 'PutItem');
      tables.grant(fn, 'wordsTable', 'PutItem');
      keys.grantWriter(fn);
    };

    const token = make('token');
    keys.grantTokenIssue(token);

    const intake = make('intake');
    keys.grantTokenCheck(intake);
    keys.grantIndex(intake);
    keys.grantReferences(intake);
    classKeys.grantSeal(intake);
    tables.grant(intake, 'keysTable', 'GetItem', 'UpdateItem');
    tables.grant(intake, 'sheetsTable', 'Query', 'PutItem', 'DeleteItem');
    tables.grant(intake, 'indexTable', 'GetItem', 'PutItem', 'DeleteItem');
    tables.grant(intake, 'claimsTable', 'GetItem', 'DeleteItem');
    writesLog(intake);

    const release = make('release');
    keys.grantTokenCheck(release);
    keys.grantIndex(release);
    keys.grantReferences(release);
    classKeys.grantOpen(release);
    tables.grant(release, 'keysTable', 'GetItem');
    tables.grant(release, 'sheetsTable', 'Query');
    tables.grant(release, 'indexTable', 'GetItem');
    tables.grant(release, 'caseworkTable', 'Query');
    writesLog(release);

    const audit = make('audit');
    keys.grantTokenCheck(audit);
    keys.grantReferences(audit);
    tables.grant(audit, 'logTable', 'GetItem', 'Query');
    tables.grant(audit, 'wordsTable', 'BatchGetItem');
    tables.grantAttributes(audit, 'keysTable', ['subject', 'logId']);

    const steward = make('steward');
    keys.grantTokenCheck(steward);
    tables.grant(steward, 'agenciesTable', 'DescribeTable');
    tables.grant(steward, 'logTable', 'DescribeTable');

    new CfnOutput(this, 'AgenciesTable', {
      value: tables.nameOf('agenciesTable'),
      description: 'where the first agency is registered by hand',
    });
  }
}
