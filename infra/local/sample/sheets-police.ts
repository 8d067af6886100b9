/** The facts of the police: identity, household register, parents. */

import type { Fields } from '../../../shared/client/wire/types.ts';
import type { Json } from '../../../shared/json.ts';
import { addDays } from './birth.ts';
import type { Child } from './child.ts';
import { fileReference } from './words.ts';

/** Every registered child; foundlings are not registered yet. */
export function police(child: Child, today: string): Fields | null {
  const { idNumber, parents, hukou, story } = child;
  if (idNumber === null || parents === null) return null;
  return {
    name: child.name,
    id_number: idNumber,
    sex: child.sex,
    birth_date: child.birth,
    ethnicity: child.ethnicity,
    hukou_address: { text: hukou.address, division: hukou.division },
    parent_identity: [parents.father, parents.mother].map(({ name, idNumber, phone }) => ({
      name,
      id_number: idNumber,
      phone,
    })) as Json,
    parent_status: { father: story.father, mother: story.mother },
    ...incidentOf(child, today),
  };
}

function incidentOf({ case: kind, random, index }: Child, today: string): Fields {
  const day = addDays(today, -random.whole(15, 300));
  const number = `云公刑立字〔${day.slice(0, 4)}〕${String(1000 + index)}号`;
  const organ = '清河县公安局';
  if (kind === 'harm') return { harm_incident: { type: 'neglect', date: day, relation: 'mother' } };
  if (kind === 'witness')
    return { case_info: { number, organ, stage: 'investigation' }, av_recording: fileReference(random) };
  if (kind === 'guardian-conflict' || kind === 'guardian-conflict-teen') {
    return {
      harm_incident: { type: 'violence', date: day, relation: 'father' },
      case_info: { number, organ, stage: 'investigation' },
    };
  }
  return {};
}
