/**
 * What releases of other kinds cost, to one of 20 fields of one child from five departments: with a reason of 1,000 characters,
 * refused, of ten children. Processor time with client, store and functions in one process, in turn; the first one twice as
 * the control.
 */

import { pack } from '../../functions/session/policy.ts';
import { testGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { FIELDS, SHEETS } from './lambda/recording.ts';
import { measureRatios } from './rounds.ts';

const NO_LIMIT = { alert: 1e9, slow: 1e9, stop: 1e9 };
const LONG = 'yearly review of the case '.repeat(39).slice(0, 1000);

export async function benchKinds(): Promise<void> {
  // Each refused release is a miss.
  if (pack.misses) Object.assign(pack.misses, { agency: NO_LIMIT, officer: NO_LIMIT });
  const gateway = await testGateway();
  const release = async (subjects: readonly object[], reason = 'yearly review') => {
    const details = { actions: ['release'], purpose: 'W1', case: 'C-1', officer: 'li.na', reason };
    const body = { collection: 'children', subjects, fields: FIELDS };
    const { status, text, json } = await gateway.call('mca-county', details, 'POST', '/v1/releases', body);
    if (status !== 200) throw new Error(text);
    return json.results;
  };
  const refs: object[] = [];
  for (let n = 0; n < 10; n++) {
    const match = { id_number: freshNumber(BORN) };
    for (const [agency, fields] of SHEETS) {
      const own = 'id_number' in fields ? { ...fields, ...match } : fields;
      await gateway.put(agency, { match, fields: own });
    }
    refs.push({ ref: (await release([{ match }]))[0].ref });
  }
  const one = refs.slice(0, 1);
  const unknown = () => [{ match: { id_number: freshNumber(BORN) } }];
  const cases = [
    { name: 'of one child', times: 5, run: () => release(one) },
    { name: 'the same again (control)', times: 5, run: () => release(one) },
    { name: 'with a reason of 1,000 characters', times: 5, run: () => release(one, LONG) },
    { name: 'refused, of an unknown person by number', times: 3, run: () => release(unknown()) },
    { name: 'of ten children', times: 1, run: () => release(refs) },
  ];
  const { micros, ratio } = await measureRatios(cases, Number(process.env['ROUNDS'] ?? 20));
  const [first] = cases;
  const rows = cases.map(({ name }) => {
    const to = ratio(name, first?.name ?? '');
    return [name, { 'CPU µs': Math.round(micros(name)), ratio: Number(to.toFixed(2)) }] as const;
  });
  console.table(Object.fromEntries(rows));
  await gateway.close();
}
