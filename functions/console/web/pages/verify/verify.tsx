/** Whether one person is eligible for a programme. Both answers look alike until they are there. */
import { useSignal } from '@preact/signals';
import type { Answer } from '../../../../../shared/contract/api.ts';
import type { Verified } from '../../../../../shared/contract/release.ts';
import { save } from '../../download.ts';
import { read } from '../../gateway/api.ts';
import { namedBy, verify } from '../../gateway/asking.ts';
import { matchFields, officeName, policy } from '../../gateway/reference.ts';
import { person } from '../../gateway/session.ts';
import { deadline, label, number, t, visible } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { Button } from '../../ui/button.tsx';
import type { Field } from '../../ui/field.tsx';
import { put, useLeave } from '../../ui/kept.ts';
import { Signed } from '../../ui/once.tsx';
import { Shown, useNamed } from '../../ui/state.tsx';
import { VerifyList } from './list.tsx';
import { CheckProof } from './proof.tsx';

type Programme = Answer<'GET /v1/programmes'>['programmes'][number];

export default function Verify() {
  const { asking } = t();
  const result = useSignal<{ answer: Verified; programme: Programme } | null>(null);
  /** The next person mostly wants the same. */
  const chosen = useSignal('');
  useLeave(() => put(result, null));
  const loaded = useNamed(async (signal) => {
    const [{ programmes }, who] = await Promise.all([
      read('GET /v1/programmes', {}, signal),
      read('GET /v1/whoami', {}, signal),
    ]);
    return programmes.filter(({ purpose, left }) => left && who.byPeople?.includes(purpose));
  }, []);
  return (
    <div class="beside">
      <div>
        <Shown of={loaded} empty={{ when: (open) => open.length === 0, text: asking.noProgramme }}>
          {(open) => (
            <>
              {result.value && <Result {...result.value} />}
              <Act
                fields={[
                  ...fields(open, chosen.value).slice(0, 2),
                  { name: 'value', label: asking.value, hint: t().whom.valueHint, path: '/subject' },
                  ...fields(open).slice(2),
                  reasonField(),
                ]}
                button={asking.ask}
                onChange={({ programme = '', value = '' }) => {
                  chosen.value = programme;
                  // An answer about one person must not stand above the number of another.
                  if (value !== '') result.value = null;
                }}
                run={async ({ programme: name = '', by = '', value = '', case: number, reason = '' }) => {
                  result.value = null;
                  const programme = open.find((one) => one.name === name) as Programme;
                  const details = { purpose: programme.purpose, reason, ...(number && { case: number }) };
                  const answer = await verify(name, namedBy(by, value), details);
                  result.value = { answer, programme };
                  loaded.reload();
                  return '';
                }}
              />
              <VerifyList
                fields={fields(open)}
                purposeOf={(name) => open.find((one) => one.name === name)?.purpose ?? ''}
                onAsked={loaded.reload}
              />
            </>
          )}
        </Shown>
      </div>
      <div>
        {loaded.value?.map(({ name, left, ...one }) => (
          <p key={name} class="faint">
            {label(one, name)}: {asking.leftChecks(number(left?.day ?? 0), number(left?.misses ?? 0))}
          </p>
        ))}
        <CheckProof />
      </div>
    </div>
  );
}

/** The programme, how people are named, and the case. */
function fields(open: readonly Programme[], chosen = ''): Field[] {
  const { asking } = t();
  const [first] = open;
  const demands = ({ purpose }: Programme) => policy.value?.purposes[purpose]?.demands.includes('case');
  return [
    {
      ...{ name: 'programme', label: asking.programme },
      options: open.map(({ name, until, ...one }) => [
        name,
        [label(one, name), until].filter(Boolean).join(' – '),
      ]),
      value: (open.length === 1 && first?.name) || chosen,
    },
    {
      ...{ name: 'by', label: t().whom.by },
      options: [...matchFields(), ['ref', t().whom.ref], ['code', asking.code]],
      value: open.every(({ start }) => start === 'code') ? 'code' : (matchFields()[0]?.[0] ?? 'ref'),
    },
    { name: 'case', label: asking.case, optional: !open.every(demands) },
  ];
}

function Result({ answer, programme }: { answer: Verified; programme: Programme }) {
  const { asking } = t();
  const isYes = answer.outcome === 'YES';
  const { name = '', office = '' } = person.value ?? {};
  return (
    <section class={isYes ? 'bar good slip' : 'bar slip'} role="status">
      <h2>
        {isYes ? '✓ ' : ''}
        {isYes ? asking.eligible : asking.notConfirmed}
      </h2>
      <p>
        {label(programme, programme.name)}
        {isYes && ` · ${asking.validUntil(deadline(answer.validUntil))}`}
      </p>
      {!isYes && <p>{asking.notConfirmedHint}</p>}
      <p class="faint">
        {asking.mark}: {visible([name, officeName(office), answer.watermark].join(' · '))} ·{' '}
        {asking.notForPublication}
      </p>
      <Signed receipt={answer.receipt} />
      <p class="row">
        <Button onClick={() => save('proof.txt', answer.attestation, 'text/plain')}>{asking.save}</Button>
        <Button onClick={() => print()}>{t().whom.print}</Button>
      </p>
    </section>
  );
}
