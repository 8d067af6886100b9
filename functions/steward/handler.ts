import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { stewardApp } from './app.ts';
import { STEWARD_ENV } from './deps.ts';

export const handler = metered('steward', handle(stewardApp(lambdaDeps(STEWARD_ENV))));
