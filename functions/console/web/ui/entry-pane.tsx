/** One entry in words: released and withheld fields, legal basis, neighbouring entries, and proof. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { checkEvidence } from '../../../../shared/client/evidence/evidence.ts';
import { useKeys } from '../frame/keys.ts';
import { hashOf } from '../frame/route.ts';
import { read } from '../gateway/api.ts';
import { departmentName, fieldName, obligationText, policy, policyVersion } from '../gateway/reference.ts';
import {
  asEntry,
  formName,
  givenFields,
  kindName,
  type LogEntry,
  outcomeName,
  sentencesOf,
} from '../log/entries.ts';
import { t, visible } from '../text.ts';
import { Button } from './button.tsx';
import { Around, Verdicts } from './entry-around.tsx';
import { Raw } from './entry-raw.tsx';
import { Instant } from './instant.tsx';
import { put } from './kept.ts';
import { Pane, Section } from './pane.tsx';
import { ProofOf } from './proof-path.tsx';
import { Rule } from './rule.tsx';
import { Shown, useLoad } from './state.tsx';

export function EntryPane({
  id,
  onClose,
  acts,
  blind = false,
  onRead,
  children,
}: {
  id: string;
  onClose(): void;
  /** Leaves out the verdicts of others: for a second look. */
  blind?: boolean;
  onRead?: ((entry: LogEntry) => void) | undefined;
  /** What may be done with the entry, once it was read. */
  acts?(entry: LogEntry, again: () => void): ComponentChildren;
  children?: ComponentChildren;
}) {
  const { entry: text } = t();
  const loaded = useLoad(
    async (signal) => {
      const entry = asEntry(await read('GET /v1/log/entries/:id', { id }, signal));
      onRead?.(entry);
      return blind ? { ...entry, reviews: [] } : entry;
    },
    [id, blind],
  );
  const turn = useSignal(0);
  const copied = useSignal(false);
  const copy = () => {
    void navigator.clipboard
      ?.writeText(location.href.split('#')[0] + hashOf('log', { e: id }))
      .then(() => put(copied, true));
  };
  useKeys({
    v: {
      label: text.verify,
      run: () => {
        turn.value += 1;
      },
    },
    c: { label: text.copyLink, run: copy },
    p: { label: t().whom.print, run: () => print() },
  });
  return (
    <Pane
      title={
        <>
          {text.title}{' '}
          <span class="mono">
            {id.slice(0, 8)}…{id.slice(32)}
          </span>
        </>
      }
      onClose={onClose}
    >
      {children}
      <Shown of={loaded}>
        {(entry) => (
          <>
            {acts?.(entry, loaded.reload)}
            <EntryBody entry={entry} turn={turn.value} />
          </>
        )}
      </Shown>
      <p class="row">
        <Button
          kbd="v"
          onClick={() => {
            turn.value += 1;
          }}
        >
          {text.verify}
        </Button>
        <Button kbd="c" onClick={copy}>
          {copied.value ? text.copied : text.copyLink}
        </Button>
        <Button kbd="p" onClick={() => print()}>
          {t().whom.print}
        </Button>
      </p>
    </Pane>
  );
}

function EntryBody({ entry, turn }: { entry: LogEntry; turn: number }) {
  const { entry: text } = t();
  const { sections } = text;
  const given = givenFields(entry);
  const withheld = Object.entries(entry.withheld ?? {});
  // The rules and grounds of the version that decided, which may not be the one in force.
  const decided = useLoad(() => policyVersion(entry.policy?.hash), [entry.policy?.hash]);
  const view = decided.value ?? policy.value;
  const basis = entry.purpose === undefined ? undefined : view?.purposes[entry.purpose]?.basis;
  return (
    <>
      <Section title={sections.words}>
        <p>
          <Instant at={entry.time ?? ''} /> · {kindName(entry.kind)} ·{' '}
          {outcomeName(entry.outcome, entry.kind)}
        </p>
        {entry.kind === 'damaged' && <p class="bad">{text.damaged}</p>}
        {entry.mismatched && <p class="bad">{text.mismatched}</p>}
        {entry.erased && <p>{text.erased}</p>}
        <p>{sentencesOf(entry, basis).map(visible).join(' ')}</p>
        {entry.policy && (
          <p>
            {text.decidedBy(entry.policy.version)}{' '}
            <span class="mono faint">{entry.policy.hash.slice(0, 12)}</span>{' '}
            {decided.value === null && !decided.loading
              ? text.versionUnknown
              : entry.policy.hash === policy.value?.hash
                ? text.stillInForce
                : text.notInForce}
          </p>
        )}
        {entry.rule && <Rule rule={entry.rule} code={entry.code} view={view} />}
        {entry.words?.reason !== undefined && (
          <p>
            {text.sentence.reason}: <q>{visible(entry.words.reason)}</q>
          </p>
        )}
        {entry.runs !== undefined && <p class="mono">{entry.runs}</p>}
        {entry.words?.finding !== undefined && (
          <p>
            {text.sentence.finding}: <span class="mono">{visible(entry.words.finding)}</span>{' '}
            {entry.code === 'REVIEW_REPORT' && (
              <a href={hashOf('prove', { report: entry.id })}>{t().report.compare}</a>
            )}
            {entry.code === 'CODE_UNKNOWN' && (
              <a href={hashOf('log', { kind: 'deployment' })}>{t().proof.deployments}</a>
            )}
          </p>
        )}
      </Section>
      {(given.length > 0 || withheld.length > 0) && (
        <>
          <Section title={sections.given}>
            {given.length === 0 && <p>{text.noFields}</p>}
            <ul>
              {given.map(({ department, field, form }) => (
                <li key={department + field}>
                  {fieldName(field)} · {departmentName(department)} · {formName(form)}
                </li>
              ))}
            </ul>
          </Section>
          <Section title={sections.withheld}>
            {withheld.length === 0 && <p>{text.nothingWithheld}</p>}
            <ul>
              {withheld.map(([field, rule]) => (
                <li key={field}>
                  {fieldName(field)} <Rule rule={rule} view={view} />
                </li>
              ))}
            </ul>
          </Section>
        </>
      )}
      <Section title={sections.rests}>
        <dl>
          {entry.policy && (
            <>
              <dt>{text.policyVersion}</dt>
              <dd>
                <a href={hashOf('policy', { hash: entry.policy.hash })}>{entry.policy.version}</a>{' '}
                <span class="mono faint">{entry.policy.hash.slice(0, 12)}</span>
              </dd>
            </>
          )}
          <Listed
            title={text.obligations}
            separator=" "
            items={(entry.obligations ?? []).map((one) => obligationText(one, view))}
          />
          <Listed title={text.usedForDecision} items={(entry.usedForDecision ?? []).map(fieldName)} />
          <Listed title={text.consents} items={entry.consents ?? []} of={entry} kind="consent" />
          <Listed title={text.approvals} items={entry.approvals ?? []} of={entry} kind="approval" />
        </dl>
      </Section>
      <Section title={sections.around}>
        <Verdicts entry={entry} />
        <Around entry={entry} />
      </Section>
      <Section title={sections.signed}>
        <Signed entry={entry} />
      </Section>
      <Section title={sections.proof}>
        <ProofOf entry={entry} turn={turn} />
      </Section>
      <Section title={sections.raw}>
        <Raw entry={entry} />
      </Section>
    </>
  );
}

function Listed({
  title,
  items,
  separator = ', ',
  of,
  kind,
}: {
  title: string;
  items: readonly string[];
  separator?: string;
  /** An entry about a person: the items lead to the entries of that kind about the same one. */
  of?: LogEntry;
  kind?: string;
}) {
  if (items.length === 0) return null;
  const text = items.join(separator);
  return (
    <>
      <dt>{title}</dt>
      <dd>{of?.subject ? <a href={hashOf('log', { subject: of.subject, kind })}>{text}</a> : text}</dd>
    </>
  );
}

function Signed({ entry }: { entry: LogEntry }) {
  const { entry: text } = t();
  const report = useLoad(
    () => checkEvidence(entry as unknown as Parameters<typeof checkEvidence>[0]),
    [entry.id],
  );
  return (
    <Shown of={report} rows={1}>
      {({ evidence, keyid }) => (
        <p class={evidence === 'broken' ? 'bad' : ''}>
          {evidence === 'none' && text.notSigned}
          {evidence === 'forgotten' && text.signedForgotten}
          {evidence === 'broken' && text.signedBroken}
          {evidence === 'valid' && text.signedValid(keyid ?? '')}
        </p>
      )}
    </Shown>
  );
}
