/**
 * The address of a receiver, looked up once: the connection goes to what was checked. A private address would let the owner of a
 * foreign zone make the gateway call services of its own network.
 */

import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { NO_NETWORK } from '../../shared/env.ts';
import { isPublicAddress } from '../../shared/identity/agencies/jwks-url.ts';

/** Why an attempt failed: a closed list, because what a receiver answers may hold anything. */
export type Fault = 'unknown-name' | 'private' | 'unreachable' | 'slow' | 'redirect' | 'refused' | 'gone';

export class Undelivered extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault);
    this.fault = fault;
  }
}

/** Milliseconds of one attempt, from the look-up to the end of the answer. Passes wait for it, and with them all channels. */
export const PATIENCE = 10_000;

export interface Reached {
  address: string;
  family: number;
}

export type Resolve = (host: string) => Promise<Reached[]>;
const resolveName: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** The private networks to which messages may go: all, or those of the operator's settings. */
export type Open = boolean | BlockList;

/** @param text networks as `10.0.0.0/24`, separated by commas, or `none` */
export function networksIn(text: string): BlockList {
  const networks = new BlockList();
  for (const one of text === NO_NETWORK ? [] : text.split(',')) {
    const [address = '', bits] = one.split('/');
    networks.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return networks;
}

/** @param open private addresses that are allowed. @throws Undelivered */
export async function reach(host: string, open: Open, resolve = resolveName): Promise<Reached> {
  const bare = host.replace(/^\[|\]$/g, '');
  const found = isIP(bare) ? [{ address: bare, family: isIP(bare) }] : await namesOf(bare, resolve);
  const [first] = found;
  if (!first) throw new Undelivered('unknown-name');
  // One private address among public ones is refused, too: the next look-up could return it first.
  const isOpen = ({ address, family }: Reached) =>
    open === true ||
    isPublicAddress(address) ||
    (open !== false && open.check(address, family === 6 ? 'ipv6' : 'ipv4'));
  if (!found.every(isOpen)) throw new Undelivered('private');
  return first;
}

async function namesOf(host: string, resolve: Resolve): Promise<Reached[]> {
  try {
    return await resolve(host);
  } catch {
    throw new Undelivered('unknown-name');
  }
}
