/** An answer about one person: shown once, cleared by itself, printed with who asked across each page. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Released, ReleaseResult } from '../../../../shared/contract/release.ts';
import type { Json } from '../../../../shared/json.ts';
import { formName } from '../entries.ts';
import { useKeys } from '../keys.ts';
import { departmentName, fieldName } from '../reference.ts';
import { person } from '../session.ts';
import { label, t, time, visible } from '../text.ts';
import { Button } from '../ui/button.tsx';
import { Rule } from '../ui/rule.tsx';
import { areSigned } from '../verify/receipts.ts';

/** Milliseconds until an answer is cleared. */
const SHOWN = 5 * 60_000;

interface Props {
  answer: Released;
  asked: { case: string; purpose: string };
  onClear(): void;
  onAgain(): void;
}

export function AnswerView({ answer, asked, onClear, onAgain }: Props) {
  const { asking } = t();
  const head = useRef<HTMLHeadingElement>(null);
  const until = useSignal(performance.now() + SHOWN);
  const left = useSignal(SHOWN);
  const armed = useSignal(0);
  const [result] = answer.results;
  const isCleared = result === undefined;
  useEffect(() => head.current?.focus(), [isCleared]);
  useEffect(() => {
    if (isCleared) return undefined;
    const timer = setInterval(() => {
      left.value = until.value - performance.now();
      if (left.value <= 0) onClear();
    }, 500);
    return () => clearInterval(timer);
  }, [isCleared]);
  const stay = () => {
    until.value = performance.now() + SHOWN;
    left.value = SHOWN;
  };
  useKeys({
    ' ': { label: asking.stay, run: stay },
    p: { label: asking.print, run: () => print() },
    Escape: {
      label: asking.clearTwice,
      run: () => {
        if (performance.now() - armed.value < 1500) onClear();
        armed.value = performance.now();
      },
    },
  });
  if (!result) {
    return (
      <article class="column">
        <h2 tabIndex={-1} ref={head}>
          {asking.cleared}
        </h2>
        <Button kind="main" onClick={onAgain}>
          {asking.again}
        </Button>
      </article>
    );
  }
  const { name = '', office = '' } = person.value ?? {};
  const mark = [name, office, asked.case, time(Date.now()), result.receipt.entry].filter(Boolean).join(' · ');
  const seconds = Math.max(0, Math.ceil(left.value / 1000));
  return (
    <article class="column answer">
      <h2 tabIndex={-1} ref={head}>
        {'refused' in result ? asking.refused : asking.given}
      </h2>
      {'refused' in result ? <p>{asking.quote(result.receipt.entry)}</p> : <Values result={result} />}
      {answer.obligations.length > 0 && !('refused' in result) && (
        <p class="bar warn">
          {asking.obliges}: {answer.obligations.join(', ')}
        </p>
      )}
      <Signed receipt={result.receipt} />
      <p class="faint">
        {asking.mark}: {visible(mark)} · {asking.notForPublication}
      </p>
      <div class="watermark" aria-hidden="true">
        {Array.from({ length: 12 }, (_, at) => (
          <p key={at}>
            {visible(mark)} · {asking.notForPublication}
          </p>
        ))}
      </div>
      <p class="row">
        <span role="timer">
          {asking.clears(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`)}
        </span>
        <Button onClick={stay} kbd="␣">
          {asking.stay}
        </Button>
        <Button onClick={() => print()} kbd="p">
          {asking.print}
        </Button>
        <Button kind="main" onClick={onClear} kbd="Esc Esc">
          {asking.clear}
        </Button>
      </p>
    </article>
  );
}

function Values({ result }: { result: Exclude<ReleaseResult, { refused: object }> }) {
  const { asking } = t();
  return (
    <>
      {Object.entries(result.fields).map(([name, { form, value, owner, asOf, disputed, level }]) => (
        <section key={name} class="card">
          <h3>{fieldName(name)}</h3>
          <p class="value">
            <Value of={value} />
          </p>
          <p class="faint">
            {[
              formName(form) + (level ? ` ${level}` : ''),
              owner && departmentName(owner),
              asOf && asking.asOf(asOf.slice(0, 10)),
              disputed && asking.disputed,
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </section>
      ))}
      {Object.keys(result.withheld).length > 0 && <h3>{asking.withheld}</h3>}
      {Object.entries(result.withheld).map(([name, { reason, code, rule }]) => (
        <section key={name}>
          {fieldName(name)}: {label({ label: reason }, code)} <Rule rule={rule} />
        </section>
      ))}
    </>
  );
}

function Value({ of }: { of: Json }) {
  if (Array.isArray(of)) {
    return (
      <>
        {of.map((one, at) => (
          <span key={at} class="part">
            <Value of={one} />
          </span>
        ))}
      </>
    );
  }
  if (typeof of !== 'object' || of === null) return <>{visible(String(of))}</>;
  return (
    <>
      {Object.entries(of).map(([name, value]) => (
        <span key={name} class="part">
          {visible(name)}: <Value of={value} />
        </span>
      ))}
    </>
  );
}

/** Whether the log's writer signed for this entry, as soon as its certificate is in the tree. */
function Signed({ receipt }: { receipt: { entry: string } }) {
  const { asking } = t();
  const state = useSignal<'checking' | 'signed' | 'unsigned'>('checking');
  useEffect(() => {
    areSigned([receipt]).then(
      (good) => {
        state.value = good ? 'signed' : 'unsigned';
      },
      () => {},
    );
  }, [receipt.entry]);
  return (
    <p role="status">
      {asking.receipt} <span class="mono">{receipt.entry}</span>{' '}
      {state.value === 'signed' ? '✓ ' : state.value === 'unsigned' ? '■ ' : '… '}
      {asking[state.value]}
    </p>
  );
}
