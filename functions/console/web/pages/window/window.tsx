/**
 * The inquiry of a person or representative at a service desk: what is held, who received it. What is typed and answered is in
 * this component alone.
 */
import { useSignal } from '@preact/signals';
import { joinInquiry } from '../../../../../shared/client/inquiry-parts.ts';
import type { Body } from '../../../../../shared/contract/api.ts';
import type { InquiryAnswer, InquiryRefused } from '../../../../../shared/contract/release.ts';
import { call, read } from '../../gateway/api.ts';
import { inquire } from '../../gateway/asking.ts';
import { ApiError } from '../../gateway/problems.ts';
import { policy } from '../../gateway/reference.ts';
import { t, time, visible } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { Button } from '../../ui/button.tsx';
import type { Field } from '../../ui/field.tsx';
import { put, useLeave } from '../../ui/kept.ts';
import { Shown, useNamed } from '../../ui/state.tsx';
import { giverName, subjectOf, whomFields } from '../../ui/whom.ts';
import { Answer } from './answer.tsx';

type Given = InquiryAnswer | InquiryRefused | 'cleared';

export default function Window() {
  const loaded = useNamed(async (signal) => (await read('GET /v1/catalogue', {}, signal)).fields, []);
  const given = useSignal<Given | null>(null);
  const about = useSignal('');
  const asked = useSignal<Body<'POST /v1/inquiries'> | null>(null);
  useLeave(() => {
    given.value = null;
    asked.value = null;
  });
  const readOlder = async () => {
    const before = given.value;
    if (before === null || before === 'cleared' || 'refused' in before || !asked.value) return;
    const part = await inquire(asked.value, before.cursor);
    // It may have been cleared meanwhile.
    if (given.value !== before) return;
    given.value = 'refused' in part ? part : joinInquiry([before, part]);
  };
  if (given.value !== null) {
    return (
      <Answer
        given={given.value === 'cleared' ? null : given.value}
        about={about.value}
        fields={loaded.value ?? {}}
        onOlder={readOlder}
        onClear={() => {
          given.value = 'cleared';
          asked.value = null;
        }}
        onAgain={() => put(given, null)}
      />
    );
  }
  return (
    <Shown of={loaded}>
      {() => (
        <Ask
          onAnswer={(answer, number, body) => {
            about.value = number;
            asked.value = body;
            given.value = answer;
          }}
        />
      )}
    </Shown>
  );
}

function inquirerField(): Field {
  const words = policy.value?.desk.inquirers ?? [];
  return {
    name: 'inquirer',
    label: t().window.inquirer,
    options: words.map((word) => [word, giverName(word)]),
  };
}

/** Whether the purpose of inquiries demands the number of a case. */
function needsCase(): boolean {
  const purposes = Object.values(policy.value?.purposes ?? {});
  return purposes.some(({ route, demands }) => route === 'inquiries' && demands.includes('case'));
}

function Ask({
  onAnswer,
}: {
  onAnswer(answer: InquiryAnswer | InquiryRefused, number: string, body: Body<'POST /v1/inquiries'>): void;
}) {
  const { window, asking } = t();
  const lost = useSignal(false);
  return (
    <div class="beside">
      <div>
        {lost.value && (
          <p class="failure" role="alert">
            {window.lost}
          </p>
        )}
        <Act
          fields={[
            inquirerField(),
            ...whomFields(),
            { name: 'name', label: window.name, path: '/identity/name' },
            { name: 'number', label: window.number, hint: window.numberHint, path: '/identity/number' },
            { name: 'case', label: asking.case, optional: !needsCase(), path: '/context/case' },
            { name: 'second', label: window.second, hint: window.secondHint, optional: true },
            reasonField(),
          ]}
          button={window.ask}
          run={async ({ inquirer = '', name = '', number = '', case: of, second, reason, ...values }) => {
            lost.value = false;
            const body = {
              subject: subjectOf(values),
              ...{ inquirer, identity: { name: name.trim(), number: number.trim() } },
              ...(second !== undefined && { second: second.trim() }),
              context: { reason, ...(of !== undefined && { case: of.trim() }) },
            };
            try {
              onAnswer(await inquire(body), of ?? '', body);
            } catch (failure) {
              lost.value = failure instanceof ApiError && failure.status === 0;
              throw failure;
            }
            return '';
          }}
        />
      </div>
      <div>
        <p class="faint">{window.hint}</p>
        <Second />
      </div>
    </div>
  );
}

/** The word of a colleague, without which restricted classes are left out. */
function Second() {
  const { window } = t();
  const word = useSignal<{ second: string; expires: string } | null>(null);
  return (
    <details>
      <summary>{window.secondTitle}</summary>
      <p class="faint">{window.secondFor}</p>
      {word.value && (
        <p class="bar good" role="status">
          <span class="mono">
            {window.secondIs(visible(word.value.second), time(word.value.expires, 'short'))}
          </span>{' '}
          <Button onClick={() => put(word, null)}>{t().asking.clear}</Button>
        </p>
      )}
      <Act
        fields={[inquirerField(), ...whomFields(), reasonField()]}
        button={window.makeSecond}
        run={async ({ inquirer = '', reason, ...values }) => {
          const body = { subject: subjectOf(values), inquirer, context: { reason } };
          const answer = await call('POST /v1/inquiries/seconds', { body });
          word.value = answer;
          return t().act.done(answer.receipt.entry);
        }}
      />
    </details>
  );
}
