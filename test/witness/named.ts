/** Witnesses of a test gateway, with keys in memory, that look at its log over HTTP as a department does. */
import { sha256, verifyCosignature } from '../../shared/log/node-crypto.ts';
import {
  type Cosigner,
  cosignatureLine,
  cosignedMessage,
  formatCosigner,
} from '../../shared/tree/cosignature.ts';
import { formatVerifier, parseVerifier, type Verifier } from '../../shared/tree/note.ts';
import { lookOnce } from '../../shared/witness/round.ts';
import { makeWitness } from '../../shared/witness/witness.ts';
import type { TestGateway } from '../support/gateway.ts';
import { makeKey, memory } from './log.ts';

const DETAILS = { actions: ['casework'], officer: 'zhao.min', reason: 'witness of the log' };

/**
 * Names them to the gateway, whose log must have begun.
 * @param types one a witness
 */
export async function nameWitnesses(
  gateway: TestGateway,
  {
    types = [4, 4, 6],
    least = 2,
    also = [],
    now = Date.now as () => number,
    ...more
  }: {
    types?: Cosigner['type'][];
    least?: number;
    /** More lines of the policy that the gateway has. */
    also?: string[];
    now?: () => number;
    pass(): void;
  },
) {
  const get = async (path: string) => {
    const answer = await fetch(`${gateway.url}${path}`);
    return answer.status === 200 ? new Uint8Array(await answer.arrayBuffer()) : null;
  };
  const log = parseVerifier(
    sha256,
    Buffer.from((await get('/log/key')) ?? [])
      .toString()
      .trim(),
  ) as Verifier;
  const keys = types.map((type, at) => makeKey(`w${at}.example`, type));
  const policy = [
    `log ${formatVerifier(log)}`,
    ...keys.map(({ cosigner }, at) => `witness w${at} ${formatCosigner(cosigner)}`),
    `group enough ${least} ${keys.map((_, at) => `w${at}`).join(' ')}`,
    'quorum enough',
    '',
  ].join('\n');
  const shown = policy.replace('group', [...also, 'group'].join('\n'));
  await gateway.tree.policy.swap(await gateway.tree.policy.read(), shown);
  // The sequencer keeps what it read of the policy for a while.
  more.pass();
  const witnesses = keys.map((key) =>
    makeWitness({ log, keys: [key], journal: memory(), sha256, verify: verifyCosignature, now }),
  );
  const send = async (cosignatures: string) => {
    const body = { cosignatures };
    return (await gateway.call('mca-county', DETAILS, 'POST', '/v1/log/cosignatures', body)).status === 200;
  };
  return {
    ...{ log, keys, policy },
    /** The text of a note of the log, as if all had cosigned it so many seconds ago. */
    async cosigned(note: string, seconds: number) {
      const time = Math.floor(now() / 1000) - seconds;
      const [text = '', signed = ''] = note.split('\n\n');
      const lines = keys.map(({ cosigner, sign }) =>
        cosignatureLine(cosigner, time, sign(cosignedMessage(cosigner, `${text}\n`, time))),
      );
      return `${text}\n\n${signed.trimEnd()}\n${lines.join('')}`;
    },
    /** A round in which these cosign what is asked about. */
    async round(...who: number[]) {
      await gateway.sequencer.step();
      for (const at of who) {
        const witness = witnesses[at];
        if (witness) await lookOnce({ witness, sha256, read: (name) => get(`/log/${name}`), send });
      }
      await gateway.sequencer.step();
    },
  };
}
