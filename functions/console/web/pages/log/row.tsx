/** One row of the log. */

import { officeName, policy, purposeName } from '../../gateway/reference.ts';
import { fieldsInShort, kindName, type LogEntry, outcomeName } from '../../log/entries.ts';
import { t, visible } from '../../text.ts';
import { Instant } from '../../ui/instant.tsx';

/** @param entry `null` for a leaf of the log itself, which counts; `undefined` while it is being read */
export function Row({ entry }: { entry: LogEntry | null | undefined }) {
  const { log } = t();
  if (!entry)
    return (
      <span role="gridcell" class="c-time faint">
        {entry === null ? log.ownLeaf : '…'}
      </span>
    );
  const { handler, words, obligations = [] } = entry;
  const marks = [
    ...(obligations.includes(policy.value?.review ?? '') ? (['emergency'] as const) : []),
    ...(entry.erased ? (['erased'] as const) : []),
    ...(entry.mismatched ? (['mismatched'] as const) : []),
    ...(entry.reviewed ? (['reviewed'] as const) : []),
  ];
  return (
    <>
      <span role="gridcell" class="c-time">
        <Instant at={entry.time ?? ''} />
      </span>
      <span role="gridcell" class="c-kind">
        {kindName(entry.kind)}
      </span>
      <span role="gridcell" class="c-office">
        {visible(officeName(handler?.agency))}
      </span>
      <span role="gridcell" class="c-purpose">
        {entry.purpose} {purposeName(entry.purpose)}
      </span>
      <span role="gridcell" class="c-officer">
        {visible(words?.officer ?? '')}
        {handler?.officerBy === 'claimed' && words?.officer && <Small icon="°" text={log.marks.claimed} />}
        {handler?.evidence === 'none' && ASKED.has(entry.kind) && (
          <Small icon="□" text={log.marks.unsigned} />
        )}
      </span>
      <span role="gridcell" class={`c-outcome ${entry.outcome ?? ''}`}>
        {outcomeName(entry.outcome, entry.kind)} {entry.rule}
        {marks.map((mark) => (
          <span key={mark} class={`mark ${mark}`}>
            {log.marks[mark]}
          </span>
        ))}
      </span>
      <span role="gridcell" class="c-fields">
        {fieldsInShort(entry)}
      </span>
    </>
  );
}

/** Kinds about a request, which its caller may have signed. */
const ASKED: ReadonlySet<string> = new Set(['decision', 'denial', 'prohibited']);

function Small({ icon, text }: { icon: string; text: string }) {
  return (
    <span title={text}>
      <span aria-hidden="true">{icon}</span>
      <span class="hidden"> {text}</span>
    </span>
  );
}
