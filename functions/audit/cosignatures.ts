import { invalid, Problem } from '../../shared/errors.ts';
import { sha256, verifyCosignature } from '../../shared/log/node-crypto.ts';
import { auditTexts } from '../../shared/messages/audit.ts';
import { openCosigned } from '../../shared/tree/cosignature.ts';
import { readNote, signatureLine, type Verifier } from '../../shared/tree/note.ts';
import { parsePolicy } from '../../shared/tree/witness-policy.ts';
import { keepCosignature, PENDING_PATH, POLICY_PATH } from '../../shared/witness/received.ts';
import type { AuditDeps } from './deps.ts';

/** Seconds by which the clock of a witness may differ. */
const SKEW = 600;

/**
 * Keeps what witnesses of the operator's policy say of the checkpoint that they are asked about. The
 * cosignature is the proof, whichever office sends it.
 * @returns the size of the checkpoint and the names of the witnesses
 * @throws Problem CONFLICT if none of them cosigned this checkpoint; INVALID_REQUEST for another time
 */
export async function keepCosignatures(
  { tree, tables, now }: AuditDeps,
  log: Verifier,
  lines: string,
): Promise<{ size: number; witnesses: string[] }> {
  const [note, text] = await Promise.all([tree.read(PENDING_PATH), tree.read(POLICY_PATH)]);
  if (!note || !text) throw new Problem('NOT_FOUND', { detail: auditTexts.noRound });
  const { witnesses } = parsePolicy(sha256, Buffer.from(text).toString('utf8'));
  const whole = Buffer.concat([note, Buffer.from(lines)]);
  const cosigners = witnesses.map(({ cosigner }) => cosigner);
  const opened = await openCosigned(whole, log, cosigners, verifyCosignature);
  if (!opened || opened.cosigned.length === 0)
    throw new Problem('CONFLICT', { detail: auditTexts.otherRound });
  if (opened.cosigned.some(({ time }) => Math.abs(time - now() / 1000) > SKEW))
    throw invalid('/cosignatures', auditTexts.otherTime);
  const { size } = opened.checkpoint;
  const sent = readNote(whole)?.signatures ?? [];
  for (const { cosigner, time } of opened.cosigned) {
    const { signature } = sent.find(({ name, id }) => name === cosigner.name && id === cosigner.id) ?? {};
    if (signature)
      await keepCosignature(tables.tree, size, cosigner, time, signatureLine(cosigner, signature));
  }
  const told = witnesses.filter(({ cosigner }) => opened.cosigned.some((one) => one.cosigner === cosigner));
  return { size, witnesses: told.map(({ name }) => name) };
}
