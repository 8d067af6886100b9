import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { releaseApp } from './app.ts';
import { RELEASE_ENV } from './deps.ts';
import { s3Reads } from './s3-reads.ts';

const deps = lambdaDeps([...RELEASE_ENV, 'filesBucket']);
const files = s3Reads({ kms: deps.kms, bucket: deps.env.filesBucket });
export const handler = metered('release', handle(releaseApp({ ...deps, files }, { warm: true })));
