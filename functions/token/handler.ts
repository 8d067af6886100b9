import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { TOKEN_ENV, tokenApp } from './app.ts';

export const handler = metered('token', handle(tokenApp(lambdaDeps(TOKEN_ENV))));
