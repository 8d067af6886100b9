import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { intakeApp, makeDecoy } from './app.ts';
import { INTAKE_ENV } from './deps.ts';

const deps = lambdaDeps(INTAKE_ENV);
const serve = metered('intake', handle(intakeApp(deps)));
// Once per instance. If it fails, the next instance tries again.
const decoy = makeDecoy(deps).catch(() => {});

export const handler: typeof serve = async (event, context) => {
  await decoy;
  return serve(event, context);
};
