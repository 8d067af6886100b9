/** The log as lines, for programs that collect logs. Needs the action `audit`. */
import { call, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import { nextCursor } from './wire/link.ts';

export type LineFormat = 'ndjson' | 'ocsf';

export interface LogLine {
  id: string;
  /** Epoch milliseconds. */
  time: number;
  /** The event as it was answered, without the end of the line. */
  text: string;
}

/**
 * The entries of a span, newest first. Pages are fetched as they are read.
 * @param span RFC 3339 instants; `from` is inclusive, `to` exclusive
 */
export async function* logLines(
  wire: Wire,
  span: { from: string; to: string },
  format: LineFormat,
): AsyncGenerator<LogLine> {
  const accept = format === 'ocsf' ? 'application/x-ndjson; profile=ocsf' : 'application/x-ndjson';
  const request = { method: 'GET', path: '/v1/log/entries', safety: 'repeatable' } as const;
  const grant = { actions: ['audit'] };
  let cursor: string | undefined;
  do {
    const query = { ...span, cursor };
    const { text, headers } = await call(wire, { ...request, query, grant, headers: { accept } });
    for (const line of text.split('\n')) if (line !== '') yield lineOf(line, format);
    cursor = nextCursor(headers);
  } while (cursor !== undefined);
}

function lineOf(text: string, format: LineFormat): LogLine {
  const event = JSON.parse(text) as { id?: string; time?: string | number; metadata?: { uid?: string } };
  const id = format === 'ocsf' ? event.metadata?.uid : event.id;
  const time = typeof event.time === 'number' ? event.time : Date.parse(event.time ?? '');
  if (id === undefined || Number.isNaN(time))
    throw new FieldgateError('ANSWER_INVALID', 'A line of the log has no id or no time');
  return { id, time, text };
}
