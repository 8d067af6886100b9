/** Every command and option of the command line, walked: one table of exit codes, and no option that does nothing. */
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommanderError, type Command as Plain } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { print } from '../../infra/cli/common.ts';
import { program as english } from '../../infra/cli/messages/en/program.ts';
import { program as chinese } from '../../infra/cli/messages/zh/program.ts';
import { wholeProgram } from '../../infra/cli/program.ts';
import { EXIT, report } from '../../infra/cli/terminal/failures.ts';
import { FieldgateError } from '../../shared/client/wire/errors.ts';

const program = await wholeProgram();

interface Node {
  path: string[];
  command: Plain;
}

function walk(command: Plain, path: string[] = []): Node[] {
  return [{ path, command }, ...command.commands.flatMap((one) => walk(one, [...path, one.name()]))];
}

const nodes = walk(program);
const SOURCES = new Map(
  globSync('infra/cli/**/*.ts', { exclude: ['infra/cli/messages/**'] }).map((file) => {
    return [file, readFileSync(file, 'utf8')] as const;
  }),
);
const DEFINES = /(?:\boption|\brequiredOption|\bnew Option)\(\s*'(--[a-z-]+)/g;

/** Options that no action of their room reads by name. */
function unread(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].flatMap(([file, text]) =>
    [...text.matchAll(DEFINES)].flatMap(([, flag = '']) => {
      const name = flag
        .replace(/^--(no-)?/, '')
        .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      // What several rooms share is defined at the root, or where a person is named.
      const shared = dirname(file) === 'infra/cli' || /person|lists/.test(file);
      const room = [...sources].filter(([other]) => shared || dirname(other) === dirname(file));
      const reads = new RegExp(`[{,(.\\s]${name}\\b(?!\\?)`);
      const read = room.some(([, code]) => reads.test(code.replace(DEFINES, '').replace(/'[^'\n]*'/g, "''")));
      return read ? [] : [`${file} ${flag}`];
    }),
  );
}

describe('options', () => {
  it('are each read by an action of their room', () => {
    expect(unread(SOURCES)).toEqual([]);
  });

  it('that are read by none are found', () => {
    const idle = new Map([
      ['infra/cli/data/x.ts', "command.option('--idle <x>', t.x).runs(({ other }) => other)"],
    ]);
    expect(unread(idle)).toEqual(['infra/cli/data/x.ts --idle']);
  });

  it('are each described', () => {
    const silent = nodes.flatMap(({ path, command }) =>
      command.options.filter(({ description }) => !description).map(({ long }) => [...path, long].join(' ')),
    );
    expect(silent).toEqual([]);
  });

  it('that name a person by a reference have a number in their place', () => {
    const byRef = nodes.filter(({ command }) => {
      const words = [
        ...command.options.map(({ long }) => long),
        ...command.registeredArguments.map((one) => one.name()),
      ];
      return words.includes('--ref') || words.includes('ref');
    });
    expect(byRef.length).toBeGreaterThan(12);
    const only = byRef.filter(({ command }) => !command.options.some(({ long }) => long === '--match'));
    expect(only.map(({ path }) => path.join(' '))).toEqual([]);
  });

  it('of a command are no options of those below it, unless they name them', () => {
    const loose = nodes.filter(({ path, command }) => {
      const { parent } = command;
      if (path.length < 2 || !parent || parent.options.length === 0) return false;
      return parent.options.every((option) => (command as typeof program).inherits(option));
    });
    expect(loose.map(({ path }) => path.join(' '))).toEqual([]);
  });
});

describe('a login that the gateway does not know', () => {
  it('is told as such, and what to do', () => {
    const said: string[] = [];
    const heard = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    const error = { oauth: 'invalid_request', status: 400 };
    const code = report(
      new FieldgateError('TOKEN_REFUSED', 'invalid_request: the actor token is none', error),
      false,
    );
    heard.mockRestore();
    expect([code, said.join('')]).toEqual([EXIT.refused, expect.stringContaining('fieldgate login')]);
  });
});

it.each([
  [59, '59 s'],
  [61, '2 min'],
  [3600, '1 h 0 min'],
  [74_968, '20 h 50 min'],
])('a wait of %d s is told as %s, never shorter', (retryAfter, said) => {
  const heard = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  report(new FieldgateError('RATE_LIMITED', 'the limit of the day', { status: 429, retryAfter }), false);
  expect(heard.mock.calls.join('')).toContain(`Try again in ${said}.`);
  heard.mockRestore();
});

describe('exit codes', () => {
  afterEach(() => {
    process.exitCode = undefined;
  });

  const codesIn = (text: string) => [...text.matchAll(/^ +(\d) {2}\S/gm)].map(([, code]) => Number(code));

  it('stand in one table, in both languages and in the documents', () => {
    const all = Object.values(EXIT).sort();
    expect(codesIn(english.after)).toEqual(all);
    expect(codesIn(chinese.after)).toEqual(all);
    const page = readFileSync('docs/integrate/client.md', 'utf8');
    expect([...page.matchAll(/^\| (\d) \| /gm)].map(([, code]) => Number(code))).toEqual(all);
  });

  it('are written nowhere as numbers', () => {
    const bare = [...SOURCES].filter(([, text]) => /process\.exit(Code = |\()\d/.test(text));
    expect(bare.map(([file]) => file)).toEqual([]);
  });

  it('are 2 for an unknown option of any command', async () => {
    const leaves = nodes.filter(({ path, command }) => path.length > 0 && command.commands.length === 0);
    expect(leaves.length).toBeGreaterThan(80);
    for (const { path, command } of leaves) {
      command.configureOutput({ writeErr: () => {}, writeOut: () => {} });
      const failure = await program
        .parseAsync([...path, '--no-such-thing'], { from: 'user' })
        .catch((one) => one);
      expect(failure, path.join(' ')).toBeInstanceOf(CommanderError);
    }
  });

  it.each([
    ['a second person', { state: 'pending', expiresAt: '2026-11-27T00:00:00Z' }],
    ['its time', { state: 'waiting', dueAt: '2026-11-27T00:00:00Z' }],
  ])('are 4 for an act that waits for %s', (_, answer) => {
    print({}, answer, () => '');
    expect(process.exitCode).toBe(EXIT.waiting);
  });

  it.each([{ state: 'waiting' }, [{ state: 'pending', expiresAt: 'x' }], { state: 'open' }])(
    'are 0 for %j',
    (answer) => {
      print({}, answer, () => '');
      expect(process.exitCode).toBeUndefined();
    },
  );
});
