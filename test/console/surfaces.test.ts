/** Whatever a role of people may do, they can do in the console: on a page of its own, or by the form of the contract. */
import { expect, it } from 'vitest';
import { type Answering, ELSEWHERE, hasForm } from '../../functions/console/web/pages/acts/operation.ts';
import { describeRoutes } from '../../functions/steward/app.ts';

/** Files that pages read by themselves: the log, *Prove* and the mark of every page. */
const FOLLOWED = ['followCheckpoint', 'followPolicy', 'followWitnessed'];

it('no act of a person is without a page', async () => {
  const { paths } = await describeRoutes('https://gateway.example');
  const ofPeople = Object.values(paths)
    .flatMap((operations) => Object.values(operations) as (Answering & { operationId: string })[])
    .filter(({ security }) => security.some((one) => 'person' in one));
  expect(ofPeople.length).toBeGreaterThan(50);
  const without = ofPeople.filter(
    (one) => !hasForm(one) && !(one['x-fieldgate-act'] in ELSEWHERE) && !FOLLOWED.includes(one.operationId),
  );
  expect(without.map((one) => one['x-fieldgate-act'])).toEqual([]);
});
