/** The caller of the local KMS, and the decision of the key policies. */
import type { LocalSts, Principal } from '../sts.ts';
import type { EncryptionContext } from './context.ts';
import { KmsError } from './errors.ts';
import type { Key, KeyRing } from './keys.ts';

/** Whether a role may use a key for this action, named as in IAM without `kms:`. */
export type MayUse = (principal: Principal, action: string, key: Key, context: EncryptionContext) => boolean;

/** The checks of the local KMS before each operation. */
export interface Guard {
  sts: LocalSts;
  mayUse: MayUse;
}

/** @throws KmsError for expired credentials, or credentials that STS did not issue */
export function principalOf(headers: Record<string, string>, guard: Guard | undefined): Principal {
  const id = accessKeyOf(headers);
  const whose = guard?.sts.whose(id, headers['x-amz-security-token']) ?? 'unknown';
  if (whose === 'expired') throw new KmsError('ExpiredTokenException', 'The security token is expired');
  // The functions' own roles sign with their names.
  return whose === 'unknown' ? { role: id, session: 'local', tags: new Map() } : whose;
}

export function accessKeyOf(headers: Record<string, string>): string {
  return /Credential=([^/,]+)\//.exec(headers['authorization'] ?? '')?.[1] ?? 'anonymous';
}

interface Input {
  KeyId: string;
  EncryptionContext?: EncryptionContext;
  SourceKeyId: string;
  SourceEncryptionContext: EncryptionContext;
  DestinationKeyId: string;
  DestinationEncryptionContext: EncryptionContext;
}

/** @throws KmsError AccessDeniedException, NotFoundException */
export function demandAccess(
  guard: Guard,
  principal: Principal,
  ring: KeyRing,
  name: string,
  input: unknown,
) {
  const uses = usesOf(name, input as Input);
  const denied = uses.some(([action, id, context]) => {
    return !guard.mayUse(principal, action, ring.find(id), context);
  });
  if (denied)
    throw new KmsError('AccessDeniedException', `The role is not authorized to perform kms:${name}`);
}

/** ReEncrypt is two actions, one for each key. */
function usesOf(name: string, input: Input): [string, string, EncryptionContext][] {
  if (name !== 'ReEncrypt') return [[name, input.KeyId, input.EncryptionContext ?? new Map()]];
  return [
    ['ReEncryptFrom', input.SourceKeyId, input.SourceEncryptionContext],
    ['ReEncryptTo', input.DestinationKeyId, input.DestinationEncryptionContext],
  ];
}
