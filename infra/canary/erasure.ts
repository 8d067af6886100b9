/** The erasure at the end of a journey: two people of two lines, of whom the first has an order. */
import { type ConnectOptions, connect, type Fieldgate } from '../../shared/client/connect.ts';
import type { Receipt } from '../../shared/contract/common.ts';
import type { Plan } from './plan.ts';

/** Two offices, each with a person who has just logged in. */
export interface Erasers {
  orders: ConnectOptions;
  /** Of the department that put the record in. */
  confirms: ConnectOptions;
}

/** @throws Error if the record is not erased at once; FieldgateError */
export async function eraseByTwo({ orders, confirms }: Erasers, plan: Plan): Promise<Receipt> {
  const { match, fields, erasure, ask } = plan;
  if (!erasure) throw new Error('the plan says nothing of an erasure');
  const [first, second] = await Promise.all([connect(orders), connect(confirms)]);
  // What an office puts in tells it the reference that it has to the person.
  const asked = await first.call('POST /v1/subjects/:ref/erase', {
    ref: await putBy(first, match, erasure.fields as Plan['fields']),
    body: { instrument: erasure.instrument, reason: ask.reason },
  });
  if (!('state' in asked) || !asked.receipt) throw new Error('it waits for no second person');
  const done = await second.call('POST /v1/subjects/:ref/erase', {
    ref: await putBy(second, match, fields),
    body: { entry: asked.receipt.entry, reason: ask.reason },
  });
  if (!('erasedAt' in done)) throw new Error('it is not erased');
  return done.receipt;
}

async function putBy(gate: Fieldgate, match: Plan['match'], fields: Plan['fields']): Promise<string> {
  const [one] = (await gate.intake([{ match, fields }])).results;
  if (!one || !('ref' in one) || typeof one.ref !== 'string') throw new Error('a record was not put in');
  return one.ref;
}
