import { sha256 } from '@noble/hashes/sha2.js';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { headIn } from '../../../../../shared/client/evidence/evidence.ts';
import { parseVerifier } from '../../../../../shared/tree/note.ts';
import { save } from '../../download.ts';
import { hashOf } from '../../frame/route.ts';
import { read, treeUntil, untilAnswered } from '../../gateway/api.ts';
import { clockSkew, may } from '../../gateway/session.ts';
import { sizeOnce } from '../../log/source.ts';
import { ago, number, t, time } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { put } from '../../ui/kept.ts';
import { Failure, useLoad } from '../../ui/state.tsx';
import { Facts } from '../../ui/table.tsx';
import { HOUR } from '../../units.ts';
import { continuesRemembered } from '../../verify/fork.ts';
import { type Remembered, recall, remembered } from '../../verify/remembered.ts';
import { pauseRun, progress, stopped, verifyLog } from '../../verify/run.ts';
import { CompareReport } from './compare-report.tsx';
import { Counted } from './counted.tsx';
import { Witnesses } from './witnesses.tsx';

/** Milliseconds back to which entries can be that no tree has yet. */
const LATELY = HOUR;

export default function Prove() {
  const { prove } = t();
  const size = useSignal<number | null>(null);
  const error = useSignal<unknown>(null);
  const unread = useSignal<unknown>(null);
  const isLooking = useRef(false);
  const look = async () => {
    // One at a time: a call waits until the gateway answers.
    if (isLooking.current) return;
    isLooking.current = true;
    try {
      size.value = await untilAnswered(sizeOnce);
      unread.value = null;
    } catch (failure) {
      unread.value = failure;
    } finally {
      isLooking.current = false;
    }
  };
  useEffect(() => {
    void recall();
    void look();
    const timer = setInterval(() => void (document.hidden || look()), 10_000);
    return () => clearInterval(timer);
  }, []);
  const known = remembered.value;
  const start = (all: boolean, key?: string) => {
    error.value = null;
    verifyLog({ all, key }).catch((failure) => put(error, failure));
  };
  const fresh = Math.max(0, (size.value ?? 0) - (known?.size ?? 0));
  return (
    <article class="beside">
      <div>
        <State known={known} />
        {error.value !== null && <Failure error={error.value} />}
        {unread.value !== null && <Failure error={unread.value} again={() => void look()} />}
        {stopped.value !== null && <p role="alert">{prove.stopped}</p>}
        {progress.value ? (
          <Running />
        ) : (
          <p class="row">
            <Button kind="main" onClick={() => start(false)}>
              {known && !known.fault ? prove.verifyNew(number(fresh)) : prove.verifyFirst}
            </Button>
            {known && <Button onClick={() => start(true)}>{prove.verifyAll}</Button>}
            <span class="faint">
              {prove.verifyAllHint(...costOf(known && !known.fault ? fresh : (size.value ?? 0)))}
              {known && ` ${prove.verifyAll}: ${prove.verifyAllHint(...costOf(size.value ?? 0))}`}
            </span>
          </p>
        )}
        {size.value !== null && <Lag size={size.value} />}
        {known && <Kept known={known} />}
        {known && <Counted known={known} />}
      </div>
      <div>
        <Key known={known} onTake={(key) => start(true, key)} />
        <Witnesses />
        {may('audit') && (
          <>
            <h2>{t().report.title}</h2>
            <p>
              <a href={hashOf('review', { figures: 'yes' })}>{t().report.make}</a>
            </p>
            <CompareReport />
          </>
        )}
      </div>
    </article>
  );
}

/** Entries that a worker checks in a second on a slow machine, and bytes of one with its signature. */
const RATE = 2500;
const BYTES = 1000;

/** Entries, minutes and megabytes of a verification. */
function costOf(entries: number): [string, string, string] {
  const [minutes, megabytes] = [Math.ceil(entries / RATE / 60), Math.ceil((entries * BYTES) / 1e6)];
  return [number(entries), number(minutes), number(megabytes)];
}

/** What is stored and not in the tree yet, which only an auditor may count. */
function Lag({ size }: { size: number }) {
  const { prove } = t();
  const counts = may('audit');
  const loaded = useLoad(
    async (signal) => {
      const from = new Date(Date.now() - LATELY).toISOString();
      const query = { by: 'kind', bucket: 'hour', from } as const;
      return counts ? (await read('GET /v1/log/stats', { query }, signal)).untreed : undefined;
    },
    [size],
  );
  const until = treeUntil.value;
  const waits = loaded.value;
  return (
    <p class="faint">
      {prove.lag(number(size))} {waits != null && prove.waits(number(waits))}{' '}
      {until !== null && prove.upTo(ago(until, Date.now() + clockSkew() * 1000))}
    </p>
  );
}

function State({ known }: { known: Remembered | null }) {
  const { prove } = t();
  if (!known) return <p class="state">◐ {prove.unknown}</p>;
  if (!known.fault) return <p class="state good">● {prove.holds(number(known.size), ago(known.at))}</p>;
  const { code, at, entry } = known.fault;
  return (
    <div class="failure" role="alert">
      <p class="state bad">■ {prove.faults[code]}</p>
      {at !== null && <p>{prove.faultAt(number(at + 1))}</p>}
      {entry !== null && (
        <p>
          {prove.faultEntry}{' '}
          <a href={hashOf('log', { e: entry })} class="mono">
            {entry}
          </a>
        </p>
      )}
      <p>{time(known.at)}</p>
      <p>{prove.whatToDo}</p>
    </div>
  );
}

function Running() {
  const { prove } = t();
  const now = progress.value;
  if (!now) return null;
  const seconds = (performance.now() - now.started) / 1000;
  const rate = Math.round((now.done - now.from) / Math.max(0.1, seconds));
  return (
    <div>
      <progress
        max={Math.max(1, now.size - now.from)}
        value={now.done - now.from}
        aria-label={prove.verifyFirst}
      />
      <p role="status">
        {prove.running(number(now.done), number(now.size), number(rate))}
        {rate > 0 && now.size > now.done && `, ${prove.left(lasting((now.size - now.done) / rate))}`}
      </p>
      <Button onClick={() => pauseRun(!now.paused)}>{now.paused ? prove.resume : prove.pause}</Button>
    </div>
  );
}

/** Seconds as minutes and seconds. */
const lasting = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(Math.ceil(seconds % 60)).padStart(2, '0')}`;

function Kept({ known }: { known: Remembered }) {
  const { prove } = t();
  const pasted = useSignal('');
  const found = useSignal<'compareSame' | 'compareFork' | 'compareBad' | null>(null);
  const compare = async () => {
    const verifier = parseVerifier(sha256, known.key);
    const head = verifier && (await headIn(`${pasted.value.trimEnd()}\n`, verifier));
    if (!head) found.value = 'compareBad';
    else found.value = (await continuesRemembered(known, head)) ? 'compareSame' : 'compareFork';
  };
  return (
    <>
      <h2>{prove.remembered}</h2>
      <Facts
        rows={[
          [t().usage.when, time(known.at)],
          [prove.size, number(known.size)],
          [
            prove.checkpoint,
            <pre key="note" class="mono">
              {known.note}
            </pre>,
          ],
        ]}
      />
      <p class="row">
        <Button onClick={() => void navigator.clipboard?.writeText(known.note)}>{prove.export}</Button>
        <Button onClick={() => save('checkpoint.txt', known.note, 'text/plain')}>{prove.saveNote}</Button>
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          compare().catch(() => put(found, 'compareBad'));
        }}
      >
        <label class="field">
          <span>{prove.compare}</span>
          <small>{prove.compareHint}</small>
          <textarea
            rows={5}
            class="mono"
            value={pasted.value}
            onInput={(event) => put(pasted, event.currentTarget.value)}
          />
        </label>
        <Button type="submit">{prove.compareButton}</Button>
        {found.value && (
          <p role="status" class={found.value === 'compareSame' ? 'good' : 'bad'}>
            {prove[found.value]}
          </p>
        )}
      </form>
    </>
  );
}

function Key({ known, onTake }: { known: Remembered | null; onTake(key: string): void }) {
  const { prove } = t();
  const text = useSignal('');
  const bad = useSignal(false);
  return (
    <>
      <h2>{prove.key}</h2>
      {known ? (
        <>
          <p class="mono">{known.key}</p>
          <p>
            {(known.keyFrom === 'hand' ? prove.keyHand : prove.keyGateway)(time(known.keySince, 'short'))}
          </p>
        </>
      ) : (
        <p>{prove.keyNone}</p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          bad.value = !parseVerifier(sha256, text.value.trim());
          if (!bad.value) onTake(text.value.trim());
        }}
      >
        <label class="field">
          <span>{prove.keyEnter}</span>
          <input
            type="text"
            class="mono"
            value={text.value}
            onInput={(event) => put(text, event.currentTarget.value)}
          />
        </label>
        {bad.value && (
          <p role="alert" class="bad">
            {prove.keyBad}
          </p>
        )}
        <Button type="submit">{prove.keyTake}</Button>
      </form>
    </>
  );
}
