import { useSignal } from '@preact/signals';
import { hashOf, route, setQuery } from '../frame/route.ts';
import { read } from '../gateway/api.ts';
import { fieldName, loadReference, officeName, purposeName } from '../gateway/reference.ts';
import { asEntry, fieldsInShort, kindName, type LogEntry, outcomeName } from '../log/entries.ts';
import { recipientsIn } from '../log/timeline.ts';
import { dotted, number, t, time, visible } from '../text.ts';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/choose.tsx';
import { EntryPane } from '../ui/entry-pane.tsx';
import { put } from '../ui/kept.ts';
import { heightOf, List } from '../ui/list.tsx';
import { usePages } from '../ui/split.tsx';
import { Failure, Skeleton } from '../ui/state.tsx';
import { Table } from '../ui/table.tsx';
import { Timeline } from '../ui/timeline.tsx';

/** Entries of one call; each call is an entry about the person itself. */
const PAGE = 1000;
/** Older than any log. */
const BEGINNING = '2020-01-01T00:00:00.000Z';

export default function Inquiry() {
  const { inquiry } = t();
  const { query } = route.value;
  const [subject, ref] = [query.get('subject') ?? '', query.get('ref') ?? ''];
  return (
    <>
      <Ask key={`${subject} ${ref}`} subject={subject} own={ref} />
      {subject === '' && ref === '' ? (
        <p class="empty">{inquiry.hint}</p>
      ) : (
        <Answer key={`about ${subject} ${ref}`} about={subject === '' ? { ref } : { subject }} />
      )}
    </>
  );
}

/** Asks for the log's id of a person or the office's own reference, which name no person. */
function Ask({ subject, own }: { subject: string; own: string }) {
  const { inquiry } = t();
  const kind = useSignal<'subject' | 'ref'>(own === '' ? 'subject' : 'ref');
  const value = useSignal(subject || own);
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        const text = value.value.trim();
        setQuery({ subject: undefined, ref: undefined, e: undefined, [kind.value]: text }, false);
      }}
    >
      <Select
        label={inquiry.by}
        value={kind.value}
        options={[
          ['subject', inquiry.byId],
          ['ref', t().inbox.reference],
        ]}
        onPick={(value) => put(kind, value as 'subject' | 'ref')}
      />
      <input
        type="text"
        class="mono inline"
        aria-label={kind.value === 'ref' ? t().inbox.reference : inquiry.byId}
        autocomplete="off"
        spellcheck={false}
        maxLength={64}
        value={value.value}
        onInput={(event) => put(value, event.currentTarget.value)}
      />
      <Button type="submit" kind="main">
        {inquiry.look}
      </Button>
    </form>
  );
}

function Answer({ about }: { about: { subject: string } | { ref: string } }) {
  const { inquiry, states } = t();
  const selected = useSignal(0);
  const open = route.value.query.get('e');
  const pages = usePages(async (cursor, signal) => {
    void loadReference();
    const query = { ...about, from: BEGINNING, limit: PAGE, cursor };
    const page = await read('GET /v1/log/entries', { query }, signal);
    return { items: page.entries.map(asEntry), cursor: page.cursor };
  });
  const { items: found, isWhole, busy, error, more } = pages;
  if (found.length === 0 && busy) return <Skeleton rows={10} />;
  // Pages of the log find a person by its id there, not by an office's reference.
  const subject = 'subject' in about ? about.subject : found.find((one) => one.subject)?.subject;
  return (
    <div class={open ? 'split' : ''}>
      <div class="left">
        {error !== null && <Failure error={error} again={() => void more()} />}
        <p class="row" role="status">
          <b>{(isWhole ? inquiry.all : inquiry.atLeast)(number(found.length))}</b>
          {busy && <span class="faint">{states.loading}</span>}
          {!isWhole && !busy && (
            <>
              <Button onClick={() => void more()}>{inquiry.older}</Button>
              <Button onClick={() => void more(true)}>{inquiry.toTheEnd}</Button>
            </>
          )}
          <span class="faint">{inquiry.itself}</span>
        </p>
        {found.length === 0 ? (
          <p class="empty">{inquiry.none}</p>
        ) : (
          <>
            <Timeline
              title={inquiry.timeline}
              entries={found}
              linkOf={({ ids, from, to }, agency) =>
                ids.length === 1
                  ? hashOf('inquiry', { ...about, e: ids[0] })
                  : hashOf('log', {
                      ...{
                        subject,
                        agency,
                        from: new Date(from).toISOString(),
                        to: new Date(to + 1).toISOString(),
                      },
                    })
              }
            />
            <Recipients entries={found} subject={subject} />
            <h2>{inquiry.entries}</h2>
            <List
              label={inquiry.entries}
              count={found.length}
              rowHeight={heightOf(2)}
              selected={selected.value}
              onSelect={(at) => {
                selected.value = at;
                if (open) setQuery({ e: found[at]?.id });
              }}
              onOpen={(at) => setQuery({ e: found[at]?.id }, open !== null)}
              row={(at) => <Row entry={found[at] as LogEntry} />}
            />
          </>
        )}
      </div>
      {open && <EntryPane id={open} key={open} onClose={() => setQuery({ e: undefined }, false)} />}
    </div>
  );
}

function Recipients({ entries, subject }: { entries: readonly LogEntry[]; subject: string | undefined }) {
  const { inquiry, log } = t();
  const recipients = recipientsIn(entries);
  const heads = [log.columns.office, log.columns.purpose, log.columns.fields, inquiry.first, inquiry.last];
  return (
    <>
      <h2>{inquiry.recipients}</h2>
      {recipients.length === 0 ? (
        <p>{inquiry.nobody}</p>
      ) : (
        <Table
          title={inquiry.recipients}
          heads={[...heads, inquiry.times]}
          numeric={[5]}
          rows={recipients.map(({ agency, purpose, count, fields, first, last }) => [
            visible(officeName(agency)),
            `${purpose} ${purposeName(purpose)}`,
            fields.map(fieldName).join(', '),
            time(first, 'short'),
            time(last, 'short'),
            <a
              key="entries"
              href={hashOf('log', {
                ...{ subject, from: BEGINNING, agency, purpose },
                ...{ kind: 'decision', outcome: 'released' },
              })}
            >
              {number(count)}
            </a>,
          ])}
        />
      )}
    </>
  );
}

function Row({ entry }: { entry: LogEntry }) {
  return (
    <span role="gridcell" class="group">
      <span>
        {time(entry.time ?? '')} · <b>{kindName(entry.kind)}</b>
        {' · '}
        {dotted(visible(officeName(entry.handler?.agency)), visible(entry.words?.officer ?? ''))}
      </span>
      <span>
        {dotted(
          `${entry.purpose ?? ''} ${purposeName(entry.purpose)}`,
          `${outcomeName(entry.outcome, entry.kind)} ${entry.rule ?? ''}`,
          fieldsInShort(entry),
        )}
      </span>
    </span>
  );
}
