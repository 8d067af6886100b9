/**
 * Loaded before anything else by every process of a test run: all of them take the same day for today, and the time of
 * day from the machine. Terms in working days end with the calendar of the pack, so that the suite would otherwise fail
 * on a later day. `FIELDGATE_TEST_DAY` names another day; `.ci/run` tries some.
 */

import { ServerResponse } from 'node:http';

const DAY = 86_400_000;
const RealDate = Date;
const pinned = RealDate.parse(new URL(import.meta.url).searchParams.get('day') ?? '');
const moved = pinned - Math.floor(RealDate.now() / DAY) * DAY;
const now = () => RealDate.now() + moved;

if (moved !== 0) {
  // A function, because a proxy takes several times as long, and a subclass would not be the class of other dates.
  function Pinned(...given: []): Date | string {
    if (!new.target) return new RealDate(now()).toString();
    if (new.target !== Pinned)
      return Reflect.construct(RealDate, given.length === 0 ? [now()] : given, new.target);
    return given.length === 0 ? new RealDate(now()) : new RealDate(...given);
  }
  Object.defineProperties(Pinned, {
    ...Object.getOwnPropertyDescriptors(RealDate),
    now: { value: now, writable: true, configurable: true },
  });
  globalThis.Date = Pinned as unknown as DateConstructor;
  // Node dates its answers itself, and the client compares that with its own clock.
  const { writeHead } = ServerResponse.prototype;
  ServerResponse.prototype.writeHead = function (this: ServerResponse, ...given: unknown[]) {
    if (this.sendDate && !this.hasHeader('date')) this.setHeader('date', new Date().toUTCString());
    return Reflect.apply(writeHead, this, given);
  } as typeof writeHead;
}
