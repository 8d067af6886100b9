/** Numbers of guardians' documents: one answer of KMS serves to try the numbers of one person, and of no other. */
import { createHmac } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { giverDigest } from '../../functions/steps/rests.ts';
import { keyPolicies, sessionTrust } from '../../infra/local/aws/kms/key-policies.ts';
import { localKms } from '../../infra/local/aws/kms/local-kms.ts';
import { openTrail, type TrailRecord } from '../../infra/local/aws/kms/trail.ts';
import { localSts } from '../../infra/local/aws/sts.ts';
import { toBase64url } from '../../shared/bytes.ts';
import { encodeParts } from '../../shared/encoding.ts';
import { asSubjectId, type SubjectId } from '../../shared/ids.ts';
import { generateMac } from '../../shared/keys/kms.ts';
import { recordMarksOf } from '../../shared/keys/record-marks.ts';
import { digest, fileRig } from '../casework/rig.ts';
import { subjectOf } from '../maintenance/rig.ts';
import { card, GUARDIAN } from '../support/guardians.ts';
import { freshNumber } from '../support/people.ts';

const rig = await fileRig();
const { gateway } = rig;
const AUNT = { kind: 'other-individual', name: '林海霞', id_number: freshNumber('1981-03-02') };
const FATHER = { kind: 'father', ...GUARDIAN };
/** Two children, each with a consent of its guardian. */
const children: { subject: SubjectId; consent: string; number: string }[] = [];
for (const guardian of [FATHER, AUNT]) {
  const child = await rig.child({ mca: { guardian_identity: [guardian] } });
  const { json } = await rig.consent(child, {
    document: card(guardian.id_number),
    evidence: digest(guardian.name),
  });
  const { json: found } = await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
  expect(found.results[0].fields).toBeDefined();
  const ref = await rig.put('mca-county', child.match, { guardian_identity: [guardian] });
  const subject = asSubjectId(await subjectOf(gateway, ref));
  children.push({ subject, consent: json.consent.id, number: guardian.id_number });
}
const [FIRST, SECOND] = children as [(typeof children)[0], (typeof children)[0]];
const rows = await Promise.all(
  [gateway.env.sheetsTable, gateway.env.caseworkTable].map(
    async (TableName) => (await gateway.dynamo.send(new ScanCommand({ TableName }))).Items ?? [],
  ),
);
const store = JSON.stringify(rows);
/** All of the length of a mark. */
const texts = store.match(/(?<![\w-])[\w-]{22}(?![\w-])/g) ?? [];

const guard = { sts: localSts(sessionTrust(pack), Date.now), mayUse: keyPolicies(pack) };
const trail = openTrail(null);
const records: TrailRecord[] = [];
trail.subscribe((record) => records.push(record));
const kms = localKms(gateway.ring, trail, Date.now, guard);
const clientOf = (fn: string) => kms.client(`fieldgate-${fn}`);
const MARKING = ['intake', 'release', 'verify', 'casework', 'maintenance'];

it.each(MARKING)('%s finds with one call the guardian of one child, and nothing of another', async (fn) => {
  const before = records.length;
  const marks = await recordMarksOf(clientOf(fn), gateway.env.indexKey, FIRST.subject);
  const guesses = ({ consent, number }: typeof FIRST) => {
    const shown = { kind: 'resident-card', number };
    const digests = children.map(({ subject }) => giverDigest(subject, marks, pack, consent, shown));
    const form = JSON.stringify(['guardian', shown.kind, number]);
    const terms = texts.filter((one) => marks.openTerm(one, pack.collection, '#mark #document', form));
    return [...digests.filter((one) => store.includes(one)), ...new Set(terms)];
  };
  expect(guesses(FIRST)).toHaveLength(2);
  expect(guesses(SECOND)).toEqual([]);
  expect(records.slice(before).map(({ eventName }) => eventName)).toEqual(['GenerateMac']);
});

it('an answer that is for no person is the key of no mark', async () => {
  for (const label of ['fieldgate record marks', 'fieldgate record marks v2', 'fieldgate mark v2']) {
    const answer = await generateMac(clientOf('intake'), gateway.env.indexKey, encodeParts(label, 1));
    const macs = children.flatMap(({ consent, number }) =>
      [
        ['#giver', [consent, 'resident-card', number]],
        ['#mark #document', ['guardian', 'resident-card', number]],
      ].map(([use, form]) =>
        createHmac('sha256', answer)
          .update(encodeParts('fieldgate mark v2', pack.collection, use as string, JSON.stringify(form)))
          .digest(),
      ),
    );
    const found = macs.filter((mac) => store.includes(toBase64url(mac.subarray(0, 16))));
    expect(found).toEqual([]);
  }
});

it.each(['token', 'audit', 'watch', 'steward', 'sequencer'])('%s may make no guess at all', async (fn) => {
  await expect(recordMarksOf(clientOf(fn), gateway.env.indexKey, FIRST.subject)).rejects.toThrow(
    'not authorized',
  );
});
