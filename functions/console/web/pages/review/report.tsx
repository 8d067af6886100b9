/** The report of the review in a period: made and logged by the gateway, checked here, to be printed and signed. */
import { sha256 } from '@noble/hashes/sha2.js';
import { useSignal } from '@preact/signals';
import canonicalize from 'canonicalize';
import type { Receipt } from '../../../../../shared/contract/common.ts';
import type { ReviewReport } from '../../../../../shared/contract/reviews.ts';
import { toBase64 } from '../../../../../shared/tree/base64.ts';
import { hashOf } from '../../frame/route.ts';
import { call } from '../../gateway/api.ts';
import { endOfDay, instantOf, isoDay, number, t, time } from '../../text.ts';
import { Act } from '../../ui/act.tsx';
import { Button } from '../../ui/button.tsx';
import { put } from '../../ui/kept.ts';
import { Failure } from '../../ui/state.tsx';
import { DAY } from '../../units.ts';
import { areSigned } from '../../verify/receipts.ts';
import { recall } from '../../verify/remembered.ts';
import { CoverageTable } from './coverage-table.tsx';

interface Made {
  report: ReviewReport;
  digest: string;
  receipt: Receipt;
  /** Whether digest and receipt hold; `null` while they are checked, which waits for the tree. */
  holds: boolean | null;
  /** The checkpoint of the verified tree, which its signature vouches for on paper too. */
  note: string | null;
}

export function Report() {
  const { report: text, proof } = t();
  const state = useSignal<Made | null>(null);
  const error = useSignal<unknown>(null);
  const make = async ({ from = '', to = '' }: Record<string, string>) => {
    error.value = null;
    state.value = null;
    const ends = Math.min(Date.parse(endOfDay(to)), Date.now() - 1000);
    const period = { from: instantOf(`${from}T00:00`), to: new Date(ends).toISOString() };
    const tree = await verifiedTree();
    const made = await call('POST /v1/log/reports', {
      body: { ...period, ...(tree && { verified: tree.verified }) },
    });
    const shown = { ...made, note: tree?.note ?? null };
    state.value = { ...shown, holds: null };
    // It waits for the tree.
    Promise.all([isDigestOf(made), areSigned([made.receipt])]).then(
      (checks) => put(state, { ...shown, holds: !checks.includes(false) }),
      (failure) => put(error, failure),
    );
    return '';
  };
  const day = (name: string, label: string, at: number) =>
    ({ name, label, type: 'date', value: isoDay(at) }) as const;
  const made = state.value;
  return (
    <section class="report">
      <Act
        fields={[day('from', text.from, Date.now() - 30 * DAY), day('to', text.to, Date.now())]}
        button={text.make}
        keeps
        run={make}
      />
      {error.value !== null && <Failure error={error.value} />}
      {made !== null && (
        <article aria-label={text.title}>
          <h3>{text.title}</h3>
          <p>{text.period(time(made.report.from, 'short'), time(made.report.to, 'short'))}</p>
          {made.report.medianMinutes !== null && (
            <p>{t().review.median(number(made.report.medianMinutes))}</p>
          )}
          <CoverageTable days={made.report.days} />
          <dl>
            <dt>{text.entry}</dt>
            <dd>
              <a class="mono" href={hashOf('log', { e: made.receipt.entry })}>
                {made.receipt.entry}
              </a>
            </dd>
            <dt>{text.digest}</dt>
            <dd class="mono">{made.digest}</dd>
            <dt>{text.verified}</dt>
            <dd class={made.report.verified ? 'mono' : ''}>
              {made.report.verified
                ? `${number(made.report.verified.size)} ${made.report.verified.root}`
                : text.notVerified}
            </dd>
            <dt>{t().asking.receipt}</dt>
            <dd>
              <pre class="mono">
                {Object.entries(made.receipt)
                  .map((part) => part.join(' '))
                  .join('\n')}
              </pre>
            </dd>
            {made.note !== null && (
              <>
                <dt>{t().prove.checkpoint}</dt>
                <dd>
                  <pre class="mono">{made.note}</pre>
                </dd>
              </>
            )}
          </dl>
          {made.holds === null ? (
            <p role="status">{proof.checking} …</p>
          ) : (
            <p class={made.holds ? 'good' : 'bad'} role="status">
              {made.holds ? text.holds : text.fails}
            </p>
          )}
          <p class="signatures print-only">{text.signatures}</p>
          <Button onClick={() => print()}>{t().whom.print}</Button>
        </article>
      )}
    </section>
  );
}

/** The checkpoint that this browser has verified: origin, size and root are the lines of its note. */
async function verifiedTree(): Promise<{ verified: { size: number; root: string }; note: string } | null> {
  const known = await recall().catch(() => null);
  const [, size, root] = known && !known.fault ? known.note.split('\n') : [];
  return known === null || size === undefined || root === undefined
    ? null
    : { verified: { size: Number(size), root }, note: known.note };
}

async function isDigestOf({ report, digest }: Pick<Made, 'report' | 'digest'>): Promise<boolean> {
  return toBase64(sha256(new TextEncoder().encode(canonicalize(report)))) === digest;
}
