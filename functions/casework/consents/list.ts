import { allOwners } from '../../../shared/policy/pack/pack.ts';
import { mayAct, permitted, ruleOf } from '../../session/acts.ts';
import { decoyId } from '../../steps/holding.ts';
import { type Act, findSubject, record } from '../act.ts';
import { caseworkOf, consentsIn, type StoredConsent, viewOf } from './stored.ts';

/**
 * What is on file about a subject, as far as the caller may see it, newest first. The reading is an entry of the log.
 * @throws Problem REFUSED: see `findSubject`
 */
export async function listConsents(
  read: Act,
  name: Parameters<typeof findSubject>[1],
): Promise<ReturnType<typeof viewOf>[]> {
  const { deps } = read;
  const { clientId } = read.session.caller;
  let consents: StoredConsent[] = [];
  // An office that has no consent here learns as little as of a person that no record exists of.
  const { logId } = await findSubject(read, name, 'use', {}, async (found) => {
    const filed = consentsIn(await caseworkOf(deps, found?.subject ?? decoyId()));
    consents = permitted(read.session, filed, ({ filedBy, recipient }) => ({
      area: true,
      filer: filedBy === clientId,
      recipient: recipient === clientId,
    }));
    return consents.length > 0 || mayAct(read.session, { area: true });
  });
  await record(read, {
    kind: 'reading',
    operation: 'use',
    owners: allOwners(read.pack),
    subject: logId,
    consents: consents.map(({ id }) => id),
    outcome: 'read',
    rule: ruleOf(read.session),
  });
  return consents.sort((a, b) => (a.at < b.at ? 1 : -1)).map(viewOf);
}
