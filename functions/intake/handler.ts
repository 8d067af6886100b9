import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { intakeApp, makeDecoy } from './app.ts';
import { INTAKE_ENV } from './deps.ts';
import { s3Uploads } from './s3-uploads.ts';

const base = lambdaDeps([...INTAKE_ENV, 'filesBucket']);
const deps = { ...base, files: s3Uploads({ kms: base.kms, bucket: base.env.filesBucket }) };
const serve = metered('intake', handle(intakeApp(deps)));
// Once per instance. If it fails, the next instance tries again.
const decoy = makeDecoy(deps).catch(() => {});

export const handler: typeof serve = async (event, context) => {
  await decoy;
  return serve(event, context);
};
