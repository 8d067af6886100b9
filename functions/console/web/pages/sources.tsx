/** Databases from which offices keep the gateway up to date: of each the last run, what it counted, its faults, its silence. */

import type { Answer } from '../../../../shared/contract/api.ts';
import { read } from '../gateway/api.ts';
import { officeName } from '../gateway/reference.ts';
import { ago, dotted, number, t, time, visible } from '../text.ts';
import { Shown, useNamed } from '../ui/state.tsx';
import { Table } from '../ui/table.tsx';

type Source = Answer<'GET /v1/sources'>['sources'][number];

export default function Sources() {
  const { sources: text } = t();
  const loaded = useNamed(async (signal) => {
    const all: Source[] = [];
    let cursor: string | undefined;
    do {
      const page = await read('GET /v1/sources', { query: { limit: 1000, cursor } }, signal);
      all.push(...page.sources);
      ({ cursor } = page);
    } while (cursor !== undefined);
    // What needs a person comes first, then what runs by itself.
    return all.sort((a, b) => urgencyOf(b) - urgencyOf(a));
  }, []);
  return (
    <Shown of={loaded} rows={8}>
      {(all) => (
        <>
          <p class="faint">{text.hint}</p>
          {all.length === 0 ? <p class="empty">{text.none}</p> : <List all={all} />}
        </>
      )}
    </Shown>
  );
}

const urgencyOf = ({ silent, last, every }: Source) =>
  silent ? 3 : last.failure ? 2 : every === null ? 0 : 1;

function List({ all }: { all: readonly Source[] }) {
  const { sources: text, log } = t();
  const heads = [log.columns.office, text.source, text.state, text.last, text.good, text.rows, text.faults];
  return (
    <Table
      title={t().pages.sources}
      heads={heads}
      rows={all.map((one) => [
        visible(officeName(one.agency)),
        <span key="source" class="mono">
          {visible(one.source)}
        </span>,
        <State key="state" one={one} />,
        dotted(time(one.last.at, 'short'), ago(one.last.at), text.seconds(number(one.last.seconds))),
        one.good === null ? text.never : time(one.good, 'short'),
        rowsOf(one),
        <Faults key="faults" of={one.last.faults ?? {}} />,
      ])}
    />
  );
}

function Faults({ of }: { of: Readonly<Record<string, number>> }) {
  const { wrong } = t().sources;
  const said = Object.entries(of).map(([code, n]) => (
    <p key={code}>
      {number(n)} {wrong[code] ?? <span class="mono">{code}</span>}
    </p>
  ));
  return <>{said.length === 0 ? '–' : said}</>;
}

function State({ one: { silent, last, every } }: { one: Source }) {
  const { sources: text } = t();
  const { failure } = last;
  return (
    <>
      {silent && <p class="bad">▲ {text.silent(time(silent, 'short'))}</p>}
      {failure && <p class="warn">{text.failed(text.failures[failure] ?? failure)}</p>}
      {!silent && !failure && <p class="good">✓ {text.fine}</p>}
      <span class="faint">{every === null ? text.byHand : text.every(number(every))}</span>
    </>
  );
}

function rowsOf({ last: { rows } }: Source): string {
  const { counts } = t().sources;
  if (!rows) return '–';
  const names = Object.keys(counts) as (keyof typeof rows)[];
  const shown = names.filter((name) => name === 'read' || rows[name] > 0);
  return dotted(...shown.map((name) => `${counts[name as keyof typeof counts]} ${number(rows[name])}`));
}
