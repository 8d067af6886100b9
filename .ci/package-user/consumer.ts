/** A program of a user of the npm package: it must type-check against what the package declares. */
import {
  type CheckedReceipt,
  type ConnectOptions,
  connect,
  type Fieldgate,
  FieldgateError,
  type IntakeRecord,
  type ReleaseAnswer,
} from '@fieldgate/client';

export async function nameOf(options: ConnectOptions, idNumber: string): Promise<string | undefined> {
  const gate: Fieldgate = await connect(options);
  try {
    const answer: ReleaseAnswer = await gate.release({
      purpose: 'S1',
      subjects: [{ match: { id_number: idNumber } }],
    });
    const [first] = answer.results;
    if (!first || 'refused' in first) return undefined;
    const checked: CheckedReceipt = await gate.checkReceipt(first.receipt, { wait: 1000 });
    const value = first.fields.name?.value;
    return checked.place !== null && typeof value === 'string' ? value : undefined;
  } catch (error) {
    if (error instanceof FieldgateError && error.code === 'ANSWER_LOST') return error.requestId;
    throw error;
  }
}

export async function putIn(gate: Fieldgate, records: AsyncIterable<IntakeRecord>): Promise<number> {
  const { results, failed } = await gate.intake(records, { ifAbsent: 'refuse' });
  for (const result of results) if ('problem' in result && result.problem.code === 'CONFLICT') return -1;
  const uses = gate.items('GET /v1/usage', 'entries', { query: { from: '2026-01-01' } });
  for await (const entry of uses) if (entry.kind === 'decision') break;
  const { outcome } = await gate.verify({ programme: 'p', purpose: 'C1', subject: { code: '1' } });
  return outcome === 'YES' ? failed : 0;
}
