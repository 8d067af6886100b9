import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { insightApp } from './app.ts';
import { INSIGHT_ENV } from './deps.ts';

export const handler = metered('insight', handle(insightApp(lambdaDeps(INSIGHT_ENV))));
