/** A witness that another process kills: it cosigns what it is sent, and says what it last knew. */
import { openKeeper } from '../../infra/cli/witness/keeper.ts';

export interface Sent {
  note: Uint8Array;
  old: number;
  proof: Uint8Array[];
}

const { witness } = openKeeper(process.argv[2] ?? '');
process.on('message', async ({ note, old, proof }: Sent) => {
  // Once it has caught the log with two histories, it cosigns nothing and throws.
  const said = await witness.cosign(note, old, proof).catch(() => ({ refused: 'forked' }));
  process.send?.('lines' in said ? { cosigned: said.checkpoint } : said);
});
process.send?.({ last: witness.last() });
