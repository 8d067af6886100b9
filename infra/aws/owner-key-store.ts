/**
 * Keys of a department in an external key store, which CloudFormation can't make: a script for the AWS CLI, with the policies of the
 * template. See docs/operate/keys.md.
 */
import { type Pack, shapeOf } from './bundle/pack-shape.ts';
import { resolved } from './owner-deployment.ts';
import { type Asked, aliasOf, externalName, ownerKeys, type Served } from './owner-template.ts';

interface InStore extends Asked {
  /** Id of the key store (`cks-…`). */
  store: string;
  /** What the department holds at present. */
  held: Readonly<Record<'HeldPurposes' | 'HeldClasses', readonly string[]>>;
}

/** What the script replaces by what it finds where it runs. Neither occurs in a policy otherwise. */
const [ACCOUNT, PARTITION] = ['@ACCOUNT@', '@PARTITION@'];

/** @returns a script for a POSIX shell. Run again it gives keys that are there the policies of now. */
export function keyStoreScript(pack: Pack, served: Served, { store, held, ...asked }: InStore): string {
  const { owner } = asked;
  const deployment = { account: ACCOUNT, partition: PARTITION, parameters: held };
  const keys = ownerKeys(shapeOf(pack), served, asked).map(({ key, policy }) => {
    const text = JSON.stringify(resolved(policy, deployment));
    return `key ${aliasOf(served, owner, key)} ${externalName(served, owner, key)} '${text}'`;
  });
  return `#!/bin/sh
# Keys of ${owner} in the external key store ${store}, for Fieldgate ${served.environment}.
# The external keys of these names must be there: AES_256, to encrypt and to decrypt.
set -eu
who=$(aws sts get-caller-identity --query '[Account,Arn]' --output text)
account=$(printf %s "$who" | cut -f 1)
partition=$(printf %s "$who" | cut -f 2 | cut -d : -f 2)
key() {
  policy=$(printf %s "$3" | sed "s/${ACCOUNT}/$account/g; s/${PARTITION}/$partition/g")
  if id=$(aws kms describe-key --key-id "$1" --query KeyMetadata.KeyId --output text 2>/dev/null); then
    aws kms put-key-policy --key-id "$id" --policy-name default --policy "$policy"
  else
    id=$(aws kms create-key --origin EXTERNAL_KEY_STORE --custom-key-store-id ${store} --xks-key-id "$2" \\
      --description "Fieldgate ${served.environment}: $2" --policy "$policy" --query KeyMetadata.KeyId --output text)
    aws kms create-alias --alias-name "$1" --target-key-id "$id"
  fi
  echo "$1 $id"
}
${keys.join('\n')}
echo "owners: { ${owner}: { account: '$account' } }"
`;
}
