import { type Fieldgate, FieldgateError } from '../../../shared/client/connect.ts';
import type { RoundDeps } from '../../../shared/witness/round.ts';

/** What a witness needs of a gateway: the files of its log, and the route that takes cosignatures. */
export function accessOf(
  gate: Pick<Fieldgate, 'call'>,
  read: RoundDeps['read'],
): Pick<RoundDeps, 'read' | 'send'> {
  return {
    read,
    async send(cosignatures) {
      try {
        await gate.call('POST /v1/log/cosignatures', { body: { cosignatures } });
        return true;
      } catch (error) {
        if (error instanceof FieldgateError && error.code === 'CONFLICT') return false;
        throw error;
      }
    },
  };
}
