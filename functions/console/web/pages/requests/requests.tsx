import type { Query } from '../../../../../shared/contract/api.ts';
import type { ApprovalRequest, RequestCounts } from '../../../../../shared/contract/requests.ts';
import { hashOf, route, setQuery } from '../../frame/route.ts';
import { read } from '../../gateway/api.ts';
import { officeName, purposeName } from '../../gateway/reference.ts';
import { dotted, number, t, time, visible } from '../../text.ts';
import { type Chip, Chips, Select } from '../../ui/choose.tsx';
import { narrow } from '../../ui/marks.ts';
import { Listing } from '../../ui/split.tsx';
import { Shown, useNamed } from '../../ui/state.tsx';
import { RequestPane, waitingIn } from './pane.tsx';

interface Page {
  items: ApprovalRequest[];
  cursor: string | null;
  counts?: RequestCounts;
}

const VIEWS = ['due', 'mine'] as const;

async function readPage(query: Query<'GET /v1/requests'>, signal?: AbortSignal): Promise<Page> {
  const { requests: items, ...rest } = await read(
    'GET /v1/requests',
    { query: { limit: 50, ...query } },
    signal,
  );
  return { items, ...rest };
}

export default function Requests() {
  const { requests } = t();
  const box = route.value.query.get('box') === 'sent' ? 'sent' : 'received';
  const state = route.value.query.get('state') ?? '';
  const view = VIEWS.find((one) => one === route.value.query.get('view'));
  const query = { box, ...(state && { state }), ...(view && { [view]: 'yes' }) } as Query<'GET /v1/requests'>;
  const loaded = useNamed((signal) => readPage({ ...query, counts: 'yes' }, signal), [box, state, view]);
  const counts = loaded.value?.counts;
  return (
    <>
      <p class="row">
        <Chips
          of={[
            ...(['received', 'sent'] as const).map(
              (name): Chip => [hashOf('requests', { box: name }), requests[name], box === name],
            ),
            ...VIEWS.map(
              (one): Chip => [
                hashOf('requests', { box, state, view: one === view ? '' : one }),
                requests[one](number(counts?.[one] ?? 0)),
                one === view,
              ],
            ),
          ]}
        />
        <Select
          look="chip"
          label={t().cases.state}
          value={state}
          any={requests.allStates}
          options={Object.entries(requests.states)}
          onPick={(value) => setQuery({ state: value, r: undefined }, false)}
        />
      </p>
      <Shown
        of={loaded}
        empty={{
          when: ({ items }) => items.length === 0,
          text: box === 'sent' ? requests.emptySent : requests.empty,
        }}
      >
        {({ items, cursor }) => (
          <Listing
            label={t().pages.requests}
            items={items}
            by="r"
            lines={narrow.value ? 3 : 2}
            row={(one) => <Row one={one} />}
            pane={(one, close) => <RequestPane one={one} box={box} onClose={close} onDone={loaded.reload} />}
            more={
              cursor !== null &&
              (async () => {
                const next = await readPage({ ...query, cursor });
                loaded.set({ ...loaded.value, items: [...items, ...next.items], cursor: next.cursor });
              })
            }
          />
        )}
      </Shown>
    </>
  );
}

function Row({ one }: { one: ApprovalRequest }) {
  const { requests } = t();
  const waiting = waitingIn(one).length;
  return (
    <span role="gridcell" class="group">
      <span>
        <b>{requests.states[one.state] ?? one.state}</b> {one.purpose} {purposeName(one.purpose)} ·{' '}
        {visible(officeName(one.agency))}
      </span>
      <span class="whys">
        {/* The state is that of the request, some of whose fields may be approved already. */}
        {waiting > 0 && <span class="mark why">{requests.waiting(waiting)}</span>}
        <span class="faint">{dotted(time(one.at, 'short'), visible(one.case ?? ''))}</span>
      </span>
    </span>
  );
}
