/** The facts of civil affairs: home, guardian, hardship, benefits, visits. */

import type { Fields } from '../../../shared/client/wire/types.ts';
import type { Json } from '../../../shared/json.ts';
import { addDays } from './birth.ts';
import type { Child } from './child.ts';
import { facts } from './facts.ts';
import { makeAdult, makeCardNumber, makePhone } from './people.ts';
import { fileReference, makeName } from './words.ts';

/** Every child of the county has this sheet. */
export function civilAffairs(child: Child, today: string): Fields {
  const guardian = guardianOf(child, today);
  return {
    ...named(child),
    division_code: child.home.division,
    residence_address: residenceOf(child),
    ...(child.age >= 8 && child.case !== 'no-phone' && child.random.chance(0.7)
      ? { child_phone: makePhone(child.random) }
      : {}),
    household_profile: householdOf(child),
    guardian_identity: guardian.identity,
    guardian_relation: guardian.relation,
    guardian_phone: guardian.phone,
    guardianship_status: guardianshipOf(child),
    able_to_express_will: willOf(child, today),
    hardship_category: child.story.hardship,
    benefits: benefitsOf(child, today),
    ...(child.random.chance(0.8)
      ? {
          bank_account: {
            number: makeCardNumber(child.random),
            bank: '云平农村信用社',
            payee: guardian.payee,
          },
        }
      : {}),
    visit_notes: visitNotes(child, today),
    photo: fileReference(child.random),
    id_scan: fileReference(child.random),
    ...specialsOf(child, today),
  };
}

/** Name and birth date belong to the police. Civil affairs adds them for children without a police sheet. */
function named(child: Child): Fields {
  if (child.idNumber === null) {
    return { name: child.name, birth_date: { date: child.birth, estimated: true } };
  }
  return child.case === 'neighbour' ? { name: child.name, birth_date: child.birth } : {};
}

/** Assessed for people with limited ability. Small children count as unable without an assessment. */
function willOf({ story, age, index }: Child, today: string): Json {
  if (!story.able)
    return { able: false, basis: `PG-${today.slice(0, 4)}-${String(index + 1).padStart(4, '0')}` };
  return age >= 3 ? true : { able: false, basis: 'under three years of age' };
}

function residenceOf(child: Child): Json {
  if (child.story.guardian !== 'state') return { text: child.home.address, division: child.home.division };
  return { text: facts().institutions.welfare.address, division: child.home.division };
}

function householdOf({ random, story }: Child): Json {
  const poor = story.hardship.some((code) => code === 'poor-family' || code === 'destitute');
  return {
    members: story.guardian === 'state' ? 1 : random.whole(2, 6),
    monthlyIncome: poor ? random.whole(12, 95) * 10 : random.whole(60, 420) * 10,
    housing: random.pick(['self-built', 'self-built', 'rented', 'public', 'borrowed']),
    housingArea: random.whole(25, 130),
    vehicles: random.chance(0.15) ? 1 : 0,
    land: random.whole(0, 60) / 10,
  };
}

function guardianOf(
  child: Child,
  today: string,
): { identity: Json; relation: string; phone: string; payee: string } {
  const { random, story, parents, area } = child;
  const phone = makePhone(random);
  if (story.guardian === 'state' || story.guardian === 'committee') {
    const state = story.guardian === 'state';
    const organisation = state ? facts().institutions.welfare.name : `${child.home.town}村民委员会`;
    const relation = state ? 'civil-affairs' : 'residents-committee';
    const contact = makeName(random, '2').full;
    const kind = state ? 'welfare-institution' : 'residents-committee';
    const identity = state
      ? {
          kind,
          name: organisation,
          document: 'organisation-certificate',
          number: facts().institutions.welfare.code,
        }
      : { kind, name: contact, organisation };
    return { identity, relation, phone, payee: organisation };
  }
  if (story.guardian === 'father' || story.guardian === 'mother') {
    const parent = parents?.[story.guardian];
    if (!parent) throw new Error('a foundling has no parent as guardian');
    const other = story.guardian === 'father' ? 'mother' : 'father';
    const both = [story.guardian, ...(story[other] === 'normal' ? [other as typeof story.guardian] : [])];
    const identity = both.flatMap((kind) => {
      const { name, idNumber } = parents[kind];
      return { kind, name, id_number: idNumber };
    });
    return { identity, relation: 'parent', phone: parent.phone, payee: parent.name };
  }
  const sex = random.pick(['1', '2'] as const);
  const [relation, older] = story.guardian === 'grandparent' ? ['grandparent', 52] : ['other-individual', 25];
  const adult = makeAdult(random, today, area, sex, child.age + older, makeName(random, sex));
  return { identity: { name: adult.name, id_number: adult.idNumber }, relation, phone, payee: adult.name };
}

function guardianshipOf({ story }: Child): Json {
  return { status: story.guardianship, conflict: story.conflict };
}

function benefitsOf({ story, random }: Child, today: string): Json {
  const year = Number(today.slice(0, 4));
  return facts()
    .benefits.filter(([hardship]) => story.hardship.includes(hardship))
    .map(([, scheme, amount]) => ({
      scheme,
      amount,
      from: `${year - random.whole(1, 3)}-${String(random.whole(1, 12)).padStart(2, '0')}`,
      ...(random.chance(0.5) ? { until: `${year + 1}-12` } : {}),
    }));
}

function specialsOf(child: Child, today: string): Fields {
  const { random, case: kind, story } = child;
  if (kind === 'shelter') {
    const { id, address } = facts().institutions.shelter;
    return { placement_site: { institution: id, address, secret: true } };
  }
  if (kind === 'entrusted') {
    const carer = { name: makeName(random, '2').full, phone: makePhone(random), relation: '姨母' };
    return { entrusted_carer: { ...carer, from: addDays(today, -200), until: addDays(today, 165) } };
  }
  const placement = {
    institution: facts().institutions.welfare.id,
    address: facts().institutions.welfare.address,
    secret: false,
  };
  if (kind === 'adoption') return { placement_site: placement, adoption_info: fileReference(random) };
  if (story.conflict) {
    return {
      harm_incident: { type: 'violence', date: addDays(today, -random.whole(20, 200)), relation: 'father' },
    };
  }
  return story.guardian === 'state' ? { placement_site: placement } : {};
}

/** A visit within the last quarter. */
function visitNotes({ random, story }: Child, today: string): string {
  const day = addDays(today, -random.whole(3, 90));
  const { visits } = facts();
  const who = story.guardian === 'state' ? '在院' : '在家';
  return `${day} 走访：儿童${who}，${random.pick(visits.moods)}；${random.pick(visits.homes)}；${random.pick(visits.needs)}。`;
}
