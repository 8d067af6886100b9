import { hashOf, route, setQuery } from '../frame/route.ts';
import { read } from '../gateway/api.ts';
import { departmentName, officeName, purposeName } from '../gateway/reference.ts';
import { type Flow, flowsIn, hoursIn, sumBy, totalsOf } from '../log/flows.ts';
import { number, t, visible } from '../text.ts';
import { Select } from '../ui/choose.tsx';
import { Heat } from '../ui/heat.tsx';
import { Ranked } from '../ui/ranked.tsx';
import { boundsOf, Spans, spanIn } from '../ui/spans.tsx';
import { Shown, useNamed } from '../ui/state.tsx';
import { Table } from '../ui/table.tsx';

export default function Flows() {
  const { flows: text, log } = t();
  const { query } = route.value;
  const span = spanIn(query, '31d');
  const [purpose, agency] = [query.get('purpose') ?? '', query.get('agency') ?? ''];
  const loaded = useNamed(
    async (signal) => {
      const bounds = boundsOf(span);
      const stats = (by: string, bucket: 'hour' | 'day') =>
        read('GET /v1/log/stats', { query: { ...bounds, by, bucket } }, signal);
      const [given, officers] = await Promise.all([stats('flow', 'hour'), stats('officer', 'day')]);
      return {
        ...bounds,
        given: given.buckets,
        flows: flowsIn(given.buckets),
        officers: [...totalsOf(officers.buckets)],
      };
    },
    [span],
  );
  return (
    <>
      <p class="faint">{text.hint}</p>
      <Shown of={loaded} rows={10}>
        {({ from, to, given, flows, officers }) => {
          const window = { from, to, outcome: 'released' };
          const shown = flows.filter(
            (one) => (purpose === '' || one.purpose === purpose) && (agency === '' || one.agency === agency),
          );
          const linkOf = (flow: Partial<Flow>) =>
            hashOf('log', {
              ...window,
              owner: flow.owner,
              agency: flow.agency ?? agency,
              purpose: flow.purpose ?? purpose,
            });
          return (
            <>
              <p class="row">
                <Spans page="flows" span={span} query={{ purpose, agency }} />
                <Select
                  label={log.filter.purpose}
                  value={purpose}
                  any={text.anyPurpose}
                  options={sumBy(flows, 'purpose').map(([code, n]) => [
                    code,
                    `${code} ${purposeName(code)} (${number(n)})`,
                  ])}
                  onPick={(value) => setQuery({ purpose: value }, false)}
                />
                <Select
                  label={log.filter.agency}
                  value={agency}
                  any={text.anyOffice}
                  options={sumBy(flows, 'agency').map(([id, n]) => [
                    id,
                    `${visible(officeName(id))} (${number(n)})`,
                  ])}
                  onPick={(value) => setQuery({ agency: value }, false)}
                />
              </p>
              {shown.length === 0 ? <p class="empty">{text.none}</p> : <Sums flows={shown} linkOf={linkOf} />}
              <div class="two">
                <Ranked
                  title={text.recipients}
                  rows={sumBy(shown, 'agency').map(([key, count]) => ({
                    ...{ key, count, label: officeName(key), href: linkOf({ agency: key }) },
                  }))}
                />
                <Ranked
                  title={text.owners}
                  rows={sumBy(shown, 'owner').map(([key, count]) => ({
                    ...{ key, count, label: departmentName(key), href: linkOf({ owner: key }) },
                  }))}
                />
                <Ranked
                  title={text.officers}
                  rows={officers.map(([key, count]) => ({
                    ...{ key, count, label: key, href: hashOf('log', { from, to, officer: key }) },
                  }))}
                />
              </div>
              {shown.length > 0 && (
                <Heat
                  title={text.byHour}
                  counts={hoursIn(given, { agency, purpose })}
                  linkOf={(first, last) =>
                    hashOf('log', {
                      ...{ outcome: 'released', agency, purpose },
                      from: new Date(first).toISOString(),
                      to: new Date(last).toISOString(),
                    })
                  }
                />
              )}
            </>
          );
        }}
      </Shown>
    </>
  );
}

/** From whom to whom, for what, with a bar next to each number. */
function Sums({ flows, linkOf }: { flows: readonly Flow[]; linkOf(flow: Partial<Flow>): string }) {
  const { flows: text, log } = t();
  const top = Math.max(1, ...flows.map(({ count }) => count));
  return (
    <Table
      title={text.title}
      heads={[text.from, text.to, log.columns.purpose, text.entries]}
      numeric={[3]}
      rows={flows.map((one) => [
        departmentName(one.owner),
        visible(officeName(one.agency)),
        `${one.purpose} ${purposeName(one.purpose)}`,
        <span key="log">
          <a href={linkOf(one)}>{number(one.count)}</a>{' '}
          <meter min={0} max={top} value={one.count} aria-hidden="true" />
        </span>,
      ])}
    />
  );
}
