/** The facts of schools, the hospital and the disabled persons' federation. */

import type { Fields } from '../../../shared/client/wire/types.ts';
import { addDays } from './birth.ts';
import type { Child } from './child.ts';
import { facts } from './facts.ts';

const GRADES = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];

/** Children of kindergarten age and older; some are not enrolled. */
export function education(child: Child, today: string): Fields | null {
  const { age, random, case: kind, idNumber } = child;
  if (age < 3 || idNumber === null) return null;
  const home = kind === 'cannot-express-will' || kind === 'cannot-express-will-teen';
  const status = home ? 'not-enrolled' : statusAt(age, random.next());
  const assessed =
    child.story.disability !== null || home ? { edu_assessment: random.pick(facts().assessments) } : {};
  if (status === 'not-enrolled' || status === 'out-of-school')
    return { schooling_status: status, ...assessed };
  return {
    schooling_status: status,
    school_name: schoolOf(status, age, random.pick),
    ...(status === 'preschool' ? {} : { student_no: studentNumber(child, idNumber, today) }),
    ...assessed,
  };
}

function statusAt(age: number, draw: number): string {
  if (age < 6) return draw < 0.85 ? 'preschool' : 'not-enrolled';
  if (draw < 0.03) return 'out-of-school';
  if (age < 12) return 'primary';
  if (age < 15) return 'junior';
  return draw < 0.4 ? 'vocational' : 'senior';
}

function schoolOf(status: string, age: number, pick: <Item>(list: readonly Item[]) => Item) {
  const { schools } = facts();
  const grade = GRADES[age - 6] ?? '一';
  if (status === 'preschool') return { school: '城关镇中心幼儿园', class: pick(['小班', '中班', '大班']) };
  if (status === 'vocational')
    return { school: '清河县职业教育中心', class: `${pick(['机电', '护理', '幼教'])}1班` };
  if (status === 'senior')
    return {
      school: pick(schools.senior),
      class: `高${pick(['一', '二', '三'])}${pick(['1', '2', '3', '4'])}班`,
    };
  return {
    school: pick(schools[status === 'primary' ? 'primary' : 'junior']),
    class: `${grade}年级${pick(['1', '2', '3'])}班`,
  };
}

/** G and the ID number; L and 18 digits if the number was unknown at enrolment. */
function studentNumber({ case: kind, index }: Child, idNumber: string, today: string): string {
  if (kind !== 'student-number-l') return `G${idNumber}`;
  return `L990001${today.slice(0, 4)}${String(index + 1).padStart(8, '0')}`;
}

/** Ill and disabled children, a large part of the healthy ones, and some birth records. */
export function health(child: Child, today: string): Fields | null {
  const { story, random, case: kind, idNumber } = child;
  if (idNumber === null) return null;
  const birth = kind === 'owners-disagree-on-age' ? { birth_date: addDays(child.birth, 14) } : {};
  if (story.health === 'healthy' && Object.keys(birth).length === 0 && random.chance(0.45)) return null;
  return {
    health_status: story.health,
    ...birth,
    ...illnessOf(child, today),
    ...mindOf(child),
    ...(kind === 'hiv' ? { hiv_status: child.index % 2 === 0 ? 'infected' : 'affected' } : {}),
    ...(story.able ? {} : { able_to_express_will: { able: false, basis: `YY-${child.index + 1}` } }),
  };
}

function illnessOf({ story, random }: Child, today: string): Fields {
  if (story.health !== 'ill') return {};
  const { code, summary } = random.pick(facts().illnesses);
  return { illness: { code, since: addDays(today, -random.whole(60, 1500)) }, medical_record: summary };
}

function mindOf({ story, random }: Child): Fields {
  if (story.conflict) return { mental_health: { code: 'F43', note: '应激相关，心理咨询每两周一次。' } };
  return random.chance(0.05) ? { mental_health: { code: 'F93', note: '分离焦虑，建议随访。' } } : {};
}

/** Children with a certificate. Its number consists of ID number, category and level. */
export function disabledFederation({ story, idNumber }: Child): Fields | null {
  const { disability } = story;
  if (disability === null || idNumber === null) return null;
  const { category, level } = disability;
  return {
    disability_cert_no: `${idNumber}${category}${level}`,
    disability_category: category,
    disability_level: level,
  };
}
