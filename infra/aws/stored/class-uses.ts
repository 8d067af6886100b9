import { grouped } from '../../../shared/grouped.ts';
import type { PackShape } from '../bundle/pack-shape.ts';

/**
 * What administrators may do through IAM. No action here encrypts, decrypts, signs or computes a MAC, so a policy
 * attached to another role of the account opens no key. Only grants of this stack do.
 */
export const ADMINISTRATION = [
  'CancelKeyDeletion',
  'DescribeKey',
  'CreateAlias',
  'UpdateAlias',
  'DeleteAlias',
  'DisableKey',
  'DisableKeyRotation',
  'EnableKey',
  'EnableKeyRotation',
  'GetKeyPolicy',
  'GetKeyRotationStatus',
  'GetPublicKey',
  'ListGrants',
  'ListKeyPolicies',
  'ListKeyRotations',
  'ListResourceTags',
  'PutKeyPolicy',
  'RevokeGrant',
  'ScheduleKeyDeletion',
  'TagResource',
  'UntagResource',
  'UpdateKeyDescription',
].map((action) => `kms:${action}`);

/**
 * Actions on the current version of a key and the one before it, under which instances still wrap until the deployment of a
 * new version has reached them; and on the versions before both.
 */
interface Actions {
  present: readonly string[];
  earlier: readonly string[];
}

/** What a role may do with the keys of some classes. */
export interface ClassUse extends Actions {
  classes: readonly string[];
  /** Class to the purposes, one of which the session must be tagged with. Absent: the role needs no tag. */
  openedBy?: ReadonlyMap<string, readonly string[]>;
  /** Actions on the keys of uploads alone, which belong to no person yet. */
  ofUploads?: readonly string[];
}

/** May create wrapped data keys, and thereby write fields. It can't unwrap a data key, not even its own. */
const SEAL: Actions = { present: ['GenerateDataKey'], earlier: [] };
/** May unwrap data keys of these classes, and thereby open their fields. */
const OPEN: Actions = { present: ['Decrypt'], earlier: ['Decrypt'] };
/** May move data keys to the current KMS key, and fields to new data keys. */
const RENEW: Actions = {
  present: ['Decrypt', 'ReEncryptFrom', 'GenerateDataKey', 'ReEncryptTo'],
  earlier: ['Decrypt', 'ReEncryptFrom'],
};

/**
 * By role, what it may do with class keys: the policies of the stack's keys follow from it, and those of the keys that a department
 * has in its own account. `Session` is the role that release assumes for one purpose; release itself may use no key.
 */
export const CLASS_USES = {
  intake: ({ written }: PackShape): ClassUse => ({
    ...{ present: ['GenerateDataKey', 'ReEncryptTo'], earlier: [], classes: written },
    ofUploads: ['ReEncryptFrom'],
  }),
  Session: ({ classes, openedBy }: PackShape): ClassUse => ({ ...OPEN, classes, openedBy }),
  verify: ({ verified }: PackShape): ClassUse => ({ ...OPEN, classes: verified }),
  casework: ({ reports }: PackShape): ClassUse => ({ ...SEAL, classes: reports }),
  maintenance: ({ classes }: PackShape): ClassUse => ({ ...RENEW, classes }),
} as const;
export type ClassUser = keyof typeof CLASS_USES;

/** What the encryption context of an upload's key says in place of a person. */
export const UPLOADS = { 'kms:EncryptionContext:subject': 'upload' } as const;

/**
 * Conditions of the statements for these classes: one statement, or one for each set of purposes that may
 * open the same classes.
 */
export function placesOf(
  classes: readonly string[],
  openedBy?: ClassUse['openedBy'],
): Record<string, string[]>[] {
  const named = (some: readonly string[]) => ({ 'kms:EncryptionContext:class': [...some] });
  if (!openedBy) return [named(classes)];
  const byPurposes = grouped(classes, (name) => (openedBy.get(name) ?? []).join(' '));
  // IAM refuses an empty list. If no purpose opens these classes, no statement is written.
  byPurposes.delete('');
  return [...byPurposes].map(([purposes, some]) => ({
    ...named(some),
    'aws:PrincipalTag/purpose': purposes.split(' '),
  }));
}
