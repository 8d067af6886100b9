/** How people are told locally: by the channels of a file, private addresses included. */

import { readFileSync } from 'node:fs';
import { type Notifying, tellPeople } from '../../functions/notify/app.ts';
import { ChannelsError, readChannels } from '../../shared/records/gateway/channels.ts';
import type { Table } from '../../shared/store/table.ts';
import { texts } from '../cli/messages/language.ts';
import { StartError } from './files.ts';
import { workNowAndThen } from './state/sequence-loop.ts';

const { start: t } = await texts('local');

type Notify = Pick<Notifying, 'channels' | 'patience' | 'ca'>;
export interface Told {
  /** The channels by which people are told, with what tests replace. */
  notify?: Notify | undefined;
}

/** The file holds secrets: it is checked before anything is opened, and what it says is not repeated. @throws StartError */
export function channelsIn(file: string | undefined): Notify | undefined {
  if (!file) return undefined;
  try {
    return { channels: readChannels(readFileSync(file, 'utf8'), true) };
  } catch (error) {
    const { code = '' } = error as { code?: string };
    throw new StartError(
      error instanceof ChannelsError ? t.channels(file, error.message) : t.unreadable(file, code),
    );
  }
}

/** @returns the passes that make messages of marks, if there are channels */
export function tellEvery(
  every: number,
  { notify }: Told,
  table: Table,
  now: () => number,
): ReturnType<typeof workNowAndThen>[] {
  const pass = () => tellPeople({ ...(notify as Notify), table, now, open: true }).then(() => 0);
  return notify ? [workNowAndThen(pass, every)] : [];
}
