/**
 * Tells people that they should look, by the operator's channels. A pass adds the marks of one kind and office up to one message for
 * each channel and tries what is due. It reads no log, and no other function waits for it.
 */

import { hash } from 'node:crypto';
import { defined } from '../../shared/defined.ts';
import type { Channel, Channels } from '../../shared/records/gateway/channels.ts';
import {
  type Delivery,
  forgetDelivery,
  forgetMark,
  giveUp,
  putDelivery,
  readDeliveries,
  readDeliveriesOf,
  readMarks,
} from '../../shared/records/gateway/to-tell.ts';
import type { Table } from '../../shared/store/table.ts';
import { mail } from './mail.ts';
import { messageOf } from './message.ts';
import { type Fault, type Open, PATIENCE, type Resolve, reach, Undelivered } from './reach.ts';
import { post } from './webhook.ts';

export interface Notifying {
  table: Table;
  channels: Channels;
  now(): number;
  /** Private addresses that are allowed; none if absent. */
  open?: Open;
  /** For tests: the name service, milliseconds of one attempt, and a root of mail servers. */
  resolve?: Resolve;
  patience?: number;
  ca?: string;
}

export interface Told {
  delivered: number;
  failed: number;
  givenUp: number;
  /** Given up now, or undelivered for an hour: of these an operator is warned. */
  late: number;
}

/** Milliseconds: the pause after the first failure, which doubles; the longest one; and how long a message is tried. */
const FIRST = 30_000;
const LONGEST = 2 * 60 * 60_000;
export const TRIED = 24 * 60 * 60_000;
/** Milliseconds after which a message that is still tried is late. */
const LATE = 60 * 60_000;

export async function tellPeople(notifying: Notifying, goOn: () => boolean = () => true): Promise<Told> {
  const { table, channels } = notifying;
  await collect(notifying);
  const told: Told = { delivered: 0, failed: 0, givenUp: 0, late: 0 };
  // Apart, so that a slow receiver keeps no other channel waiting.
  const byName = new Map(channels.channels.map((one) => [one.name, one]));
  const left = (await readDeliveries(table)).map(({ document }) => document.channel);
  const work = async (name: string) => {
    const own = (await readDeliveriesOf(table, name)).map(({ document }) => document);
    await deliverAll(notifying, byName.get(name), own, told, goOn);
  };
  await Promise.all([...new Set([...byName.keys(), ...left])].map(work));
  return told;
}

/** Marks become messages. After a crash the same marks make the same messages, and receivers know them by their ids. */
async function collect({ table, channels, now }: Notifying): Promise<void> {
  const marks = await readMarks(table);
  const groups = Map.groupBy(marks, ({ document: { of, office } }) => `${of} ${office ?? ''}`);
  for (const own of groups.values()) {
    const { of, office } = (own[0] as (typeof own)[0]).document;
    const id = `msg_${hash('sha256', own.map(({ item }) => item).join(' '), 'base64url').slice(0, 27)}`;
    const count = own.reduce((sum, { document }) => sum + document.count, 0);
    const at = Math.min(...own.map(({ document }) => document.at));
    for (const { name, ...told } of channels.channels) {
      if (!(told.of?.includes(of) ?? true)) continue;
      if (!(told.offices?.includes(office ?? '') ?? true)) continue;
      const what = { of, count, at, ...defined({ office }) };
      const delivery = { id, ...what, channel: name, tries: 0, since: now(), next: now() };
      await putDelivery(table, delivery, now());
    }
    for (const { item } of own) await forgetMark(table, item);
  }
}

/** After a failure the others of the channel wait for the next pass: a receiver that is down costs one attempt a pass. */
async function deliverAll(
  notifying: Notifying,
  channel: Channel | undefined,
  deliveries: readonly Delivery[],
  told: Told,
  goOn: () => boolean,
): Promise<void> {
  const { table, now } = notifying;
  let failing = false;
  for (const delivery of deliveries) {
    if (failing || delivery.next > now() || !goOn()) {
      if (now() - delivery.since > TRIED) await end(delivery, delivery.fault ?? 'unreachable');
      else if (now() - delivery.since > LATE) told.late++;
      continue;
    }
    const fault = channel ? await attempt(notifying, channel, delivery) : 'gone';
    if (fault === null) {
      await forgetDelivery(table, delivery);
      told.delivered++;
      continue;
    }
    told.failed++;
    const tries = delivery.tries + 1;
    const pause = Math.min(LONGEST, FIRST * 2 ** delivery.tries);
    if (fault === 'gone' || now() + pause - delivery.since > TRIED) await end({ ...delivery, tries }, fault);
    else {
      await putDelivery(table, { ...delivery, tries, fault, next: now() + pause }, now());
      if (now() - delivery.since > LATE) told.late++;
    }
    failing = fault !== 'gone';
  }

  async function end(delivery: Delivery, fault: string): Promise<void> {
    await giveUp(table, { ...delivery, fault }, now());
    told.givenUp++;
    told.late++;
  }
}

/** @returns why it failed, or `null` */
async function attempt(notifying: Notifying, channel: Channel, delivery: Delivery): Promise<Fault | null> {
  const { channels, now, open = false, resolve, patience = PATIENCE, ca } = notifying;
  const { body, subject, text } = await messageOf(delivery, channels.console);
  const signal = AbortSignal.timeout(patience);
  const over = new Promise<never>((_, fail) =>
    signal.addEventListener('abort', () => fail(new Undelivered('slow')), { once: true }),
  );
  const deliver = async () => {
    const host = channel.kind === 'mail' ? channel.host : new URL(channel.url).hostname;
    const to = await reach(host, open, resolve);
    const { id } = delivery;
    if (channel.kind === 'webhook') await post(channel, to, { id, body, now: now() }, signal);
    else await mail(channel, to, { id, subject, text }, { signal, ...defined({ ca }) });
  };
  try {
    await Promise.race([deliver(), over]);
    return null;
  } catch (error) {
    return error instanceof Undelivered ? error.fault : 'unreachable';
  }
}
