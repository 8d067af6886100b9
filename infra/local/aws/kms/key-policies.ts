/**
 * The stack's key policies for the local KMS: the allowed actions of each role on each key, and for classes
 * the allowed purposes of the session. The local KMS refuses exactly what AWS refuses. A test holds every
 * key, role, action and purpose equal to the synthesised template.
 */
import { KEY_USES, type ServiceKey } from '../../../../shared/env.ts';
import type { Pack } from '../../../../shared/policy/pack/pack.ts';
import type { Issuer, Trust } from '../sts.ts';
import type { MayUse } from './access.ts';
import type { Owners } from './owners.ts';

const ROLE = 'fieldgate-';
/** Role that release assumes for one purpose. */
export const SESSION_ROLE = `${ROLE}release-session`;
/** May use every key of the gateway's account, which no role may in AWS. It stands for the owner of this machine. */
const OPERATOR = `${ROLE}operator`;

/** By function, its allowed actions on any class key. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  intake: ['GenerateDataKey', 'ReEncryptTo', 'ReEncryptFrom'],
  maintenance: ['Decrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'],
};

/** The same for the gateway's own keys. */
const mayUseOwn = (fn: string, action: string, name: string) => {
  const [, writer] = /^writer-(\w+)$/.exec(name) ?? [];
  const { [action]: users } = writer === undefined ? (KEY_USES[name as ServiceKey] ?? {}) : ofWriter(writer);
  return users?.split(' ').includes(fn) ?? false;
};
const ofWriter = (fn: string): Record<string, string> => ({ Sign: fn, GetPublicKey: 'sequencer' });

/** Routes of purposes that release serves; most purposes have none of their own. */
const BY_RELEASE: ReadonlySet<string | undefined> = new Set([undefined, 'story-cards', 'inquiries']);

/** @param owners departments with keys of their own, whose deployed templates decide about these */
export function keyPolicies(pack: Pack, owners: Owners = new Map()): MayUse {
  const released = purposesOf(pack);
  const verified = new Set([...pack.programmes.values()].flatMap(({ classes }) => classes));
  const reports = Object.values(pack.casework?.harm?.classes ?? {});
  return ({ role, tags, provider }, action, key, context) => {
    const fn = role.slice(ROLE.length);
    const [, department] = /^alias\/fieldgate\/owner\/([^/]+)/.exec(key.alias) ?? [];
    if (department !== undefined) {
      const user = role === SESSION_ROLE ? 'Session' : fn;
      return owners.get(department)?.allows({ user, action, tags, context, provider }) ?? false;
    }
    if (role === OPERATOR) return true;
    const [, own = '', name = ''] = /^alias\/fieldgate\/(?:class\/([^/]+)|([^/]+))/.exec(key.alias) ?? [];
    if (own === '') return mayUseOwn(fn, action, name);
    if (context.get('class') !== own || context.get('collection') !== pack.collection) return false;
    if (role === SESSION_ROLE) {
      const purpose = tags.get('purpose') ?? '';
      const opens = pack.classes.get(own)?.openedBy.includes(purpose) ?? false;
      return action === 'Decrypt' && released.has(purpose) && opens;
    }
    if (fn === 'verify') return action === 'Decrypt' && verified.has(own);
    if (fn === 'casework') return action === 'GenerateDataKey' && reports.includes(own);
    // What casework seals, intake does not write.
    if (fn === 'intake' && reports.includes(own)) return false;
    // It moves the key of an upload to a person, and none of a person anywhere.
    if (fn === 'intake' && action === 'ReEncryptFrom' && context.get('subject') !== 'upload') return false;
    return CLASSES[fn]?.includes(action) ?? false;
  };
}

/** Only release assumes the session's role, or who has a token of the issuer, for a purpose that release serves. */
export function sessionTrust(pack: Pack, issuer?: Issuer): Trust {
  return { by: issuer ?? `${ROLE}release`, role: SESSION_ROLE, purposes: purposesOf(pack) };
}

function purposesOf({ purposes }: Pack): Set<string> {
  return new Set([...purposes].filter(([, { route }]) => BY_RELEASE.has(route)).map(([code]) => code));
}
