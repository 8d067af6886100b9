/** The model of requests on the stored requests of the gateway, and on its log. */
import { openStore } from '../../../infra/local/aws/store.ts';
import {
  countCollection,
  putRequest,
  putSaid,
  readRequest,
  type StoredRequest,
  uncountCollection,
} from '../../../shared/records/casework/requests.ts';
import type { Picks } from '../quint.ts';
import type { Replay } from './replay.ts';

const ID = 'r'.repeat(22);
const EXPIRES = 4_102_444_800;

export async function openRequests(): Promise<Replay> {
  const store = await openStore(null);
  const table = { client: store.client(), name: store.tables.get('requestsTable') as string };
  await putRequest(table, { id: ID, asked: { once: true }, expires: EXPIRES });
  const read = async () => (await readRequest(table, ID)) as StoredRequest;
  const rulingOf = ({ said }: StoredRequest) => (said as { ruling?: string } | null)?.ruling ?? 'open';
  const seen = new Map<string, StoredRequest>();
  const counted = new Map<string, { at: string; once: { from: number; count: number } }>();
  let now = 0;
  const known = (who = '') => seen.get(who) as StoredRequest;
  return {
    steps: {
      readToSay: async ({ s = '' }) => void seen.set(s, await read()),
      say: ({ s, what = '' }) => putSaid(table, known(s), { ruling: what }, EXPIRES),
      readToCollect: async ({ c = '' }) => void seen.set(c, await read()),
      logDecision: async () => {},
      async count({ c = '' }: Picks) {
        const counting = { at: new Date(now++).toISOString(), once: { from: 0, count: 1 } };
        if (await countCollection(table, known(c), counting)) counted.set(c, counting);
      },
      give: async () => {},
      takeBack: ({ c = '' }) =>
        uncountCollection(
          table,
          known(c),
          counted.get(c) as { at: string; once: { from: number; count: number } },
        ),
      die: async () => {},
    },
    async view() {
      const stored = await read();
      return {
        ruling: rulingOf(stored),
        revision: stored.revision,
        collections: stored.collections,
      };
    },
    close: () => store.close(),
  };
}
