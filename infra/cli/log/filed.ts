/**
 * Compares what stands in casework with the log: the last entry about each freeze, hold, consent and case must be in its
 * document. Rows that were removed, or went back to an earlier instant, stop nothing any more.
 */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { LogEntry } from '../../../shared/client/wire/types.ts';
import { LAST } from './heads.ts';

export interface FiledChecked {
  checked: number;
  /** Ids of entries of which no document says what they say. */
  lost: string[];
  /** As of heads: acts that stop nothing, and were logged by a process at its end. */
  unfinished: string[];
}

/** What stops something: it is lost even if its process ended, since a release goes on without it. */
const STOPS: ReadonlySet<unknown> = new Set(['frozen', 'held', 'withdrawn', 'refused', 'objects', 'closed']);
const CASE = /^CASE_(OPENED|CONFIRMED|FOUND|CLOSED)/;
/** Codes for a giver, which are no change of the consent. */
const CODE = 'made';
/** Ids that the gateway compares in one call. */
const AT_ONCE = 100;

export interface FiledCheck {
  /** Called with every opened entry of the log, in any order. */
  entry(entry: LogEntry): void;
  /** @param lostAmong those of up to 100 ids of entries that no document says any more */
  end(lostAmong: (ids: string[]) => Promise<readonly string[]>): Promise<FiledChecked>;
}

export function checkFiled(): FiledCheck {
  const known = new Map<string, LogEntry>();
  const ends = new Map<string, number>();
  const isCase = ({ code, kind }: LogEntry) => kind !== 'alert' && CASE.test(String(code));
  return {
    entry(entry) {
      const [writer, seq] = [String(entry['writer']), Number(entry['seq'])];
      ends.set(writer, Math.max(seq, ends.get(writer) ?? 0));
      const { kind, outcome, erased } = entry;
      const isFiled = kind === 'freeze' || (kind === 'consent' && outcome !== CODE) || isCase(entry);
      if (isFiled && !erased) known.set(entry.id, entry);
    },
    async end(lostAmong) {
      const void_ = new Set(
        [...known.values()].flatMap((one) => (one.outcome === 'void' ? [one.id, one['about']] : [])),
      );
      const last = new Map<string, LogEntry>();
      for (const entry of known.values()) {
        if (void_.has(entry.id)) continue;
        for (const name of namesOf(entry, known)) {
          const before = last.get(name);
          if (!before || order(before, entry) < 0) last.set(name, entry);
        }
      }
      const ids = [...new Set([...last.values()].map(({ id }) => id))];
      const found: string[] = [];
      for (let at = 0; at < ids.length; at += AT_ONCE)
        found.push(...(await lostAmong(ids.slice(at, at + AT_ONCE))));
      const isCut = (id: string) => {
        const { outcome, writer, seq } = known.get(id) as LogEntry;
        return !STOPS.has(outcome) && (ends.get(String(writer)) ?? 0) - Number(seq) <= LAST;
      };
      const stands = (name: unknown) => {
        const id = last.get(String(name))?.id;
        return id !== undefined && !found.includes(id);
      };
      // A freeze that was set again has another id.
      const isAgain = (lost: LogEntry, one: LogEntry) =>
        order(lost, one) < 0 && targetOf(one) === targetOf(lost) && stands(one['about']);
      const open = found.filter((id) => {
        const lost = known.get(id) as LogEntry;
        return targetOf(lost) === null || ![...known.values()].some((one) => isAgain(lost, one));
      });
      return { checked: last.size, lost: open.filter((id) => !isCut(id)), unfinished: open.filter(isCut) };
    },
  };
}

/** What the entry is about: a freeze, a hold or consents by their ids, a case by its office, purpose and number. */
function namesOf(entry: LogEntry, known: ReadonlyMap<string, LogEntry>): string[] {
  const { kind, consents, about } = entry;
  if (kind === 'consent') return (consents as string[] | undefined) ?? [];
  // The suspension of an agency is in the register.
  if (kind === 'freeze') return entry.outcome === 'suspended' || !about ? [] : [String(about)];
  // What changes a case, maybe of another office, names the entry that opened it.
  const { handler, purpose, words } = known.get(String(about)) ?? entry;
  return words?.case === undefined ? [] : [JSON.stringify([handler?.agency, purpose, words.case])];
}

/** What was frozen; `null` for other acts. */
function targetOf({ kind, outcome, code, subject, words }: LogEntry): string | null {
  const isKnown = kind === 'freeze' && outcome === 'frozen' && words?.['finding'] !== undefined;
  return isKnown ? JSON.stringify([code, subject, words?.['finding']]) : null;
}

/** By time, and within a chain by place. */
function order(one: LogEntry, other: LogEntry): number {
  const [time = '', later = ''] = [one.time, other.time];
  return time === later ? Number(one['seq']) - Number(other['seq']) : time < later ? -1 : 1;
}

export function compareFiled(gate: Fieldgate, check: FiledCheck): Promise<FiledChecked> {
  return check.end(
    async (ids) => (await gate.call('GET /v1/log/filed', { query: { ids: ids.join(',') } })).lost,
  );
}
