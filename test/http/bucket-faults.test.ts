/** A bucket that does not answer: a caller reads 503 and when to come again, and the instance is free soon. */
import { expect, it } from 'vitest';
import { nameFaults, toProblem } from '../../functions/http/problem.ts';
import { newS3, s3Reader } from '../../shared/log/files/s3-reader.ts';

it('is a fault of a store, and not of this program', async () => {
  const s3 = newS3({ requestTimeout: 50, maxAttempts: 1 });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  Object.assign(s3.config, {
    endpoint: async () => ({ protocol: 'http:', hostname: '127.0.0.1', port: 1, path: '/' }),
    credentials: async () => credentials,
    region: async () => 'eu-west-1',
  });
  nameFaults(s3, 'STORE_UNAVAILABLE');
  const reader = s3Reader({ s3, tilesBucket: 'tiles', edgeBucket: 'edge' });
  const fault = await reader.read('checkpoint').catch(toProblem);
  expect(fault).toMatchObject({ code: 'STORE_UNAVAILABLE', status: 503 });
});
