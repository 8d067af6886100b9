import { Aws } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { NO_NETWORK } from '../../shared/env.ts';
import { DELIVERIES, MODE, TO_TELL, UNDELIVERED } from '../../shared/tables.ts';
import { NOTIFY } from './routes.ts';
import { GatewayFunction } from './run/gateway-function.ts';
import { allowing, type Roles } from './run/roles.ts';
import { MinuteSchedule } from './run/schedules.ts';
import type { Settings } from './settings.ts';
import type { Tables } from './stored/tables.ts';

/** Shorter than a minute, so that two runs do not try the same message. */
const SECONDS = 55;

interface Parts {
  roles: Roles;
  tables: Tables;
  settings: Settings;
  watch: GatewayFunction;
  /** Those that open tasks; of the rest the watch reads in the log. */
  opening: readonly GatewayFunction[];
}

/**
 * The function that informs people, if the settings name channels, and the marks that others leave for it. It reads kinds, offices and
 * counts, and the secret: no log, no record, no key of the gateway.
 */
export function notifyPeople(
  scope: Construct,
  { roles, tables, settings, watch, opening }: Parts,
): GatewayFunction[] {
  const { channels } = settings;
  for (const one of [watch, ...opening]) {
    one.set('tells', channels === undefined ? 'no' : 'yes');
    one.set('watchTable', tables.nameOf('watchTable'));
  }
  if (channels === undefined) return [];
  for (const one of opening) tables.grantPartition(one, 'watchTable', TO_TELL, 'PutItem');
  const run = { seconds: SECONDS, alone: true, minutely: true, memory: 256 };
  const notify = new GatewayFunction(scope, NOTIFY, roles, settings, run);
  tables.grantPartition(notify, 'modeTable', MODE, 'GetItem');
  tables.grantPartition(notify, 'watchTable', [TO_TELL, DELIVERIES], 'Query', 'DeleteItem');
  tables.grantPartition(notify, 'watchTable', [DELIVERIES, UNDELIVERED], 'PutItem');
  notify.allow(allowing(['secretsmanager:GetSecretValue'], channels));
  notify.set('channelsSecret', channels);
  notify.set('receivers', settings.vpc?.receivers?.map(({ network }) => network).join(',') || NO_NETWORK);
  notify.set('secretsEndpoint', `https://secretsmanager.${Aws.REGION}.${Aws.URL_SUFFIX}`);
  new MinuteSchedule(scope, 'Tell', notify);
  return [notify];
}
