import { expect, it } from 'vitest';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const gateway = await fileGateway();

const put = (records: object[]) =>
  gateway.call('mps-county', { actions: ['intake'] }, 'POST', '/v1/intake', {
    collection: 'children',
    records,
  });
const child = () => {
  const id_number = freshNumber();
  return { match: { id_number }, fields: { name: '张三', id_number } };
};

it('a batch of which no record could be stored is one 503, whichever service failed', async () => {
  const [known] = (await put([child()])).json.results;
  const records = [child(), { ref: known.ref, fields: { sex: '1' } }];
  gateway.faults.add({ service: 'kms', kind: 'throttle', times: 20, operation: 'GenerateMac' });
  gateway.faults.add({ service: 'store', kind: 'error', times: 20, operation: 'Query' });
  const answer = await put(records);
  gateway.faults.clear();
  expect([answer.status, answer.json.code]).toEqual([503, 'KMS_UNAVAILABLE']);
  const { results } = (await put(records)).json;
  expect(results).toMatchObject([{ created: true }, { sheetVersion: 2 }]);
});
