import { newS3, s3Reader } from '../../shared/log/files/s3-reader.ts';
import { lambdaDeps } from '../deps.ts';
import { metered } from '../http/metrics.ts';
import { nameFaults } from '../http/problem.ts';
import { handle } from '../http/rest-event.ts';
import { auditApp } from './app.ts';
import { AUDIT_ENV } from './deps.ts';

const deps = lambdaDeps([...AUDIT_ENV, 'tilesBucket', 'edgeBucket']);
// Strangers read the tree, so a bucket that does not answer must not hold the instances.
const s3 = newS3({ requestTimeout: 1_500, maxAttempts: 2 });
nameFaults(s3, 'STORE_UNAVAILABLE');

export const handler = metered(
  'audit',
  handle(
    auditApp({
      ...deps,
      tree: s3Reader({ s3, tilesBucket: deps.env.tilesBucket, edgeBucket: deps.env.edgeBucket }),
    }),
  ),
);
