/** The witnesses of the log, and the reader's own policy of them. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { PolicyError } from '../../../../../shared/tree/witness-policy.ts';
import { ago, t, visible } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { witnessesInWords } from '../../ui/integrity.tsx';
import { Failure } from '../../ui/state.tsx';
import { pinnedPolicy, type Seen, witnesses } from '../../verify/pinned.ts';
import { lookAtWitnesses, pinPolicy, shownPolicy } from '../../verify/witnesses.ts';

/** For the frame. */
export const look = (): Promise<void> => lookAtWitnesses();

export function Witnesses() {
  const { witnesses: text } = t();
  const shown = useSignal<string | null>(null);
  const pasted = useSignal('');
  const failure = useSignal<unknown>(null);
  useEffect(() => {
    lookAtWitnesses().catch(() => {});
    shownPolicy().then(
      (policy) => {
        shown.value = policy;
      },
      () => {},
    );
  }, []);
  const seen = witnesses.value;
  const own = pinnedPolicy.value;
  const mark = markOf(seen);
  return (
    <>
      <h2>{text.title}</h2>
      <p role="status" class={mark === '✓' ? 'good' : mark === '✗' ? 'bad' : ''}>
        {seen ? `${mark} ${witnessesInWords(seen)}`.trim() : text.none}
      </p>
      {seen && (
        <ul>
          {seen.by.map(({ name, time }) => (
            <li key={name}>
              {visible(name)}, {ago(time * 1000)}
            </li>
          ))}
          {seen.without.map((name) => (
            <li key={name} class="faint">
              {visible(name)}: {seen.unchecked.includes(name) ? text.unable : text.missing}
            </li>
          ))}
        </ul>
      )}
      <p>{own === null ? text.gatewayOnly : text.pinned}</p>
      {own !== null && shown.value !== null && shown.value !== own && (
        <>
          <p class="bad">{text.differs}</p>
          <pre class="mono">{differences(own, shown.value)}</pre>
        </>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          failure.value = null;
          pinPolicy(`${pasted.value.trimEnd()}\n`).catch((error) => {
            failure.value = error;
          });
        }}
      >
        <label class="field">
          <span>{text.enter}</span>
          <small>{text.enterHint}</small>
          <textarea
            rows={6}
            class="mono"
            value={pasted.value}
            onInput={(event) => {
              pasted.value = event.currentTarget.value;
            }}
          />
        </label>
        {failure.value instanceof PolicyError ? (
          <p role="alert" class="bad">
            {failure.value.line > 0 ? text.badLine(failure.value.line) : text.badPolicy}
          </p>
        ) : (
          failure.value !== null && <Failure error={failure.value} />
        )}
        <Button type="submit">{text.pin}</Button>
      </form>
    </>
  );
}

/** A list of the gateway's own proves nothing, and what this browser can't check is no fault: neither has a mark. */
function markOf(seen: Seen | null): string {
  if (!seen || seen.fault === 'UNABLE') return '';
  if (seen.fault !== null) return '✗';
  return seen.own ? '✓' : '';
}

/** Lines that one of them has and the other lacks. */
function differences(own: string, shown: string): string {
  const [mine, theirs] = [own.split('\n'), shown.split('\n')];
  const gone = mine.filter((line) => !theirs.includes(line)).map((line) => `- ${line}`);
  const added = theirs.filter((line) => !mine.includes(line)).map((line) => `+ ${line}`);
  return [...gone, ...added].join('\n');
}
