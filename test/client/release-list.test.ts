/** Releases of more people than a purpose allows at once, and of rows of the wrong form. */
import { expect, it } from 'vitest';
import { connect } from '../../shared/client/connect.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const gateway = await fileGateway();
const WHY = { purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy' };
// Each has its own limit of people without a result.
const gates = (['edu-county', 'school-second'] as const).map((clientId) => {
  const actorToken = async () =>
    (await gateway.signIn?.({ id: WHY.officer, roles: ['release'], office: clientId })) ?? '';
  return connect({ issuer: gateway.url, clientId, key: gateway.agency(clientId).sig, actorToken });
});
const [county, school] = await Promise.all(gates);
const subjects = Array.from({ length: 53 }, () => ({ match: { id_number: freshNumber() } }));

it('release cuts where the purpose does, and joins the results in order', async () => {
  const { results } = await (county ?? expect.fail()).release({ ...WHY, subjects });
  expect(results).toHaveLength(53);
});

it('releaseList keeps each request, and a row of the wrong form stops no other', async () => {
  const bad = [{ match: { id_number: '990001201305060012' } }, { match: { id_number: '12' } }];
  const rows = [...subjects.slice(0, 51), ...bad].map((subject, row) => ({ row, subject }));
  const [sent, kept]: number[][] = [[], []];
  const invalid: number[] = [];
  await (school ?? expect.fail()).releaseList({
    ...WHY,
    rows,
    before: (some) => void sent?.push(some.length),
    keep(results) {
      kept?.push(...results.map(({ row }) => row));
      invalid.push(...results.flatMap((one) => ('invalid' in one ? [one.row] : [])));
    },
  });
  expect(sent).toEqual([50, 3, 1]);
  expect(kept).toEqual(rows.map(({ row }) => row));
  expect(invalid).toEqual([51, 52]);
});

it('a stopped releaseList keeps the answer under way, and sends no other', async () => {
  const rows = subjects.map((subject, row) => ({ row, subject }));
  const stop = new AbortController();
  const kept: number[] = [];
  const job = (school ?? expect.fail()).releaseList({
    ...WHY,
    rows,
    signal: stop.signal,
    before: () => stop.abort(new Error('enough')),
    keep: (results) => void kept.push(...results.map(({ row }) => row)),
  });
  await expect(job).rejects.toThrow('enough');
  expect(kept).toEqual(rows.slice(0, 50).map(({ row }) => row));
});
