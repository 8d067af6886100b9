/** What users typed and what must not pass in silence: options that would do nothing, and names that nearly exist. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makePerson } from '../gateway/inquiry/world.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const folder = sharedFolder();
const gateway = await fileGateway();
logInAt(folder, gateway);
for (const one of ['desk-county', 'mca-county', 'mps-county', 'audit-office', 'edu-county'])
  putAgency(folder, gateway.agency(one));

const run = (agency: string, ...args: string[]) => fieldgate(folder, [...args, '--as', agency]);
const by = (officer: string) => ['--officer', officer, '--reason', 'asked at the desk'];
const shown = ['--name', '王小明', '--number', '99000120130506001X', '--inquirer', 'guardian'];
let person: string[];
const object = (giver: string, ...more: string[]) =>
  run(
    'desk-county',
    'objection',
    'file',
    ...person,
    ...by('chen.jing'),
    '--field',
    'name',
    '--by',
    giver,
    ...more,
  );

beforeAll(async () => {
  const { id } = await makePerson(gateway, { years: 12 });
  person = ['--id-number', id];
  writeFileSync(join(folder, 'people.csv'), `id_number\n${id}\n`);
  // An incident reads the recipients of a field from the index of the log.
  await gateway.sequencer.step();
});

describe('an option that would do nothing is refused', () => {
  const inquiry = () => ['inquiry', ...person, ...shown, ...by('chen.jing')];
  const incident = ['--field', 'name', '--from', '1h', ...by('gao')];
  it.each<[string, () => string[], string]>([
    ['audit-office', () => ['log', 'alerts', '--ack', 'x', '--open'], 'filters belong to the list'],
    ['audit-office', () => ['log', 'alerts', '--ack', 'x', '--code', 'DECOY'], 'filters belong to the list'],
    ['audit-office', () => ['log', 'decoy', ...by('gao')], 'name the entry'],
    ['desk-county', () => [...inquiry(), '--key', 'x'], 'belong to --check'],
    ['desk-county', () => [...inquiry(), '--out', 'x.html'], 'needs --html or --seal-to'],
    ['desk-county', () => [...inquiry(), '--html', 'en', '--copy', 'x.jws'], 'only one of --html, --copy'],
    ['desk-county', () => ['objection', 'show', 'x', '--out', 'x.html'], 'it needs --html'],
    ['audit-office', () => ['incident', 'show', 'x', '--out', 'x.html'], 'it needs --html'],
    [
      'audit-office',
      () => ['incident', 'open', '--subjects', 'people.csv', ...person, ...incident],
      'in one way',
    ],
    [
      'mca-county',
      () => ['request', 'submit', '--purpose', 'J1', '--subjects', 'people.csv', ...person],
      'not both',
    ],
  ])('%s: case %#', async (agency, args, said) => {
    const { code, stdout, stderr } = await run(agency, ...args());
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(said)]);
  });
});

describe('a name that the policy does not know is answered with those that it knows', () => {
  const objection = (...args: string[]) => ['objection', 'file', ...person, ...by('chen.jing'), ...args];
  it.each<[string, () => string[], string]>([
    ['desk-county', () => objection('--field', 'nam', '--by', 'guardian'), 'the nearest is name'],
    ['desk-county', () => objection('--field', 'name', '--by', 'gardian'), 'expected child, guardian'],
    [
      'desk-county',
      () => objection('--field', 'name', '--by', 'guardian', '--right', 'corection'),
      'expected correction, restriction',
    ],
    [
      'desk-county',
      () => ['inquiry', ...person, ...shown, ...by('chen.jing'), '--inquirer', 'gardian'],
      'expected child, guardian',
    ],
    [
      'mca-county',
      () => ['incident', 'open', ...person, '--field', 'nmae', '--from', '1h', ...by('zhao.min')],
      'the nearest is name',
    ],
    [
      'mca-county',
      () => [
        ...['incident', 'open', ...person, '--field', 'guardian_phone', '--from', '1h', ...by('zhao.min')],
        ...['--grade', 'huge'],
      ],
      'expected general, larger',
    ],
  ])('%s: case %#', async (agency, args, said) => {
    const { code, stderr } = await run(agency, ...args());
    expect([code, stderr]).toEqual([1, expect.stringContaining('INVALID_REQUEST')]);
    expect(stderr).toContain(said);
  });

  it('with a role that may unwrap nothing, the log is not compared, and no alert is raised', async () => {
    const compare = (...args: string[]) =>
      run('audit-office', 'log', 'reconcile', '--trail', folder, '--from', '1h', ...args);
    const typo = await compare('--role', 'fieldgate-verfy');
    expect([typo.code, typo.stdout]).toEqual([2, '']);
    expect(typo.stderr).toContain('--role: ');
    expect(typo.stderr).toContain('the nearest that may is fieldgate-verify');
    expect((await run('audit-office', 'log', 'alerts', '--json')).stdout).not.toContain('UNWRAP');
  });

  it('in the log, an officer whom no entry names is told apart from an officer without entries of the kind', async () => {
    // By the file of the agency: here `--officer` is of the entries, and not of the caller.
    const file = join(folder, '.fieldgate', 'agencies', 'audit-office.json');
    const audit = (...args: string[]) => fieldgate(folder, ['log', 'list', '--agency-file', file, ...args]);
    await run('desk-county', 'objection', 'list', ...by('chen.jing'));
    await object('guardian');
    expect((await audit('--officer', 'chen.jnig')).stdout).toContain('the nearest is chen.jing');
    const known = await audit('--officer', 'chen.jing', '--kind', 'merge');
    expect([known.code, known.stdout]).toEqual([0, expect.not.stringContaining('nearest')]);
    // Words that the list shows are words that it takes.
    for (const outcome of ['YES', 'NOT_CONFIRMED']) expect((await audit('--outcome', outcome)).code).toBe(0);
  });
});

describe('an officer who has lost an id can go on', () => {
  it('with a freeze: the office lists it, and its second clerk sees what waits', async () => {
    const set = await run('mca-county', 'freeze', ...person, ...by('zhao.min'), '--json');
    const { id } = set.json();
    const listed = await run('mca-county', 'freeze', 'list');
    expect(listed.stdout).toContain(id);
    expect((await run('edu-county', 'freeze', 'list')).stdout).not.toContain(id);
    expect((await run('mca-county', 'unfreeze', id, ...by('zhao.min'))).code).toBe(4);
    const waits = (await run('mca-county', 'second')).stdout;
    // A desk speaks for no department and may see no freeze, yet the command shows what else waits.
    expect((await run('desk-county', 'second')).code).toBe(0);
    const [, entry = ''] = new RegExp(`fieldgate unfreeze ${id} --entry (\\S+)`).exec(waits) ?? [];
    expect((await run('mca-county', 'unfreeze', id, '--entry', entry, ...by('sun.li'))).code).toBe(0);
    expect((await run('mca-county', 'freeze', 'list')).stdout).toContain('Nothing is frozen');
  });

  it('with a task: it is found by its kind, and says what closes it', async () => {
    const { id } = (await object('child', '--json')).json();
    const tasks = (await run('mps-county', 'task', 'list', '--kind', 'objection', '--json')).json();
    const own = tasks.find((one: { details: { objection: string } }) => one.details.objection === id);
    expect((await run('mps-county', 'task', 'show', own.id)).stdout).toContain(
      `fieldgate objection resolve ${id}`,
    );
    const wrong = await run('mps-county', 'task', 'list', '--kind', 'objction');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('the nearest is objection')]);
  });

  it('with many people: an incident reads them from a file', async () => {
    const opened = await run(
      ...([
        'mca-county',
        'incident',
        'open',
        '--subjects',
        'people.csv',
        '--field',
        'guardian_phone',
      ] as const),
      ...['--from', '1h', ...by('zhao.min'), '--json'],
    );
    expect([opened.code, opened.json().subjects]).toEqual([0, 1]);
    expect((await run('mca-county', 'incident', 'list')).stdout).toContain(opened.json().id);
  });
});
