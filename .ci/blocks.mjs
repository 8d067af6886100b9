/**
 * The shell blocks of the documents. `node .ci/blocks.mjs list` counts them, names the pages with some to run, and fails on a
 * block of commands that is neither run nor marked, or marked for a reason that is not below. `node .ci/blocks.mjs script <page>`
 * prints a page's blocks as one script.
 *
 * A block is fenced as `sh` (commands, `!` before one that is refused, with its words after `#`) or as `console` (commands
 * after `$ ` with what they print). `not run: <reason>` after that excepts it.
 */

import { globSync, readFileSync } from 'node:fs';

/** Why a block can't run on the one gateway of .ci/tour. */
const REASONS = new Set([
  // What else of CI runs it.
  ...[
    'the gate itself',
    '.ci/smoke starts it',
    '.ci/clients builds and tests it',
    'needs --faults, which the tests have',
  ],
  // test/infra/aws/pages.test.ts runs these against an emulator.
  'needs an AWS account',
  // It shows options, and has placeholders; guides and tour have the same commands with values.
  ...[
    'forms of commands',
    'forms of commands, which the guides run',
    'forms of commands, which the tour runs',
  ],
  // It would stay, or change what the other pages are about.
  ...[
    'serves until it is stopped',
    "ends the example's child in this county",
    "ends the help for the example's child",
  ],
  ...[
    'it starts a gateway, in a folder where one ran before',
    'needs a gateway of this setting',
    'asks the gateway of that pack',
  ],
  // .ci/release makes and tries the files.
  'it makes a commit and a tag',
  'it publishes',
  "the files are on the owner's page",
  // It needs what a new gateway, or this machine, does not have.
  ...[
    'needs a database',
    'needs a registry',
    'installs packages of the system',
    'needs a service of signatures',
  ],
  ...[
    'needs a signed release',
    'needs a changed pack',
    'needs ids of yours',
    'needs messages that were not delivered',
  ],
  ...['needs a consent, see the guide for charities', 'needs five emergencies without a review'],
]);
/** Languages of blocks that are no commands. */
const OTHER = /^(dockerfile|http|ini|java|js|json|python|sql|text|ts|yaml)$/;

const SHELL = /^\s*(\$ )?([A-Z_]+=\S+ )*(npx|npm|fieldgate|curl|aws|node|javac?|python3|bash|docker|git) \S/m;
const PAGES = ['*.md', 'docs/**/*.md', 'clients/*/README.md'];

/** Fenced blocks, and indented ones that hold commands. */
export function blocksOf(text) {
  const blocks = [];
  const files = /`([\w-]+\.json)`:\n\n```json\n([\s\S]*?)```/g;
  // A file that the text names and shows is there for the commands.
  for (const [, name, body] of text.matchAll(files))
    blocks.push({ language: 'file', body: `cat >${name} <<'END'\n${body}END\n`, marked: true });
  const rest = text.replace(/^( *)```(\S*) *(.*)\n([\s\S]*?)^\1```$/gm, (all, _, language, info, body) => {
    const excepted = /^not run: (.+)/.exec(info)?.[1];
    const shell = language === 'sh' || language === 'console';
    if (shell || (!OTHER.test(language) && SHELL.test(body)))
      blocks.push({ language, excepted, body, marked: shell });
    return all.replace(/[^\n]/g, '');
  });
  for (const [body] of rest.matchAll(/(?:^ {4}.*\n)+/gm))
    if (SHELL.test(body)) blocks.push({ language: '', body, marked: false });
  return blocks;
}

/** The addresses are those of a gateway and a sidecar that run alone. */
const { GATEWAY = '', SIDECAR = '' } = process.env;
const here = (body) =>
  body.replaceAll('http://127.0.0.1:8787', GATEWAY).replaceAll('127.0.0.1:8790', SIDECAR);

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** @returns bash. `refused` and `shown` are functions of .ci/tour. */
function scriptOf({ language, body }) {
  if (language === 'file') return here(body);
  if (language === 'sh')
    return here(body).replace(
      /^! ((?:.*\\\n)*.*?) +# (.+)/gm,
      (_, command, words) => `refused ${quoted(words)} ${command}`,
    );
  return [...body.matchAll(/^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)/gm)]
    .map(([, command, output]) => {
      const failure = /^✗.*\((\w+)/m.exec(output)?.[1];
      if (failure) return `refused ${failure} ${here(command)}`;
      // What goes into a file is not looked at, and must not go elsewhere.
      if (/ > \S+$/.test(command)) return here(command);
      return `shown ${quoted(labelsOf(output).join('\n'))} ${here(command)}`;
    })
    .join('\n');
}

/** The first words of the lines that it prints; what is cut, and what differs from run to run, is left out. */
function labelsOf(output) {
  const first = output.split('\n').map((line) => /^\s*(\S+)/.exec(line)?.[1] ?? '');
  return [...new Set(first)].filter((word) => /^[a-z_✓]+$/i.test(word));
}

const [act, page = ''] = process.argv.slice(2);
if (act === 'script') {
  for (const block of blocksOf(readFileSync(page, 'utf8')))
    if (block.marked && !block.excepted) console.log(scriptOf(block));
} else {
  const pages = globSync(PAGES)
    .sort()
    .map((file) => ({ file, blocks: blocksOf(readFileSync(file, 'utf8')) }));
  const all = pages.flatMap(({ file, blocks }) =>
    blocks.filter(({ language }) => language !== 'file').map((block) => ({ ...block, file })),
  );
  const unmarked = all.filter(({ marked }) => !marked);
  for (const { file, body } of unmarked) console.error(`${file}: not marked: ${body.trim().split('\n')[0]}`);
  const runs = pages.filter(({ blocks }) => blocks.some(({ marked, excepted }) => marked && !excepted));
  if (act === 'list') for (const { file } of runs) console.log(file);
  const reasons = Map.groupBy(
    all.filter(({ excepted }) => excepted),
    ({ excepted }) => excepted,
  );
  const unknown = [...reasons.keys()].filter((reason) => !REASONS.has(reason));
  for (const reason of unknown) console.error(`not a known reason: ${reason}`);
  const excepted = [...reasons].map(([reason, { length }]) => `${length} ${reason}`).join('; ');
  const run = all.filter((block) => block.marked && !block.excepted).length;
  console.error(
    `shell blocks: ${run} run on ${runs.length} pages, ${all.length - run - unmarked.length} not run (${excepted}), ${unmarked.length} unmarked`,
  );
  process.exitCode = unmarked.length + unknown.length === 0 ? 0 : 1;
}
