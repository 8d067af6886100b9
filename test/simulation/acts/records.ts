/** Sheets as registers: each write has a value of its own, and each release says which one it read. */
import { NONE } from '../world/history.ts';
import type { Child, Outcome, Stage } from '../world/stage.ts';
import type { Step } from '../world/step.ts';
import type { Act } from './acts.ts';

interface Field {
  agency: string;
  field: string;
  /** A text that is found nowhere else, and how the field holds it. */
  text(n: number): string;
  hold?(text: string): object;
}

/** A number for a name, which holds no digits. */
export const lettersOf = (n: number) =>
  [...String(n)].map((digit) => '甲乙丙丁戊己庚辛壬癸'[Number(digit)]).join('');

/** Two of them are in one sheet. */
const FIELDS: readonly Field[] = [
  {
    agency: 'mps-county',
    field: 'name',
    text: (n) => `欧阳${lettersOf(n)}`,
  },
  { agency: 'mca-county', field: 'guardian_phone', text: (n) => `139${70_000_000 + n}` },
  {
    ...{ agency: 'mca-county', field: 'residence_address', text: (n) => `清河县东街 ${n} 号` },
    hold: (text) => ({ text, division: '990001001' }),
  },
];

export const childOf = ({ children }: Stage, { picks }: Step): Child =>
  children[(picks[0] ?? 0) % children.length] as Child;

/** Until it is known that an act ended, it may still happen. */
const spanOf = ({ answer, began, ended }: Outcome) => ({
  began,
  ended: answer ? ended : Number.POSITIVE_INFINITY,
});

async function write(stage: Stage, step: Step): Promise<void> {
  const child = childOf(stage, step);
  const { agency, field, text, hold } = FIELDS[(step.picks[1] ?? 0) % FIELDS.length] as Field;
  const written = text(stage.fresh());
  stage.history.planted.add(written);
  const access = { register: `${child.name}.${field}`, value: written };
  const record = { match: child.match, fields: { [field]: hold?.(written) ?? written } };
  const index = stage.history.writes.push({ ...access, began: 0, ended: Number.POSITIVE_INFINITY }) - 1;
  const began = stage.gateway.now();
  stage.history.writes[index] = { ...access, began, ended: Number.POSITIVE_INFINITY };
  const outcome = await stage.attempt(step, {
    ...{ agency, details: { actions: ['intake'] }, method: 'POST', path: '/v1/intake' },
    body: { collection: 'children', records: [record] },
    key: `write-${stage.fresh()}`,
  });
  const stored = outcome.answer?.json?.results?.[0]?.written?.includes(field);
  stage.history.writes[index] = {
    ...access,
    ...spanOf(outcome),
    ...(!stored && { ended: Number.POSITIVE_INFINITY }),
  };
}

export const WHY = { purpose: 'W1', case: 'W-1', officer: 'li.na', reason: 'yearly review of the status' };

export function read(stage: Stage, step: Step): Promise<void> {
  return readChild(stage, step, childOf(stage, step)).then(() => {});
}

/** @returns whether anything was shown */
export async function readChild(stage: Stage, step: Pick<Step, 'repeats'>, child: Child): Promise<boolean> {
  const { history } = stage;
  const { answer, began, ended } = await stage.attempt(step, {
    ...{ agency: 'mca-county', method: 'POST', path: '/v1/releases' },
    details: { actions: ['release'], ...WHY },
    body: {
      ...{ collection: 'children', subjects: [{ match: child.match }] },
      fields: FIELDS.map(({ field }) => field),
    },
  });
  const shown: Record<string, { value: string | { text: string } }> | undefined =
    answer?.json?.results?.[0]?.fields;
  for (const { field } of shown ? FIELDS : []) {
    const { value = NONE } = shown?.[field] ?? {};
    const text = typeof value === 'string' ? value : value.text;
    history.reads.push({ register: `${child.name}.${field}`, value: text, began, ended });
  }
  const hash = answer?.json?.policy?.hash;
  if (hash !== undefined) history.decided.push({ hash, began, ended });
  const allowed = shown !== undefined;
  for (const name of [`freeze ${child.name}`, 'freeze of W1', 'agency mca-county', `erase ${child.name}`])
    history.uses.push({ name, began, ended, allowed });
  return allowed;
}

export const RECORDS: Record<string, Act> = {
  write: { weight: 10, run: write },
  read: { weight: 10, run: read },
};
