/** `fieldgate log stats`: counts of the log, by one of its members. */

import { Option } from 'commander';
import type { Query } from '../../../shared/contract/api.ts';
import { auditRoutes } from '../../../shared/contract/routes/audit.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { endOf, fromOption, print } from '../common.ts';
import { helpOf } from '../derive/derive.ts';
import { membersFrom, withMembers } from '../derive/options.ts';
import { label } from '../messages/labels.ts';
import { texts, words as w } from '../messages/language.ts';
import { nameOf } from '../terminal/names.ts';
import { table } from '../terminal/table.ts';
import { minute, zoneHere } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { type Names, requireNames, requireWords, WORDS } from './known.ts';

const { stats: t } = await texts('log');

const BY = ['purpose', 'agency', 'officer', 'field', 'outcome', 'kind', 'rule', 'flow', 'person'];
/** People of one span of time that are shown. */
const MOST = 20;

const STATS = auditRoutes.countEntries;
const READING = { flags: WORDS, defaults: [] };

interface StatsOptions extends Names {
  by: string;
  bucket: 'hour' | 'day' | 'week';
  from: string;
  to?: string;
}

export function registerLogStats(log: Command): void {
  const stats = log.command('stats');
  stats
    .description(t.what)
    .addOption(new Option('--by <what>', t.by).choices(BY).default('purpose'))
    .addOption(new Option('--bucket <unit>', t.bucket).choices(['hour', 'day', 'week']).default('day'))
    .addOption(fromOption(w.fromShort, '7d'))
    .option('--to <time>', w.before, endOf)
    .calls<StatsOptions>(async ({ gate, options }) => {
      const { by, kind } = options;
      requireWords(options);
      await requireNames(gate, options);
      // A field or person that was stored and one that was released are two things.
      const onlyReleased =
        (by === 'field' || by === 'person') && kind === undefined && options.outcome === undefined;
      const outcome = onlyReleased ? 'released' : options.outcome;
      const asked = { ...membersFrom(options, STATS.query, READING), ...defined({ outcome }) };
      const counted = await gate.call('GET /v1/log/stats', { query: asked as Query<'GET /v1/log/stats'> });
      print(options, counted, () => inWords(counted, by));
    });
  withMembers(stats, STATS.query, { ...READING, help: helpOf(STATS.line, 'query'), late: false });
}

function inWords(stats: Record<string, Json>, by: string): string {
  const buckets = stats['buckets'] as { from: string; counts: Record<string, number> }[];
  const say = by === 'outcome' || by === 'kind' ? word : (value: string) => nameOf(by, value, false);
  const rows = buckets.flatMap(({ from, counts }) => {
    const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
    const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
    const rest = sorted.splice(by === 'person' ? MOST : sorted.length);
    if (rest.length > 0) sorted.push([t.others(rest.length), rest.reduce((sum, [, n]) => sum + n, 0)]);
    return sorted.map(([value, n], i) => [
      i === 0 ? minute(from) : '',
      say(value),
      String(n),
      `${Math.round((100 * n) / all)} %`,
    ]);
  });
  if (rows.length === 0) return w.noEntries;
  return table([t.fromIn(zoneHere()), w.what, label('entries'), t.share], rows, { wraps: 1 });
}
