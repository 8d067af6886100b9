/** An office that opens cases, whose supervisor confirms them, and whose worker visits the children. */
import type { Answer } from '../support/gateway.ts';
import { reasonFor } from '../support/reasons.ts';
import type { Rig } from './rig.ts';

export const OPENER = { officer: 'zhao.min', reason: reasonFor('W3') };
export const BOSS = { officer: 'zhou.qin', reason: 'caseload of the village' };
/** The officer to whom cases are assigned. */
export const WORKER = 'han.mei';

interface Opening {
  case?: string;
  purpose?: string;
  officers?: string[];
  instrument?: string;
}

export type Office = ReturnType<typeof officeOf>;

export function officeOf(rig: Rig, purpose = 'W3') {
  let cases = 0;
  const office = {
    open: (subjects: object[], change: Opening = {}, who: object = OPENER, agency = 'mca-county') => {
      const named = { case: `V-2026-${cases++}`, purpose, officers: [WORKER], subjects, ...change };
      const said = who === OPENER ? { ...who, reason: reasonFor(named.purpose) } : who;
      return rig.casework(agency, 'POST', '/v1/cases', named, said);
    },
    on: (id: string, act: string, who: object = BOSS, agency = 'mca-county', body: object = {}) =>
      rig.casework(agency, 'POST', `/v1/cases/${id}/${act}`, body, who),
    visit: (child: object, number: string, change: object = {}) => {
      const words = {
        officer: WORKER,
        case: number,
        reason: reasonFor(purpose),
        unregistered: true,
        ...change,
      };
      return rig.release('mca-county', purpose, { subjects: [child], fields: ['name'] }, words);
    },
    /** An open case about the child. */
    async opened(child: object, change: Opening = {}): Promise<{ id: string; case: string }> {
      const { json } = await office.open([child], change);
      await office.on(json.case.id, 'confirm');
      return json.case;
    },
  };
  return office;
}

/** What a release gives: the name, or why not. */
export async function outcome(answer: Answer | Promise<Answer>): Promise<string> {
  const { json } = await answer;
  const [first] = json.results ?? [];
  return json.code ?? first.refused?.code ?? first.fields.name.value;
}
