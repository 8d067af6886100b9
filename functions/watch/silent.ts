/** Services of offices that are silent. Such an alert ends by itself with a run that ends well, and with the service. */
import { asClientId, asEntryId } from '../../shared/ids.ts';
import { SILENT, silenceOf } from '../../shared/policy/decide/alerts.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { readSources, silentSince, sourceKey } from '../../shared/records/gateway/sources.ts';
import type { Table } from '../../shared/store/table.ts';
import { raised, settledEntry } from '../steps/findings.ts';
import { type Alert, raisedAs } from './raise.ts';
import { forget, recallAll, remember } from './state.ts';

export interface Silence {
  alerts: Alert[];
  /** Runs after the alerts are in the log; may be repeated. */
  save(): Promise<void>;
}

export const HEARD: Silence = { alerts: [], save: async () => {} };

/** Part of the state with the alerts that are open: each source to its alert's entry. */
const OPEN = 'silent';

/** One alert for each time that a source falls silent; none unless the pack says after how many hours. */
export async function silentSources(state: Table, pack: Pack, now: number): Promise<Silence> {
  const silence = silenceOf(pack);
  const sources = silence ? await readSources(state, now) : [];
  if (!silence || sources.length === 0) return HEARD;
  const open = new Map((await recallAll(state, OPEN)).map(({ item, id }) => [item?.S ?? '', id?.S ?? '']));
  const fresh = new Map<string, Alert>();
  const ended = new Map<string, Alert>();
  for (const one of sources) {
    const name = sourceKey(one);
    const since = silentSince(one, silence.hours, now);
    const about = open.get(name);
    if (since !== null && about === undefined) {
      const { agency, departments, source } = one;
      const finding = `source ${source}: no run has ended well since ${new Date(since).toISOString()}`;
      fresh.set(name, {
        key: `${SILENT} ${name} ${since}`,
        grave: silence.severity === 'high',
        entry: {
          ...raised(SILENT, finding, pack),
          handler: { departments: [...departments], agency: asClientId(agency) },
        },
      });
    }
    if (since === null && about !== undefined) {
      const finding = one.every === 0 ? 'the office has ended the service' : 'it is not silent any more';
      const entry = settledEntry(SILENT, asEntryId(about), pack, finding);
      ended.set(name, { key: `settled ${about}`, entry });
    }
  }
  return {
    alerts: [...fresh.values(), ...ended.values()],
    async save() {
      for (const [item, { key }] of fresh)
        await remember(state, { part: OPEN, item }, { id: { S: (await raisedAs(state, key)) ?? '' } });
      for (const item of ended.keys()) await forget(state, { part: OPEN, item });
    },
  };
}
