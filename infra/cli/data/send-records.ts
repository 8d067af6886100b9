import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { IntakeListRequest } from '../../../shared/client/intake.ts';
import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import type { IntakeResult } from '../../../shared/contract/release.ts';
import type { Journal } from '../lists/journal.ts';

export interface ToSend {
  /** The name of its content in the journal. */
  key: string;
  record: IntakeRecord;
}

/**
 * Sends records in requests of the allowed size. Those of a request whose answer was lost go first: the gateway carries a
 * request out once under its name, if it has the same records in the same order.
 * @param keep has the answers on disk when it returns
 */
export async function sendRecords(
  gate: Fieldgate,
  { open, send }: Pick<Journal<object>, 'open' | 'send'>,
  todo: readonly ToSend[],
  options: Omit<IntakeListRequest, 'rows' | 'again' | 'before' | 'keep'>,
  keep: (answered: readonly (readonly [ToSend, IntakeResult])[]) => void,
): Promise<void> {
  const at = new Map(todo.map(({ key }, row) => [key, row]));
  const asked = (rows: readonly number[]) =>
    rows.map((row) => ({ row, record: (todo[row] as ToSend).record }));
  const cut = open?.keys.flatMap((key) => at.get(key) ?? []) ?? [];
  const whole = cut.length > 0 && cut.length === open?.keys.length ? open.name : undefined;
  const left = new Set(whole === undefined ? [] : cut);
  await gate.intakeList({
    ...options,
    ...(whole === undefined ? {} : { again: { rows: asked(cut), name: whole } }),
    rows: asked([...todo.keys()].filter((row) => !left.has(row))),
    before: (rows, name) =>
      send(
        rows.map(({ row }) => (todo[row] as ToSend).key),
        name,
      ),
    keep(results) {
      keep(results.map(({ row, result }) => [todo[row] as ToSend, result]));
      options.signal?.throwIfAborted();
    },
  });
}
