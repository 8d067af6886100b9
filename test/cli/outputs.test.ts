/** The main outputs of the command line in Chinese: no English word is left in what a person reads. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { SAMPLE_AGENCIES, SAMPLE_PEOPLE } from '../../infra/local/sample/parties.ts';
import { recordsOf } from '../../infra/local/sample/records.ts';
import { children as pack } from '../policy/support.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { foreignWords } from './foreign-words.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const folder = sharedFolder();
const gateway = await fileGateway();
const sample = { people: 4, today: '2026-11-25' };

/** Codes of the pack and the sample, which are the same in every language. */
const NAMES = [
  ...SAMPLE_AGENCIES.map(({ clientId }) => clientId),
  ...SAMPLE_PEOPLE.map(({ id }) => id.replace('.', '\\.')),
  ...[pack.fields, pack.roles, pack.classes, pack.programmes].flatMap((one) => [...one.keys()]),
  ...[...pack.purposes.values()].flatMap(({ cells }) => [...cells.values()].flatMap(({ how }) => how ?? [])),
  ...[
    'fieldgate',
    'mca-county\\.\\S+',
    'sig',
    'enc',
    'age-band',
    'signed-paper',
    'in-person',
    'post',
    'electronic',
  ],
];

/** Texts of the pack that no translation exists of yet: they are not the command line's. */
function untranslated(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const { en, zh } = part as { en?: unknown; zh?: unknown };
  if (typeof en === 'string') return zh === undefined ? [en] : [];
  return Object.values(part).flatMap(untranslated);
}
const UNTRANSLATED = untranslated(
  JSON.parse(readFileSync('shared/packs/disadvantaged-children/compiled/pack.json', 'utf8')),
);

async function shown(...args: string[]): Promise<string> {
  const { stdout, stderr } = await fieldgate(folder, args, { env: { FIELDGATE_LANG: 'zh' } });
  return UNTRANSLATED.reduce((text, one) => text.replaceAll(one, ''), stdout + stderr);
}

const numberOf = (clientId: string) => {
  const [first] = [...recordsOf(clientId, sample)].filter((one) => 'match' in one && one.match['id_number']);
  return (first as { match: Record<string, string> }).match['id_number'] ?? '';
};

beforeAll(async () => {
  logInAt(folder, gateway);
  for (const { clientId } of SAMPLE_AGENCIES) putAgency(folder, gateway.agency(clientId));
  for (const clientId of ['mca-county', 'mps-county', 'edu-county']) {
    const lines = [...recordsOf(clientId, sample)].map((one) => `${JSON.stringify(one)}\n`).join('');
    await fieldgate(folder, ['intake', '-', '--as', clientId], { input: lines });
  }
});

const EDU = ['--as', 'edu-county', '--officer', 'zhang.wei', '--reason', '冬季补助', '--case', 'EDU-1'];
const MCA = ['--as', 'mca-county', '--officer', 'zhao.min', '--reason', '走访', '--case', 'MCA-1'];
const AUDITOR = ['--as', 'audit-office'];

it.each([
  ['release', '--purpose', 'S1', '--id-number', numberOf('edu-county'), '--field', 'name,illness', ...EDU],
  ['release', '--purpose', 'PX3', '--id-number', numberOf('edu-county'), ...EDU],
  ['release', '--purpose', 'W1', '--id-number', numberOf('edu-county'), ...EDU],
  ['release', '--purpose', 'S1', '--id-number', '990001201806259991', ...EDU],
  ['release', '--purpose', 'S1', '--ref', 'none', ...EDU],
  ['request', 'submit', '--purpose', 'J1', '--id-number', numberOf('mca-county'), ...MCA],
  ['case', 'open', '--purpose', 'W1', '--id-number', numberOf('mca-county'), ...MCA],
  ['whoami', '--as', 'edu-county'],
  ['catalogue', '--as', 'edu-county'],
  ['catalogue', 'S1', '--as', 'edu-county'],
  ['programmes', '--as', 'charity-sunrise'],
  ['notice', '--as', 'mca-county'],
  ['task', 'list', '--as', 'mca-county'],
  ['case', 'list', '--as', 'mca-county'],
  ['request', 'list', '--sent', '--as', 'mca-county'],
  ['second', '--as', 'steward-office'],
  ['agency', 'list', '--as', 'steward-office'],
  ['agency', 'show', 'edu-county', '--as', 'steward-office'],
  ['usage', '--as', 'mca-county'],
  ['log', ...AUDITOR],
  ['log', 'alerts', ...AUDITOR],
  ['log', 'stats', ...AUDITOR],
  ['freeze', '--agency', 'league-county', '--officer', 'wang.fang', '--reason', '异常', ...AUDITOR],
  ['freeze', 'list', ...AUDITOR],
  ['hold', 'list', ...AUDITOR],
  ['incident', 'list', ...AUDITOR],
  ['objection', 'list', '--as', 'mca-county'],
  ['policy', 'versions', '--as', 'steward-office'],
  ['policy', 'explain', 'S1'],
  [
    'verify',
    '--programme',
    'spring-bud',
    '--id-number',
    numberOf('edu-county'),
    '--case',
    'C-1',
    '--officer',
    'shen.yi',
    '--reason',
    '助学金',
    '--as',
    'charity-sunrise',
  ],
])('%s %s: no English word', async (...args) => {
  const text = await shown(...args);
  expect(text.trim()).not.toBe('');
  expect({ text, words: foreignWords(text, NAMES) }).toMatchObject({ words: [] });
});
