/** Entries by hour as this browser counted them in the verified leaves, next to the gateway's own counts. */
import { read } from '../../gateway/api.ts';
import { may } from '../../gateway/session.ts';
import { number, t, time } from '../../text.ts';
import { Shown, useLoad } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { HOUR } from '../../units.ts';
import type { Remembered } from '../../verify/remembered.ts';

const HOURS = 48;

type State = 'equal' | 'newer' | 'differs';

export function Counted({ known }: { known: Remembered }) {
  const { prove } = t();
  const hours = known.verified.hours.slice(-HOURS).reverse();
  const audits = may('audit');
  const loaded = useLoad(
    async (signal) => ({ counts: audits && hours.length > 0 ? await gatewayCounts(hours, signal) : null }),
    [known.at],
  );
  return (
    <>
      <h2>{prove.counted}</h2>
      <p class="faint">{prove.countedHint}</p>
      <Shown of={loaded}>{({ counts }) => <Hours hours={hours} counts={counts} />}</Shown>
    </>
  );
}

function Hours({
  hours,
  counts,
}: {
  hours: readonly [string, number][];
  counts: ReadonlyMap<string, number> | null;
}) {
  const { prove } = t();
  const states = hours.map(([hour, here], at) => stateOf(here, counts?.get(hour) ?? 0, at === 0));
  const wrong = states.filter((one) => one === 'differs').length;
  return (
    <>
      {counts && (
        <p class={wrong > 0 ? 'bad' : 'good'} role="status">
          {wrong > 0 ? `✗ ${prove.countsDiffer(wrong)}` : `✓ ${prove.countsEqual}`}
        </p>
      )}
      <Table
        title={prove.counted}
        heads={[prove.hour, prove.here, ...(counts ? [prove.there, prove.compared] : [])]}
        numeric={[1, 2]}
        rows={hours.map(([hour, count], at) => [
          time(`${hour}:00:00Z`, 'short'),
          number(count),
          ...(counts
            ? [number(counts.get(hour) ?? 0), <Compared key="state" of={states[at] ?? 'equal'} />]
            : []),
        ])}
      />
    </>
  );
}

const Compared = ({ of }: { of: State }) => (
  <span class={of === 'differs' ? 'bad' : undefined}>{t().prove.states[of]}</span>
);

/** Only in the newest hour may the gateway know entries that were not in the tree when it was read. */
function stateOf(here: number, there: number, newest: boolean): State {
  if (here === there) return 'equal';
  return newest && there > here ? 'newer' : 'differs';
}

/** @returns `null` where the hours of the policy's zone are not those of UTC. */
async function gatewayCounts(
  hours: readonly [string, number][],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number> | null> {
  const first = `${hours.at(-1)?.[0]}:00:00.000Z`;
  const last = new Date(Date.parse(`${hours[0]?.[0]}:00:00.000Z`) + HOUR).toISOString();
  const query = { by: 'kind', bucket: 'hour', from: first, to: last } as const;
  const { buckets } = await read('GET /v1/log/stats', { query }, signal);
  if (buckets.some(({ from }) => !/:00:00\.000Z$/.test(from))) return null;
  return new Map(
    buckets.map(({ from, counts }) => [
      from.slice(0, 13),
      Object.values(counts).reduce((sum, n) => sum + n, 0),
    ]),
  );
}
