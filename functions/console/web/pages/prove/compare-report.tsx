/** A printed report of the review, found by its number: who made it, and whether root and figures are still the same. */
import { useSignal } from '@preact/signals';
import { hashOf, route, setQuery } from '../../frame/route.ts';
import { officeName } from '../../gateway/reference.ts';
import { number, t, time, visible } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { put } from '../../ui/kept.ts';
import { Shown, useNamed } from '../../ui/state.tsx';
import { Facts } from '../../ui/table.tsx';
import { findReport, type ReportFound } from '../../verify/report.ts';
import { CoverageTable } from '../review/coverage-table.tsx';

export function CompareReport() {
  const { report: text } = t();
  const asked = route.value.query.get('report');
  const typed = useSignal(asked ?? '');
  const turn = useSignal(0);
  return (
    <>
      <h2>{text.compare}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const id = typed.value.trim();
          if (id === asked) turn.value += 1;
          else setQuery({ report: id || undefined });
        }}
      >
        <label class="field">
          <span>{text.number}</span>
          <small>{text.numberHint}</small>
          <input
            type="text"
            class="mono"
            required
            value={typed.value}
            onInput={(event) => put(typed, event.currentTarget.value)}
          />
        </label>
        <Button type="submit">{t().prove.compareButton}</Button>
      </form>
      {asked && <Look id={asked} key={`${asked} ${turn.value}`} />}
    </>
  );
}

function Look({ id }: { id: string }) {
  const loaded = useNamed(() => findReport(id), [id]);
  return (
    <Shown of={loaded} rows={4}>
      {(one) => <Found one={one} />}
    </Shown>
  );
}

function Found({ one }: { one: ReportFound }) {
  const { report: text } = t();
  const { entry, said, proof } = one;
  const failed = proof.steps.find(({ ok }) => !ok);
  const proven = one.proven
    ? text.proven(number(proof.index + 1))
    : (t().proof.failures[failed?.name ?? 'words'] ?? t().proof.fails);
  return (
    <section aria-label={text.compare}>
      <Facts
        rows={[
          [
            text.madeBy,
            [
              visible(entry.words?.officer ?? '–'),
              visible(officeName(entry.handler?.agency)),
              time(entry.time ?? '', 'short'),
            ].join(' · '),
          ],
          [text.of, text.period(time(said.from, 'short'), time(said.to, 'short'))],
          [text.digest, said.digest],
          [
            text.verified,
            said.verified ? `${number(said.verified.size)} ${said.verified.root}` : text.namesNoTree,
          ],
        ]}
      />
      <div role="status">
        <Verdict good={one.proven} text={proven} entry={entry.id} />
        {one.sameTree !== null && (
          <Verdict good={one.sameTree} text={one.sameTree ? text.sameTree : text.otherTree} />
        )}
        <Verdict good={one.sameFigures} text={one.sameFigures ? text.sameFigures : text.otherFigures} />
      </div>
      <p class="faint">{text.compareByEye}</p>
      <CoverageTable days={one.counted.days} />
    </section>
  );
}

const Verdict = ({ good, text, entry }: { good: boolean; text: string; entry?: string }) => (
  <p class={good ? 'good' : 'bad'}>
    {good ? '✓' : '✗'} {text} {entry && <a href={hashOf('log', { e: entry })}>{t().report.entry}</a>}
  </p>
);
