/** What a request states, which may point at a prohibited use or at none of the purpose's reasons: then a person weighs it. */
import type { Text } from '../../language.ts';
import type { Pack } from '../pack/pack.ts';
import type { Ask } from '../types.ts';
import { foldText, holdsStopWord } from '../value/stop-words.ts';

/** Why a person decides on what the request states: it holds a stop word, or gives a reason that the purpose does not list. */
export function toWeigh(pack: Pack, ask: Ask): Weighed {
  const known = scanned.get(ask);
  if (known?.by === pack.stopWords) return known.weighed;
  const holds = STATED.some((word) => holdsStopWord(pack.stopWords, ask[word] ?? ''));
  const weighed = holds ? 'REASON_NEEDS_REVIEW' : isListed(pack, ask) ? null : 'REASON_UNLISTED';
  scanned.set(ask, { by: pack.stopWords, weighed });
  return weighed;
}

type Weighed = 'REASON_NEEDS_REVIEW' | 'REASON_UNLISTED' | null;

/** Whether a refusal with this code waits for a ruling. */
export const awaitsRuling = (code: string | undefined) =>
  code === 'REASON_NEEDS_REVIEW' || code === 'REASON_UNLISTED';

/** Whether the purpose leaves its reasons open, or the stated one begins with one of its list. */
function isListed(pack: Pack, { purpose, reason = '', supplies, imminentDangerAttested }: Ask): boolean {
  const { reasons, kinds = [] } = pack.purposes.get(purpose) ?? {};
  const stated = foldText(reason, pack.stopWords.variants);
  if (reasons === undefined || supplies === true || stated === '') return true;
  // Danger waits for no list: such an access is reviewed within a day.
  if (imminentDangerAttested && kinds.some(({ attested }) => attested)) return true;
  return beginnings(pack, reasons).some((one) => stated.startsWith(one));
}

function beginnings({ stopWords }: Pack, reasons: Readonly<Record<string, Text>>): readonly string[] {
  const made =
    folded.get(reasons) ??
    Object.entries(reasons).flatMap(([name, text]) =>
      [name, ...Object.values(text)].map((one) => foldText(one, stopWords.variants)),
    );
  folded.set(reasons, made);
  return made;
}

/** The words of a list are the same for every request. */
const folded = new WeakMap<object, readonly string[]>();

/** One request is decided once for each subject, and its texts are the same each time. */
const scanned = new WeakMap<Ask, { by: Pack['stopWords']; weighed: Weighed }>();

/** The texts of a request that its caller makes up. */
const STATED = ['reason', 'case', 'activity', 'instrument'] as const;

/** Danger, an investigation or a leak does not wait for a review of its reason. */
export function isAlertOnly({ stopWords }: Pack, { purpose }: Ask): boolean {
  return stopWords.alertOnly?.includes(purpose) === true;
}
