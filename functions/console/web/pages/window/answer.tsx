import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { alike } from '../../../../../shared/contract/alike.ts';
import type { Catalogue } from '../../../../../shared/contract/office.ts';
import type { InquiryAnswer, InquiryRefused } from '../../../../../shared/contract/release.ts';
import { hashOf } from '../../frame/route.ts';
import { fieldName, policy } from '../../gateway/reference.ts';
import { formName } from '../../log/entries.ts';
import { dotted, label, number, t, time, visible } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { put, useLeave } from '../../ui/kept.ts';
import { Once } from '../../ui/once.tsx';
import { More } from '../../ui/split.tsx';
import { Table } from '../../ui/table.tsx';
import { Value } from '../../ui/value.tsx';
import type { AskedInquiry, CheckedInquiry } from '../../verify/inquiry.ts';
import { compareInquiry } from '../../verify/run.ts';

interface Props {
  /** `null` once it is cleared. */
  given: InquiryAnswer | InquiryRefused | null;
  about: string;
  fields: Catalogue['fields'];
  /** Reads the next part of the log about the person. */
  onOlder(): Promise<void>;
  onClear(): void;
  onAgain(): void;
}

export function Answer({ given, about, fields, onOlder, onClear, onAgain }: Props) {
  const { window } = t();
  const isRefused = given !== null && 'refused' in given;
  return (
    <Once
      receipt={given?.receipt}
      title={isRefused ? window.refused : window.held}
      about={dotted(about, given?.inquiry)}
      limit={null}
      onClear={onClear}
      onAgain={onAgain}
    >
      {given &&
        (isRefused ? (
          <p>{window.refusedHint(given.inquiry)}</p>
        ) : (
          <Given answer={given as InquiryAnswer} fields={fields} onOlder={onOlder} />
        ))}
    </Once>
  );
}

function Given({ answer, fields, onOlder }: Pick<Props, 'fields' | 'onOlder'> & { answer: InquiryAnswer }) {
  const { window, asking } = t();
  const nameOf = (field: string) => label(answer.labels[field], fieldName(field));
  return (
    <>
      {answer.unavailable && answer.unavailable.length > 0 && (
        <p class="bar warn">
          {window.unavailable}: {answer.unavailable.map(fieldName).join(' · ')}
        </p>
      )}
      {answer.needsSecond && answer.needsSecond.length > 0 && (
        <p class="bar warn">
          {window.needsSecond} <span class="screen">{answer.needsSecond.map(fieldName).join(' · ')}</span>
        </p>
      )}
      <Table
        title={window.held}
        heads={[t().log.filter.field, window.value, t().policyPage.department, window.asOf]}
        rows={Object.entries(answer.held).map(([name, { value, form, owner, asOf, disputed, ...one }]) => [
          label(one, name),
          <>
            <Value of={value} words={fields[name]} />
            <small class="faint part">{dotted(formName(form), disputed ? asking.disputed : '')}</small>
          </>,
          label(owner, owner.code),
          time(asOf, 'short'),
        ])}
      />
      <h3>{window.uses}</h3>
      <Table
        title={window.uses}
        heads={[t().usage.when, t().log.columns.office, t().log.columns.purpose, t().usage.fields]}
        rows={alike(answer.uses).map(({ times, agency, purpose, fields }) => [
          <>
            {time(times[0] as string, 'short')}
            {times.length > 1 && (
              <small class="part">
                {window.times(number(times.length), time(times.at(-1) as string, 'short'))}
              </small>
            )}
          </>,
          visible(label(agency, agency.id)),
          label(purpose, purpose.code),
          Object.entries(fields)
            .map(([name, form]) => `${nameOf(name)} (${formName(form)})`)
            .join(' · '),
        ])}
      />
      <h3>{window.checks}</h3>
      <Table
        title={window.checks}
        heads={[t().log.columns.office, asking.programme, window.value, t().consents.until]}
        rows={answer.checks.map(({ agency, programme, until, outcome, unconfirmed = [] }) => [
          visible(label(agency, agency.id)),
          label(
            policy.value?.programmes.find(({ name }) => name === programme),
            programme,
          ),
          dotted(outcome && window.answers[outcome], unconfirmed.map((one) => label(one)).join(', ')),
          outcome ? time(until, 'short') : '',
        ])}
      />
      <h3>{window.writes}</h3>
      <Table
        title={window.writes}
        heads={[t().usage.when, t().log.columns.office, t().log.filter.field]}
        rows={answer.writes.map(({ time: at, agency, fields }) => [
          time(at, 'short'),
          visible(label(agency, agency.id)),
          fields.map(nameOf).join(' · '),
        ])}
      />
      {answer.cursor !== undefined && (
        <>
          <p class="bar warn" role="status">
            {window.follows}
          </p>
          <More read={onOlder} label={t().inquiry.older} />
        </>
      )}
      {answer.proof && answer.cursor === undefined && (
        <Proof of={{ proof: answer.proof, receipt: answer.receipt }} />
      )}
      <p>
        <a href={hashOf('objections', { i: 'new' })}>{window.objection}</a>
      </p>
    </>
  );
}

/** Every leaf of the log is read here, so that no entry about the person can be left out of the answer. */
function Proof({ of }: { of: AskedInquiry }) {
  const { window } = t();
  const checked = useSignal<CheckedInquiry | 'busy' | 'failed' | null>(null);
  const left = useRef(new AbortController());
  useLeave(() => left.current.abort());
  const check = () => {
    checked.value = 'busy';
    compareInquiry(of, left.current.signal).then(
      (result) => put(checked, result),
      () => put(checked, 'failed'),
    );
  };
  const now = checked.value;
  return (
    <>
      <h3>{window.proof}</h3>
      <p>{window.entries(number(of.proof.entries.length))}</p>
      <p role="status" class={isGood(now) ? 'good' : isBad(now) ? 'bad' : undefined}>
        {textOf(now)}
      </p>
      <Button onClick={check} disabled={now === 'busy'}>
        {window.check}
      </Button>
    </>
  );
}

type Now = CheckedInquiry | 'busy' | 'failed' | null;

const stateOf = (now: Now) => (typeof now === 'string' || now === null ? now : now.state);
const isGood = (now: Now) => stateOf(now) === 'complete';
const isBad = (now: Now) => ['altered', 'gap', 'broken'].includes(stateOf(now) ?? '');

function textOf(now: Now): string {
  const { window } = t();
  if (now === null) return '';
  if (now === 'busy') return window.checking;
  if (now === 'failed') return window.noLog;
  if (!('entries' in now)) return window[now.state];
  if (now.state === 'complete') return window.complete(number(now.entries));
  return now.state === 'altered' ? window.changed : window.missing(number(now.entries));
}
