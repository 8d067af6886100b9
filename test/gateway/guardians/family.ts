/** A family at a desk, over HTTP: whom the record lists, and who says something about the child's data. */
import { digest, fileRig } from '../../casework/rig.ts';
import { card, GUARDIAN } from '../../support/guardians.ts';
import { freshNumber } from '../../support/people.ts';

export const FATHER = { kind: 'father', ...GUARDIAN };
export const MOTHER = { kind: 'mother', name: '林海燕', id_number: freshNumber('1984-03-02') };

let papers = 0;
/** A paper of its own. */
export const paper = () => digest(`paper ${papers++}`);

export async function fileFamily() {
  const rig = await fileRig();
  type Child = Awaited<ReturnType<typeof rig.child>>;
  return {
    rig,
    childOf: (guardian_identity: unknown, more: object = {}) =>
      rig.child({ mca: { guardian_identity, ...more } }),
    write: (child: Child, fields: object, agency = 'mca-county') => rig.put(agency, child.match, fields),
    say: (child: Child, { id_number }: { id_number: string }, change: object = {}) =>
      rig.consent(child, { document: card(id_number), evidence: paper(), ...change }),
    async released(child: Child): Promise<boolean> {
      const { json } = await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
      return 'fields' in json.results[0];
    },
    async lastReason(): Promise<string> {
      const [entry] = await rig.entries('&purpose=D1&kind=denial');
      return entry.words.finding;
    },
  };
}
