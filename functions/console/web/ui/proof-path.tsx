/** The proof of an entry as a list of steps and as a picture of the path to the root. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { hashOf } from '../frame/route.ts';
import { pause } from '../gateway/api.ts';
import { ApiError } from '../gateway/problems.ts';
import type { LogEntry } from '../log/entries.ts';
import { number, t, time } from '../text.ts';
import { type Proof, proveEntry, type Step } from '../verify/proof.ts';
import { Failure } from './state.tsx';

const AGAIN = 5;

export function ProofOf({ entry, turn }: { entry: LogEntry; turn: number }) {
  const { proof: text } = t();
  const done = useSignal<Proof | null>(null);
  const error = useSignal<unknown>(null);
  const wait = useSignal(false);
  const again = useSignal(0);
  useEffect(() => {
    const stop = new AbortController();
    done.value = null;
    error.value = null;
    const prove = async () => {
      for (;;) {
        try {
          const found = await proveEntry(entry);
          if (!stop.signal.aborted) done.value = found;
          return;
        } catch (failure) {
          if (!(failure instanceof ApiError) || failure.status !== 409) throw failure;
          wait.value = true;
          await pause(AGAIN * 1000, stop.signal);
        }
      }
    };
    prove().catch((failure) => {
      if (!stop.signal.aborted) error.value = failure;
    });
    return () => stop.abort();
  }, [entry.id, turn, again.value]);
  if (error.value) return <Failure error={error.value} again={() => again.value++} />;
  if (!done.value) return <p role="status">{wait.value ? text.waiting(AGAIN) : text.checking}</p>;
  const { steps, path } = done.value;
  const bad = steps.find(({ ok }) => !ok);
  return (
    <div class="proof">
      <p class={bad ? 'bad' : 'good'} role="status">
        <b>{bad ? `✗ ${text.fails}` : `✓ ${text.holds}`}</b>
      </p>
      <ol>
        {steps.map((step) => (
          <li key={step.name} class={step.ok ? '' : 'bad'}>
            <span aria-hidden="true" class={step.ok ? 'good' : 'bad'}>
              {step.ok ? '✓' : '✗'}
            </span>{' '}
            {step.ok ? sentence(step, done.value as Proof) : text.failures[step.name]}
            {step.shown.length > 20 && (
              <details>
                <summary class="mono">{step.shown.slice(0, 10)}…</summary>
                <span class="mono">{step.shown}</span>
              </details>
            )}
          </li>
        ))}
      </ol>
      {done.value.by && (
        <p>
          {text.by(done.value.by.name)} <span class="mono">{done.value.by.build ?? '–'}</span>{' '}
          {done.value.by.release ? text.release(done.value.by.release) : text.noRelease}{' '}
          <a href={hashOf('log', { kind: 'deployment' })}>{text.deployments}</a>
        </p>
      )}
      {done.value.unread && <p>{text.sm3}</p>}
      {bad && <p>{text.whatToDo}</p>}
      <PathPicture path={path} label={text.picture} />
    </div>
  );
}

function sentence({ name, shown }: Step, proof: Proof): string {
  const { steps } = t().proof;
  if (name === 'bytes') return steps.bytes(number(Number(shown)));
  if (name === 'path') return steps.path(Number(shown));
  if (name === 'checkpoint') return steps.checkpoint(number(proof.size));
  if (name === 'continues') {
    const { remembered } = proof;
    return remembered ? steps.continues(time(remembered.at, 'short'), number(remembered.size)) : steps.first;
  }
  return steps[name];
}

const STEP = 34;
/** Milliseconds between two nodes that are filled as they were computed. */
const FILL = 60;

/** Each computed node is above the previous one; each sibling is a box next to the node that it is joined with. */
function PathPicture({ path, label }: { path: Proof['path']; label: string }) {
  const height = (path.length + 1) * STEP + 10;
  const yOf = (level: number) => height - 20 - level * STEP;
  return (
    <svg class="path" viewBox={`0 0 320 ${height}`} role="img" aria-label={`${label}: ${path.length}`}>
      {path.map(({ side, neighbour }, level) => {
        const x = side === 'left' ? 70 : 250;
        return (
          <g key={neighbour + String(level)}>
            <line x1="160" y1={yOf(level)} x2="160" y2={yOf(level + 1)} />
            <line x1={x} y1={yOf(level)} x2="160" y2={yOf(level + 1)} />
            <rect class="neighbour" x={x - 42} y={yOf(level) - 10} width="84" height="20" rx="3" />
            <text x={x} y={yOf(level) + 4}>
              {neighbour.slice(0, 8)}
            </text>
          </g>
        );
      })}
      {Array.from({ length: path.length + 1 }, (_, level) => (
        <circle
          key={level}
          class={level === 0 ? 'leaf' : ''}
          style={{ animationDelay: `${level * FILL}ms` }}
          cx="160"
          cy={yOf(level)}
          r="8"
        />
      ))}
    </svg>
  );
}
