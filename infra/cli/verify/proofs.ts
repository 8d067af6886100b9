import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeOut } from '../lists/table-out.ts';

/** Puts proofs into the folder of a list. @returns the name of the proof's file in the folder */
export function proofsIn(folder: string): (key: string, attestation: string) => string {
  mkdirSync(join(folder, 'proofs'), { recursive: true, mode: 0o700 });
  return (key, attestation) => {
    const name = join('proofs', `${key}.txt`);
    writeOut(join(folder, name), `${attestation}\n`);
    return name;
  };
}
