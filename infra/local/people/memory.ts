/** The state of the local issuer: sessions, codes and grants, in memory until each expires. */
import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Kept {
  payload: AdapterPayload;
  /** Epoch milliseconds. */
  until: number;
}

/** More than one person at a terminal ever makes. The oldest are removed first. */
const MOST = 1000;

export function memoryAdapter(model: string): Adapter {
  const kept = new Map<string, Kept>();
  const find = (id: string) => {
    const found = kept.get(id);
    return found && Date.now() < found.until ? found.payload : undefined;
  };
  const search = (is: (payload: AdapterPayload) => boolean) =>
    [...kept].find(([id, { payload }]) => find(id) !== undefined && is(payload))?.[1].payload;
  return {
    async upsert(id, payload, expiresIn) {
      if (kept.size >= MOST) kept.delete(kept.keys().next().value as string);
      kept.set(id, { payload, until: Date.now() + (expiresIn || 3600) * 1000 });
    },
    find: async (id) => find(id),
    findByUid: async (uid) => (model === 'Session' ? search((payload) => payload.uid === uid) : undefined),
    findByUserCode: async (code) => search((payload) => payload.userCode === code),
    async consume(id) {
      const payload = find(id);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      kept.delete(id);
    },
    async revokeByGrantId(grantId) {
      for (const [id, { payload }] of kept) if (payload.grantId === grantId) kept.delete(id);
    },
  };
}
