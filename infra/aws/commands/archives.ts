/** The archives of a synthesised stack's functions: where their files lie, and where the template looks for them. */
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Built } from '../../../shared/tree/builds.ts';

export interface Assembly {
  /** Folder of the synthesised files. */
  assembly: string;
  stack: string;
  account: string;
  region: string;
}

export interface Archive {
  /** Folder of its files. */
  path: string;
  bucket: string;
  key: string;
  /** Names of the functions of the stack that run it, without the stack's. */
  functions: string[];
}

interface Manifest {
  files: Record<
    string,
    {
      source: { path: string; packaging: string };
      destinations: Record<string, { bucketName: string; objectKey: string }>;
    }
  >;
}

interface Template {
  Resources: Record<
    string,
    { Type: string; Properties?: { FunctionName?: string; Code?: { S3Key?: string } } }
  >;
}

/** Node, system and architecture that make a package here: its code cache depends on them. */
export const BUILDER = `node-${process.version}-${process.platform}-${process.arch}`;

/** @throws Error naming an archive that the template wants and the assembly lacks */
export function archivesOf({ assembly, stack, account, region }: Assembly): Archive[] {
  const read = <T>(name: string) => JSON.parse(readFileSync(join(assembly, name), 'utf8')) as T;
  const { files } = read<Manifest>(`${stack}.assets.json`);
  const { Resources } = read<Template>(`${stack}.template.json`);
  const functions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  const wanted = Map.groupBy(functions, ({ Properties }) => Properties?.Code?.S3Key ?? '');
  const inPlace = (text: string) =>
    text.replace(/\$\{AWS::(AccountId|Region)\}/g, (_, name) => (name === 'Region' ? region : account));
  const found = Object.values(files).flatMap(({ source, destinations }): Archive[] => {
    const [place] = Object.values(destinations);
    const those = place && wanted.get(place.objectKey);
    if (!those) return [];
    wanted.delete(place.objectKey);
    return [
      {
        path: resolve(assembly, source.path),
        bucket: inPlace(place.bucketName),
        key: place.objectKey,
        functions: those.flatMap(({ Properties: { FunctionName: name = '' } = {} }) =>
          name.startsWith(`${stack}-`) ? name.slice(stack.length + 1) : [],
        ),
      },
    ];
  });
  const [missing] = wanted.keys();
  if (missing !== undefined) throw new Error(`the assembly has no archive ${missing}`);
  return found;
}

/** What the functions run by the bytes of their archive. */
export function builtOf({ key, functions }: Archive, file: string): Built[] {
  const archive = hash('sha256', readFileSync(file));
  return functions.map((name) => ({ name, archive, code: basename(key, '.zip') }));
}

/** Makes an archive whose bytes follow from the files alone: in one order, of one instant and one mode. Needs `zip`. */
export function zip(folder: string, archive: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  for (const path of paths) {
    chmodSync(path, 0o644);
    utimesSync(path, MADE, MADE);
  }
  const names = paths.map((path) => path.slice(folder.length + 1)).join('\n');
  execFileSync('zip', ['-q', '-X', archive, '-@'], {
    cwd: folder,
    input: names,
    env: { ...process.env, TZ: 'UTC' },
  });
}

/** Seconds; an archive knows no instant before 1980. */
const MADE = Date.UTC(1980, 0, 1) / 1000;
