import type { UnwrapDeps } from '../steps/open-sheets.ts';
import type { ReleaseCall } from './release-fields.ts';

/** What may unwrap for this call: a session of the caller's agency and purpose, fetched unless one is warm. */
export async function openerFor({ deps, session, ask }: ReleaseCall): Promise<UnwrapDeps> {
  const kms = await deps.sessions.client(session.caller.clientId, ask.purpose);
  return { kms, classKeys: deps.classKeys };
}
