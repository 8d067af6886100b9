import { randomId } from '../../../shared/bytes.ts';
import { DataKey } from '../../../shared/crypto/data-key.ts';
import { sealField } from '../../../shared/crypto/seal.ts';
import { asKeyId, asLogId, asSubjectId } from '../../../shared/ids.ts';
import { generateDataKey } from '../../../shared/keys/wrap.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { SealedPart } from '../../../shared/records/casework/harm-reports.ts';
import type { CaseworkDeps } from '../deps.ts';

/** Where a part belongs: its report, the receiving department, the instant, and the class. */
interface PartOf {
  pack: Pack;
  id: string;
  to: string;
  at: string;
  name: string;
}

/** Seals one part under a new data key. Casework may make such keys and unwrap none. */
export async function sealPart(
  { kms, classKeys }: CaseworkDeps,
  { pack, id, to, at, name }: PartOf,
  value: object,
): Promise<SealedPart> {
  const [keyId, logId] = [asKeyId(randomId()), asLogId(randomId())];
  const place = { collection: pack.collection, subject: asSubjectId(id), owner: to, class: name };
  const arns = classKeys.get(name) ?? [];
  const { raw, wrapped } = await generateDataKey(kms, arns.at(-1) ?? '', { ...place, keyId });
  const key = DataKey.fromRaw({ place, logId, keyId, version: 1, at }, raw);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    ...{ keyId, logId, kms: arns.length, wrapped: base64(wrapped) },
    ...{ commitment: base64(key.commitment), sealed: base64(sealField(key, name, value)) },
  };
}
