/** The facts of court and procuratorate: few, about few children. */
import type { Fields } from '../../../shared/client/wire/types.ts';
import type { Json } from '../../../shared/json.ts';
import { addDays } from './birth.ts';
import type { Child } from './child.ts';
import { fileReference } from './words.ts';

/** Revoked guardianship, parents who serve a sentence, open cases. */
export function courts({ case: kind, story, random, index, home }: Child, today: string): Fields | null {
  const day = addDays(today, -random.whole(30, 500));
  const number = `（${day.slice(0, 4)}）云0001民特${100 + index}号`;
  const organ = '清河县人民法院';
  const states: Json = { father: story.father, mother: story.mother };
  if (kind === 'guardianship-revoked') {
    return {
      guardianship_status: { status: 'revoked', conflict: false },
      guardian_identity: [
        {
          ...{ kind: 'residents-committee', name: '村民委员会主任', organisation: `${home.town}村民委员会` },
          ...{ document: 'organisation-certificate', number: '54990001MB00000027', from: day, order: number },
        },
      ],
      parent_status: states,
      case_info: { number, organ, stage: 'judged' },
    };
  }
  if (kind === 'guardian-conflict-teen') return { case_info: { number, organ, stage: 'trial' } };
  return story.father === 'serving-sentence' ? { parent_status: states } : null;
}

/** Cases in which the child was hurt or is a witness. */
export function procuratorate({ case: kind, random, index }: Child, today: string): Fields | null {
  const concerned = kind === 'guardian-conflict' || kind === 'guardian-conflict-teen' || kind === 'witness';
  if (!concerned) return null;
  const year = addDays(today, -random.whole(5, 200)).slice(0, 4);
  const stage = kind === 'guardian-conflict-teen' ? 'trial' : 'prosecution-review';
  const info = { number: `清检未检〔${year}〕${10 + index}号`, organ: '清河县人民检察院', stage };
  return kind === 'witness' ? { case_info: info, av_recording: fileReference(random) } : { case_info: info };
}

/* The facts of the police: identity, household register, parents. */

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
