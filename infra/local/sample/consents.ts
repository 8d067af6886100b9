/**
 * Consents of sample children, so that a charity's question can be answered with yes. They are put where the
 * guardian's desk puts them; there is no route for that yet.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { Env } from '../../../shared/env.ts';
import { blindIndexes } from '../../../shared/keys/blind-index.ts';
import pack from '../../../shared/packs/disadvantaged-children.json' with { type: 'json' };
import type { ConsentArtefact } from '../../../shared/policy/types.ts';
import { putCasework } from '../../../shared/records/casework.ts';
import { lookUpIndex } from '../../../shared/records/index-entries.ts';
import { recordsOf } from './records.ts';

const RECIPIENT = 'charity-sunrise';
const PURPOSE = 'C1';
/** How many children, of those at school. */
const CHILDREN = 30;
const YEAR = 360 * 86_400_000;

interface Store {
  kms: KMSClient;
  dynamo: DynamoDBClient;
  env: Env<'indexKey' | 'indexTable' | 'caseworkTable'>;
}

/** ID numbers of sample children whose family has consented. */
export function consenting(sample: { children: number; today: string }): string[] {
  const ids: string[] = [];
  for (const { match, fields } of matched(sample)) {
    const inSchool = fields.schooling_status === 'primary' || fields.schooling_status === 'junior';
    if (match.id_number !== undefined && inSchool) ids.push(match.id_number);
  }
  return ids.slice(0, CHILDREN);
}

/** Given by child and guardian, the guardian told too, which does at any age. May be repeated. */
export async function giveConsents(
  { kms, dynamo, env }: Store,
  sample: { children: number; today: string },
): Promise<void> {
  const from = `${sample.today}T00:00:00.000Z`;
  const until = new Date(Date.parse(from) + YEAR).toISOString();
  const programmes = Object.values(pack.programmes).filter(({ purpose }) => purpose === PURPOSE);
  const fields = [...new Set(programmes.flatMap((programme) => programme.fields))].sort();
  const base = { version: 1, purpose: PURPOSE, recipient: RECIPIENT, fields, from, until, at: from };
  for (const value of consenting(sample)) {
    const key = { collection: pack.collection, field: 'id_number', scope: '', value };
    const [index] = await blindIndexes(kms, env.indexKey, key);
    const subject = await lookUpIndex(dynamo, env.indexTable, index);
    if (subject === null) continue;
    for (const [giver, act] of [
      ['guardian', 'given'],
      ['child', 'given'],
      ['guardian', 'informed'],
    ] as const) {
      const document: ConsentArtefact = { id: `sample-${giver}-${act}`, ...base, giver, act };
      await putCasework(dynamo, env.caseworkTable, subject, { kind: 'consent', id: document.id, document });
    }
  }
}

function* matched(sample: { children: number; today: string }) {
  for (const record of recordsOf('edu-county', sample)) {
    if ('match' in record) yield record;
  }
}
