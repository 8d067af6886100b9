/**
 * What the key policies of the stack say about the class keys, for the local KMS: which role may do what, and
 * in a session of which purposes. It follows from the pack's `openedBy` and from what its programmes read, so a
 * class that a purpose or programme may not open is refused here as in AWS.
 */
import type { Pack } from '../../shared/policy/pack.ts';
import type { MayUse } from './kms/access.ts';
import type { Trust } from './sts.ts';

/** Role that release assumes for one purpose. */
export const SESSION_ROLE = 'fieldgate-release-session';

const EVERY_CLASS = new Map([
  ['fieldgate-intake', ['GenerateDataKey']],
  ['fieldgate-maintenance', ['Decrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo']],
  ['fieldgate-release', []],
]);
const VERIFY_ROLE = 'fieldgate-verify';

/** The operator's role may use every key, which nobody's may in AWS: it stands for whoever owns this machine. */
export function keyPolicies(pack: Pick<Pack, 'classes' | 'collection' | 'programmes'>): MayUse {
  const verified = new Set([...pack.programmes.values()].flatMap(({ classes }) => classes));
  return ({ role, tags }, action, key, context) => {
    const [, name = ''] = /^alias\/fieldgate\/class\/([^/]+)/.exec(key.alias) ?? [];
    if (name === '' || role === 'fieldgate-operator') return true;
    if (context.get('class') !== name || context.get('collection') !== pack.collection) return false;
    if (role === VERIFY_ROLE) return action === 'Decrypt' && verified.has(name);
    if (role !== SESSION_ROLE) return EVERY_CLASS.get(role)?.includes(action) ?? false;
    const openedBy = pack.classes.get(name)?.openedBy ?? [];
    return action === 'Decrypt' && openedBy.includes(tags.get('purpose') ?? '');
  };
}

/** Release alone assumes the session's role, for a purpose of the pack. */
export function sessionTrust({ purposes }: Pick<Pack, 'purposes'>): Trust {
  return { by: 'fieldgate-release', role: SESSION_ROLE, purposes: new Set(purposes.keys()) };
}
