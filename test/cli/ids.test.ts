import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { markIds, unmarkIds } from '../../infra/cli/terminal/ids.ts';

const ID = '-YhWCtSWiN8Q0BKZ6BebBg';

/** The arguments that an action gets for these words. */
async function got(...args: string[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  program.hook('preAction', unmarkIds);
  const approve = program.command('request').command('approve').exitOverride();
  approve.argument('<id>').option('--officer <name>').option('--json');
  approve.action((id, { officer }) => void seen.push(id, officer));
  await program.parseAsync(markIds(['request', 'approve', ...args]), { from: 'user' });
  return seen;
}

describe('an id that begins with a dash', () => {
  it('is an operand, before and after options', async () => {
    expect(await got(ID, '--officer', 'li.na')).toEqual([ID, 'li.na']);
    expect(await got('--officer', 'li.na', ID)).toEqual([ID, 'li.na']);
  });

  it('is a value after an option', async () => {
    expect(await got('abc', '--officer', ID)).toEqual(['abc', ID]);
  });

  it('hides no option that does not exist', async () => {
    await expect(got('abc', '--offcer-with-long-name')).rejects.toThrow('unknown option');
    await expect(got('abc', '-x')).rejects.toThrow('unknown option');
  });
});
