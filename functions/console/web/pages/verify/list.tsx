/**
 * Many people of one programme, one after the other. The journal is in this component alone, until its worker saves
 * it; it names each row by the office's own number of the application, never by an ID number.
 */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { csvOf, rowsOf } from '../../csv.ts';
import { save } from '../../download.ts';
import { pause } from '../../gateway/api.ts';
import { namedBy, verify } from '../../gateway/asking.ts';
import { ApiError } from '../../gateway/problems.ts';
import { number, t, time, visible } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { Button } from '../../ui/button.tsx';
import type { Field } from '../../ui/field.tsx';
import { put, useLeave } from '../../ui/kept.ts';
import { Failure } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';

interface Line {
  application: string;
  value: string;
}
interface Answered {
  application: string;
  outcome: 'YES' | 'NOT_CONFIRMED' | 'refused';
  until: string;
  entry: string;
  proof: string;
}
interface Job {
  programme: string;
  purpose: string;
  by: string;
  reason: string;
  case?: string;
  lines: Line[];
}
/** Rows that are asked about at once. */
const AT_ONCE = 8;

interface Props {
  /** The programme, how people are named, and the case. */
  fields: readonly Field[];
  purposeOf(programme: string): string;
  onAsked(): void;
}

/** The form is there once it is opened, so that it is not taken for the one above. */
export function VerifyList(props: Props) {
  const open = useSignal(false);
  return (
    <details onToggle={({ currentTarget }) => put(open, currentTarget.open)}>
      <summary>{t().asking.many.title}</summary>
      {open.value && <Many {...props} />}
    </details>
  );
}

function Many({ fields, purposeOf, onAsked }: Props) {
  const { asking } = t();
  const { many } = asking;
  const job = useSignal<Job | null>(null);
  const done = useSignal<readonly Answered[]>([]);
  /** `pausing`: the rows that are asked about get their answers first, so that none is asked about twice. */
  const state = useSignal<'idle' | 'running' | 'pausing' | 'paused'>('idle');
  const isAsking = () => state.value === 'running' || state.value === 'pausing';
  const stopped = useSignal<unknown>(null);
  const left = useRef(new AbortController());
  useLeave(() => {
    left.current.abort();
    job.value = null;
    done.value = [];
  });
  const next = (): Line[] => job.value?.lines.slice(done.value.length, done.value.length + AT_ONCE) ?? [];
  const run = async () => {
    state.value = 'running';
    stopped.value = null;
    for (let lines = next(); lines.length > 0 && state.value === 'running'; lines = next()) {
      const answers = await Promise.all(
        lines.map((line) => one(job.value as Job, line, left.current.signal)),
      );
      if (left.current.signal.aborted) return;
      // What was answered before the first failure counts; the others are asked again when it goes on.
      const at = answers.findIndex((answer) => answer instanceof ApiError);
      const good = (at < 0 ? answers : answers.slice(0, at)) as Answered[];
      done.value = [...done.value, ...good];
      if (at >= 0) {
        stopped.value = answers[at];
        break;
      }
    }
    state.value = next().length > 0 ? 'paused' : 'idle';
    onAsked();
  };
  const all = job.value?.lines.length ?? 0;
  return (
    <>
      <p class="faint">{many.hint}</p>
      <Act
        fields={[
          ...fields,
          {
            ...{ name: 'file', label: many.file, hint: many.fileHint, type: 'text-file' as const },
            check: (text) => (isAsking() ? many.underWay : linesIn(text).length > 0 ? null : many.noLines),
          },
          reasonField(),
        ]}
        button={asking.ask}
        run={async ({ programme = '', by = '', file = '', case: of, reason = '' }) => {
          const lines = linesIn(file);
          job.value = {
            ...{ programme, by, reason, purpose: purposeOf(programme), ...(of && { case: of }) },
            lines,
          };
          done.value = [];
          void run();
          return many.begun(number(lines.length));
        }}
      />
      {all > 0 && (
        <>
          <p class="row">
            <span role="status">{many.progress(number(done.value.length), number(all))}</span>
            {state.value === 'running' && (
              <Button onClick={() => put(state, 'pausing')}>{t().prove.pause}</Button>
            )}
            {state.value === 'paused' && <Button onClick={() => void run()}>{t().prove.resume}</Button>}
            {done.value.length > 0 && (
              <Button onClick={() => save('checks.csv', journalOf(done.value))}>{many.save}</Button>
            )}
          </p>
          {stopped.value !== null && <Stopped by={stopped.value} />}
          <Table
            title={many.title}
            heads={[many.application, many.outcome, many.until, t().entry.title]}
            rows={done.value.map(({ application, outcome, until, entry }) => [
              visible(application),
              wordOf(outcome),
              until && time(until, 'short'),
              entry,
            ])}
          />
        </>
      )}
    </>
  );
}

/** At the end of the day's budget: when to go on. */
function Stopped({ by }: { by: unknown }) {
  const after = by instanceof ApiError && by.problem.code === 'BUDGET_SPENT' ? by.retryAfter : null;
  return (
    <>
      <Failure error={by} />
      {after !== null && <p>{t().asking.many.from(time(Date.now() + after * 1000, 'short'))}</p>}
    </>
  );
}

/** A refusal of the row itself is an answer about the row; any other failure stops the list. */
async function one(job: Job, line: Line, signal: AbortSignal): Promise<Answered | ApiError> {
  const { programme, by, case: of, reason, purpose } = job;
  const subject = namedBy(by, line.value);
  for (let tries = 0; ; tries++) {
    try {
      const answer = await verify(programme, subject, { purpose, reason, ...(of && { case: of }) });
      const { outcome, validUntil, receipt, attestation } = answer;
      const rest = { until: outcome === 'YES' ? validUntil : '', entry: receipt.entry, proof: attestation };
      return { application: line.application, outcome, ...rest };
    } catch (failure) {
      // Also an answer of another shape stops the list, which can go on.
      const error = failure instanceof ApiError ? failure : new ApiError(0, {});
      const { code } = error.problem;
      if (error.status === 422 || error.status === 400)
        return { application: line.application, outcome: 'refused', until: '', entry: '', proof: '' };
      // Too many at once: the gateway says when.
      if (code !== 'RATE_LIMITED' || tries >= 5) return error;
      await pause((error.retryAfter ?? 1) * 1000, signal).catch(() => {});
      if (signal.aborted) return error;
    }
  }
}

/** Of each row the first two columns: the office's own number of the application, and whom it is about. */
const linesIn = (text: string): Line[] =>
  rowsOf(text).flatMap(([application = '', value = '']) => (value.trim() ? [{ application, value }] : []));

function wordOf(outcome: Answered['outcome']): string {
  const { asking } = t();
  return outcome === 'YES'
    ? `✓ ${asking.eligible}`
    : outcome === 'refused'
      ? asking.many.wrong
      : asking.notConfirmed;
}

function journalOf(all: readonly Answered[]): string {
  const { many } = t().asking;
  const heads = [many.application, many.outcome, many.until, t().entry.title, many.proof];
  return csvOf([heads, ...all.map((one) => [one.application, one.outcome, one.until, one.entry, one.proof])]);
}
