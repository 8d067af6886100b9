/** The entries of a group as a table of what differs, with marks for those that a verdict is about. */
import { read } from '../../gateway/api.ts';
import { asRow, fieldsInShort, type LogEntry } from '../../log/entries.ts';
import { number, t, time, visible } from '../../text.ts';
import { Shown, useLoad } from '../../ui/state.tsx';

/** Members in which entries alike may differ, besides their time. */
const MEMBERS: Record<'person' | 'fields' | 'officer', (entry: LogEntry) => string> = {
  person: ({ subject = '' }) => subject.slice(0, 8),
  fields: fieldsInShort,
  officer: ({ words }) => visible(words?.officer ?? ''),
};

export function Alike({
  ids,
  count,
  at,
  marked,
  onMark,
}: {
  ids: readonly string[];
  /** Of the group, which may be more than are named. */
  count: number;
  /** The row that the keys are at. */
  at: number;
  marked: ReadonlySet<string>;
  onMark(index: number): void;
}) {
  const { review, log } = t();
  const [first = ''] = ids;
  const loaded = useLoad(
    async (signal) => {
      const query = { ids: ids.join(','), view: 'row' } as const;
      const { entries } = await read('GET /v1/log/entries', { query }, signal);
      return new Map(entries.map((one) => asRow(one)).map((one) => [one.id, one]));
    },
    [first, ids.length],
  );
  const heads = { person: t().log.filter.subject, fields: log.columns.fields, officer: log.columns.officer };
  return (
    <section class="alike">
      <h3>{review.others(number(count))}</h3>
      <Shown of={loaded} rows={Math.min(8, ids.length)}>
        {(rows) => {
          const known = ids.flatMap((id, index) => {
            const entry = rows.get(id);
            return entry ? [{ entry, index }] : [];
          });
          const people = new Set(known.map(({ entry }) => entry.subject)).size;
          const vary = (Object.keys(MEMBERS) as (keyof typeof MEMBERS)[]).filter(
            (name) => new Set(known.map(({ entry }) => MEMBERS[name](entry))).size > 1,
          );
          return (
            <>
              <p class="faint">{vary.length === 0 ? review.onlyTimes : review.people(number(people))}</p>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{log.columns.time}</th>
                    {vary.map((name) => (
                      <th key={name} scope="col">
                        {heads[name]}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {known.map(({ entry, index }) => (
                    <tr key={entry.id} class={index === at ? 'here' : ''}>
                      <td>
                        <label>
                          <input
                            type="checkbox"
                            checked={marked.has(entry.id)}
                            onChange={() => onMark(index)}
                          />{' '}
                          {time(entry.time ?? '')}
                        </label>
                      </td>
                      {vary.map((name) => (
                        <td key={name} class={name === 'person' ? 'mono' : ''}>
                          {MEMBERS[name](entry)}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </>
          );
        }}
      </Shown>
    </section>
  );
}
