import type { Module } from './modules.ts';

/** Folders of `shared` that are steps: they meet in the functions, never in one another. */
const STEPS = ['identity', 'policy', 'keys', 'crypto', 'records', 'log', 'client', 'attestation'];

/** Files that compose the apps into one process; nothing else of infra may see the code of a function. */
const COMPOSERS = ['gateway', 'mount-apps', 'channels', 'compose'].map((name) => `infra/local/${name}.ts`);

/** The places that write a line: about a fault, without a value in it; and metrics. */
const REPORTERS = ['functions/http/problem.ts', 'functions/metrics.ts'];

/** Pages of the console, which run only in a browser. */
const WEB = 'functions/console/web/';
const REACHED_BY_WEB =
  /^shared\/(client|contract|tree|attestation|log)\/|^shared\/(bytes|codes-\w+|entry-kinds|json|languages?|plural|times|translated)\.ts$|^shared\/messages\/(proof-page|texts)\.ts$/;

/** A file may have this many lines. */
const LINES = 300;

/** Imports that cross a layer the wrong way, as `file → import`. */
export function layering(modules: readonly Module[]): string[] {
  return modules.flatMap(({ file, imports }) =>
    imports.filter((target) => !mayImport(file, target)).map((target) => `${file} → ${target}`),
  );
}

function mayImport(file: string, target: string): boolean {
  const [layer, folder = ''] = file.split('/');
  const [targetLayer, targetFolder = ''] = target.split('/');
  if (!['infra', 'functions', 'shared', 'test'].includes(targetLayer ?? '')) return !target.startsWith('..');
  if (targetLayer === 'test') return false;
  if (layer === 'shared') {
    if (targetLayer !== 'shared') return false;
    // What a route takes and answers is for all, browsers too: it knows nothing but the ground and closed lists.
    if (folder === 'contract') {
      return (
        targetFolder === folder ||
        /^shared\/(acts|actions|entry-kinds|errors|ids|json|languages?|translated|messages\/http)\.ts$/.test(
          target,
        )
      );
    }
    // The client checks its answers like any verifier, so it contains the checks of proofs.
    if (folder === 'client' && /^shared\/attestation\/(check|invalid|jwt)\.ts$/.test(target)) return true;
    return folder === targetFolder || !(STEPS.includes(folder) && STEPS.includes(targetFolder));
  }
  if (target.startsWith(WEB)) return file.startsWith(WEB);
  if (file.startsWith(WEB)) return REACHED_BY_WEB.test(target);
  if (layer === 'functions') {
    if (targetLayer === 'infra') return false;
    // What travels from step to step knows none of the steps.
    if (targetFolder === folder && /^functions\/\w+\/call\.ts$/.test(file))
      return target.endsWith('/deps.ts');
    return targetLayer === 'shared' || targetFolder === folder || rank(targetFolder) < rank(folder);
  }
  if (targetLayer === 'functions') {
    return COMPOSERS.includes(file) && (FLOORS.includes(targetFolder) || /\/(app|deps)\.ts$/.test(target));
  }
  // What a department deploys is written for it by the command line, and enforced by the gateway on one's machine.
  if (target.startsWith('infra/aws/owner-')) return ['aws', 'cli', 'local'].includes(folder);
  if (folder === 'aws') {
    // The stack serves the routes of the contract, and no other list of them exists.
    if (/^shared\/contract\/routes\/(all|route)\.ts$/.test(target)) return file === 'infra/aws/routes.ts';
    // What a release says of its code is written in the form in which readers open it.
    if (
      /^infra\/aws\/commands\/(archives|builds|packages)\.ts$/.test(file) &&
      /^shared\/tree\/(builds|note)\.ts$/.test(target)
    )
      return true;
    // What is signed for a local gateway is the digest by which it names itself.
    if (target === 'infra/local/sources.ts') return file === 'infra/aws/commands/builds.ts';
    // The doctor reads the secret of channels as the function does.
    if (target === 'shared/records/gateway/channels.ts') return file === 'infra/aws/commands/channels.ts';
    // An assessor reads of the algorithms what the functions read.
    if (target === 'shared/crypto/suites.ts') return file === 'infra/aws/commands/cryptography.ts';
    return targetLayer === 'infra'
      ? targetFolder === 'aws'
      : /^shared\/((defined|env|grouped|tables|errors|languages?|mtls)\.ts|messages\/|packs\/|policy\/pack\/load-pack\.ts$)/.test(
          target,
        );
  }
  if (folder === 'cli' && targetLayer === 'shared') {
    // Offline it explains the rules and checks the log.
    return /^shared\/(client\/|contract\/|policy\/|attestation\/|tree\/|witness\/|log\/|messages\/|entry-kinds\.ts|codes-\w+\.ts|[a-z]+\.ts)/.test(
      target,
    );
  }
  // Both look at an account from an operator's machine.
  if (folder === 'canary' && /^infra\/aws\/commands\/(command|doctor)\.ts$/.test(target)) return true;
  return targetLayer === 'shared' || targetFolder !== 'aws';
}

/** The floors of `functions`, from the ground up; every other folder is an app above all of them. */
const FLOORS = ['mode.ts', 'deps.ts', 'metrics.ts', 'http', 'session', 'steps'];

function rank(folder: string): number {
  const floor = FLOORS.indexOf(folder);
  return floor < 0 ? FLOORS.length : floor;
}

/** Each cycle of imports once, as `a → b → a`. Types count, because a reader follows them. */
export function cycles(modules: readonly Module[]): string[] {
  const imports = new Map(modules.map((module) => [module.file, module.imports]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const { file } of modules) visit(file, []);
  return found;
}

/**
 * The modules contracted to their folders, down to a depth: a folder imports what its files import of others. A folder
 * and one inside it are one story.
 */
export function foldersOf(modules: readonly Module[], depth: number): Module[] {
  const folderOf = (file: string) => file.split('/').slice(0, -1).slice(0, depth).join('/');
  const files = new Set(modules.map(({ file }) => file));
  const folders = new Map<string, Set<string>>();
  for (const { file, imports } of modules) {
    const from = folderOf(file);
    const reached = folders.get(from) ?? new Set();
    folders.set(from, reached);
    for (const to of imports.filter((one) => files.has(one)).map(folderOf))
      if (!`${from}/`.startsWith(`${to}/`) && !`${to}/`.startsWith(`${from}/`)) reached.add(to);
  }
  return [...folders].map(([file, reached]) => {
    const imports = [...reached];
    return { file, text: '', imports, values: imports };
  });
}

/** Files that send a command to DynamoDB past `shared/store`, which makes each command once. */
export function pastTheStore(modules: readonly Module[]): string[] {
  return modules
    .filter(({ file }) => /^(functions|shared)\/(?!store\/)/.test(file))
    .filter(({ text }) => /new (\w+Item|Query|Scan|Transact\w+|ExecuteStatement)Command\(/.test(text))
    .map(({ file }) => file);
}

/** Files that only re-export. */
export function barrels(modules: readonly Module[]): string[] {
  return modules
    .filter(({ file, text }) => /(^|\/)(index|mod)\.ts$/.test(file) || /^export \* /m.test(text))
    .map(({ file }) => file);
}

/** Files over the limit, with their length. */
export function tooLong(modules: readonly Module[]): string[] {
  return modules
    .map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > LINES)
    .map(({ file, lines }) => `${file}: ${lines}`);
}

/** Folders whose object literals are written without groups yet; the others follow. */
const PLAIN =
  /^(functions\/(steps|session|release|intake|verify|watch|sequencer|maintenance|token|audit|insight|http)|shared\/(log|records|keys|crypto|policy|identity|store|tree|attestation))\//;

/** Object literals that are spread into another one, so that several members stand in a line. */
export function groups(modules: readonly Module[]): string[] {
  return modules
    .filter(({ file }) => PLAIN.test(file))
    .flatMap(({ file, text }) =>
      [...withoutComments(text).matchAll(/\.\.\.\(?\{.*/g)].map(([at]) => `${file}: ${at}`),
    );
}

/**
 * Functions and shared code write nothing to the console, because a value could end up there. The compiler of
 * packs may: it is a command, and no bundle reaches it.
 */
export function consoles(modules: readonly Module[]): string[] {
  return modules
    .filter(
      ({ file }) => /^(functions|shared)\/(?!policy\/compile\/)/.test(file) && !REPORTERS.includes(file),
    )
    .filter(({ text }) =>
      /\bconsole\s*\.\s*(log|error|warn|info|debug|trace|table|dir)\b|process\.std(out|err)/.test(
        withoutComments(text),
      ),
    )
    .map(({ file }) => file);
}

/** Own components that are given a property `ref`: Preact keeps it for itself, so the component never gets it. */
export function lostRefs(modules: readonly Module[]): string[] {
  return modules.filter(({ text }) => /<[A-Z]\w*\s[^<]*?\bref=\{/.test(text)).map(({ file }) => file);
}

/** Imports without the ending that type stripping needs, and packages that are not declared. */
export function undeclared(modules: readonly Module[], packages: ReadonlySet<string>): string[] {
  return modules.flatMap(({ file, imports }) =>
    imports
      .filter((target) => !/^(infra|functions|shared)\/|^package\.json$|^node:|^#pack\//.test(target))
      .filter((target) => !packages.has(packageName(target)))
      .map((target) => `${file} → ${target}`),
  );
}

/** `@scope/name/path` → `@scope/name`. */
export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '');
}
