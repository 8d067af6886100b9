/** People are named by the fields of whatever policy the gateway has: an option that no command knows is a match key. */
import { describe, expect, it } from 'vitest';
import { Command } from '../../infra/cli/command.ts';
import { withPeople } from '../../infra/cli/common.ts';
import { withPerson } from '../../infra/cli/person.ts';

function parsed(args: string[], many = false): object {
  const program = new Command('fieldgate').exitOverride().configureOutput({ writeErr: () => {} });
  program.option('--json');
  const command = program.command('ask').option('--officer <name>').argument('[id]');
  (many ? withPeople(command) : withPerson(command)).action(() => {});
  command.exitOverride().command('list').option('--at-once <checks>').argument('<file>').exitOverride();
  program.parse(['ask', ...args], { from: 'user' });
  const below = command.commands[0];
  return { ...command.opts(), ...below?.opts() };
}

describe('an option that names a person', () => {
  it('is a field of the policy in the words of a command line', () => {
    expect(parsed(['--nhs-number', '9990000018'])).toEqual({ match: { nhs_number: '9990000018' } });
    expect(parsed(['--reader-no=R=1'])).toEqual({ match: { reader_no: 'R=1' } });
    expect(parsed(['--reader-no', 'R-1', '--branch', 'north'])).toEqual({
      match: { reader_no: 'R-1', branch: 'north' },
    });
  });

  it('may be repeated where several people are named', () => {
    expect(parsed(['--reader-no', 'R-1', '--reader-no', 'R-2'], true)).toEqual({
      match: [{ reader_no: 'R-1' }, { reader_no: 'R-2' }],
    });
  });

  it.each([['--oficer'], ['--matsh'], ['--jsn']])('is not %s, which was meant for a known one', (name) => {
    expect(() => parsed([name, 'x'])).toThrow(name);
  });

  it('needs a value', () => {
    expect(() => parsed(['--reader-no'])).toThrow('--reader-no');
    expect(() => parsed(['--reader-no', '--officer', 'x'])).toThrow('--reader-no');
  });

  it.each(['', ' '])('is refused with the empty value "%s"', (value) => {
    expect(() => parsed(['--reader-no', value])).toThrow('reader_no has no value');
  });

  it('leaves options of a command below, and what follows two dashes', () => {
    expect(parsed(['list', 'file.csv', '--at-once', '2'])).toEqual({ atOnce: '2' });
    expect(parsed(['--', '--reader-no'])).toEqual({});
  });
});
