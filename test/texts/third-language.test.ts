/**
 * A third language, as a person would add it: a line in the list and four small files, in a copy of the sources. What it
 * lacks is said in English.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { BUNDLE } from '../../infra/aws/run/gateway-function.ts';
import { ROOT } from '../architecture/modules.ts';

const copy = mkdtempSync(join(tmpdir(), 'fieldgate-language-'));
afterAll(() => rmSync(copy, { recursive: true }));

for (const part of ['functions', 'shared', 'infra', 'package.json'])
  cpSync(join(ROOT, part), join(copy, part), { recursive: true });
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));

const FILES = {
  'shared/messages/fr/problems.ts': "export const problems = { NOT_FOUND: 'Il n’y a rien ici' };",
  'shared/messages/fr/inquiry-page.ts': "export const inquiryPage = { held: 'Ce qui est conservé' };",
  'infra/cli/messages/fr/program.ts':
    "export const commands = { whoami: 'montre l’inscription du service' };",
  'functions/console/web/languages/fr.ts': "export const fr = { pages: { log: 'Journal' } };",
};
for (const [file, text] of Object.entries(FILES)) {
  mkdirSync(join(copy, file, '..'), { recursive: true });
  writeFileSync(join(copy, file), text);
}
const LIST = join(copy, 'shared/languages.ts');
const LINE = "  fr: { name: 'Français', tag: 'fr', locale: 'fr-FR', whole: false },\n";
writeFileSync(LIST, readFileSync(LIST, 'utf8').replace(/(?=^} as const satisfies)/m, LINE));

/** Runs lines of the copy; what they print is JSON. */
function run(code: string): unknown {
  const options = { cwd: copy, encoding: 'utf8' } as const;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', code], options));
}

const ASK = `
  const app = createApp('https://gateway.example');
  app.get('/refused', () => { throw new Problem('CONFLICT'); });
  const ask = async (path, language) => {
    const answer = await app.request(path, { headers: { 'accept-language': language } });
    return [answer.headers.get('content-language'), (await answer.json()).title];
  };
  console.log(JSON.stringify([await ask('/none', 'fr-CA'), await ask('/refused', 'fr'), await ask('/none', 'zh')]));`;
const IMPORTS = `
  import { createApp } from './functions/http/app.ts';
  import { Problem } from './shared/errors.ts';`;
const ANSWERS = [
  ['fr', 'Il n’y a rien ici'],
  ['fr', 'The request conflicts with the present state'],
  ['zh', '没有此项资源'],
];

it('titles problems of the gateway', () => {
  expect(run(IMPORTS + ASK)).toEqual(ANSWERS);
});

it('titles them in a bundle as Lambda gets it, which lacks most of its rooms', async () => {
  const { outputFiles } = await build({
    ...BUNDLE,
    mainFields: [...BUNDLE.mainFields],
    stdin: { contents: `${IMPORTS} void (async () => {${ASK}})();`, loader: 'ts', resolveDir: copy },
    bundle: true,
    platform: 'node',
    write: false,
  });
  writeFileSync(join(copy, 'bundle.cjs'), outputFiles[0]?.contents ?? '');
  expect(
    JSON.parse(execFileSync(process.execPath, [join(copy, 'bundle.cjs')], { encoding: 'utf8' })),
  ).toEqual(ANSWERS);
});

it('is on a printed page', () => {
  const page = run(`
    const { inquiryPage } = await import('./shared/pages/inquiry.ts');
    const { speak } = await import('./shared/messages/texts.ts');
    await speak('fr');
    const answer = { inquiry: 'i', at: '2026-11-26T08:00:00Z', held: {}, uses: [], checks: [], labels: {}, writes: [], watermark: '' };
    console.log(JSON.stringify(inquiryPage(answer, { lang: 'fr', zone: { utcOffsetMinutes: 0 } })));`);
  expect(page).toMatch(/<html lang="fr">[\s\S]*<h2>Ce qui est conservé<\/h2>[\s\S]*Nothing is held\./);
});

const helpIn = (args: string[], env: NodeJS.ProcessEnv) =>
  execFileSync(process.execPath, ['infra/cli/fieldgate.ts', ...args, '--help'], {
    ...{ cwd: copy, encoding: 'utf8' },
    env: { PATH: process.env['PATH'], HOME: copy, ...env },
  });

it.each([
  ['--lang', ['--lang', 'fr'], {}],
  ['LANG', [], { LANG: 'fr_FR.UTF-8' }],
])('is in the help of the command line, by %s', (_, args, env) => {
  const help = helpIn(args, env);
  expect(help).toContain('montre l’inscription du service');
  expect(help).toContain('show the progress of a maintenance job');
});

it('is in the console', async () => {
  const texts = run(`
    const { languageAfter, messagesIn } = await import('./functions/console/web/languages.ts');
    const { pages } = await messagesIn('fr');
    console.log(JSON.stringify([pages.log, pages.today, languageAfter('zh'), languageAfter('fr')]));`);
  expect(texts).toEqual(['Journal', 'Today', 'fr', 'en']);
  const built = join(copy, 'built');
  execFileSync(process.execPath, [join(copy, 'infra/package/console.ts'), built]);
  const scripts = globSync('*.js', { cwd: built }).map((file) => readFileSync(join(built, file), 'utf8'));
  expect(scripts.filter((script) => script.includes('Journal') && script.length < 2_000)).toHaveLength(1);
});
