/** A gateway with files: an office that uploads them, and children whose values they are. One gateway for each test file. */

import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { connect, type Fieldgate } from '../../shared/client/connect.ts';
import { type GivenFile, isFile, type ReadOptions } from '../../shared/client/files.ts';
import { registerCase } from '../support/cases.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

export const gateway = await fileGateway();
const OFFICER = 'sun.li';
export const office = await as('health-hospital', OFFICER);
export const PLANTED = 'A PAGE THAT NO PLACE MAY HOLD';

export function as(clientId: string, id: string): Promise<Fieldgate> {
  const { sig, enc } = gateway.agency(clientId);
  const person = { id, roles: ['casework', 'release'], office: clientId } as const;
  const actorToken = async () => (await gateway.signIn?.(person)) ?? '';
  const retry = { attempts: 2, base: 5, longest: 100 };
  return connect({ issuer: gateway.url, clientId, key: sig, enc, retry, actorToken });
}

export const photoOf = (bytes = 200_000) => Buffer.concat([Buffer.from(PLANTED), randomBytes(bytes)]);
export const fileOf = (content: Buffer, more = {}) => ({
  field: 'medical_record',
  type: 'application/pdf',
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  read: () => [content],
  ...more,
});

export async function child(fields: object = {}): Promise<{ ref: string; match: Record<string, string> }> {
  const match = { id_number: freshNumber() };
  const [{ ref }] = await gateway.put('mca-county', { match, fields: { division_code: '990001001' } });
  if (Object.keys(fields).length > 0) await gateway.put('health-hospital', { match, fields });
  return { ref, match };
}

let turn = 0;
/** Urgent treatment, by another officer each time: how many of them wait for a review is limited. */
export async function release(match: Record<string, string>) {
  const officer = `doctor-${turn++}`;
  const words = { purpose: 'H1', case: `H-2026-F${turn}`, officer };
  await registerCase(gateway, 'health-hospital', words, [{ match }]);
  const { results } = await (await as('health-hospital', officer)).release({
    ...words,
    reason: 'treatment of the child',
    subjects: [{ match }],
    fields: ['medical_record'],
    context: { imminentDangerAttested: true },
  });
  const [result] = results;
  if (!result || 'refused' in result) return expect.fail('refused');
  return { value: result.fields['medical_record']?.value, entry: result.receipt.entry };
}

export async function given(match: Record<string, string>): Promise<GivenFile> {
  const { value } = await release(match);
  return isFile(value) ? value : expect.fail('no file');
}

export async function read(file: GivenFile, options?: ReadOptions): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of office.files.read(file, options)) pieces.push(piece);
  return Buffer.concat(pieces);
}
export const opened = () => gateway.trail.filter(({ eventName }) => eventName === 'Decrypt').length;
