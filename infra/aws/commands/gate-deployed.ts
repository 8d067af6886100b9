import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cli } from './doctor.ts';
import type { Template } from './template.ts';

/** @returns the region in which the assembly of a template deploys its stack, or `undefined` if it names none */
export function regionOf(file: string, stack: string): string | undefined {
  const manifest = join(dirname(file), 'manifest.json');
  if (!existsSync(manifest)) return undefined;
  const { artifacts }: { artifacts: Record<string, { environment?: string }> } = JSON.parse(
    readFileSync(manifest, 'utf8'),
  );
  // aws://<account>/<region>
  const region = artifacts[stack]?.environment?.split('/')[3];
  return region === 'unknown-region' ? undefined : region;
}

/** @returns the template of a deployed stack, or `null` if there is no such stack. @throws Error if AWS gives no answer */
export function deployedTemplate(stack: string, region: string): Template | null {
  try {
    const { TemplateBody } = cli(region)('cloudformation', 'get-template', '--stack-name', stack) as {
      TemplateBody: string | Template;
    };
    return typeof TemplateBody === 'string' ? JSON.parse(TemplateBody) : TemplateBody;
  } catch (error) {
    if (error instanceof Error && NOT_THERE.test(error.message)) return null;
    throw error;
  }
}

/** `An error occurred (ValidationError) when calling the GetTemplate operation: Stack with id … does not exist` */
const NOT_THERE = /\(ValidationError\)[^\n]*does not exist/;
