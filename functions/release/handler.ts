import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { releaseApp } from './app.ts';
import { RELEASE_ENV } from './deps.ts';

export const handler = metered('release', handle(releaseApp(lambdaDeps(RELEASE_ENV), { warm: true })));
