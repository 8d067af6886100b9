import type { Text } from '../../language.ts';

/** Misses of a day that raise an alert, delay further answers, and stop them. */
export interface MissLimits {
  alert: number;
  slow: number;
  stop: number;
}

/** A miss is a person who was asked about without an answer, whatever the reason. */
export interface MissRules {
  rule: string;
  /** Of all people of an agency, and of one officer. An emergency is counted apart, by the same numbers. */
  agency: MissLimits;
  officer: MissLimits;
  /** People for whom an approval is requested: a request says nothing of them, so each is a miss. */
  requests: MissLimits;
  /** Checks of all programmes of one recipient together. */
  checks: MissLimits;
  /** Numbers and other texts of leak checks that identify no person with a record. */
  leaks: MissLimits;
  /** Words of second clerks for inquiries: they say nothing of the person, so each is a miss. */
  seconds: MissLimits;
}

/** Acts of a day by which one person of an office stops something for a person: an alert from `alert` on, none after `stop`. */
export interface StopRules {
  rule: string;
  person: Omit<MissLimits, 'slow'>;
  office: Omit<MissLimits, 'slow'>;
  /** The task, and the first of these departments outside the office's line is asked to do it. */
  review: { task: string; asks: readonly string[] };
}

/** The order of what waits for a review: each reason adds its points to the rank of a group of similar entries. */
export interface ReviewOrder {
  points: Readonly<
    Record<
      /** An open alert, by its severity. */
      | 'high'
      | 'medium'
      | 'low'
      /** The pack demands that another person reviews the access. */
      | 'owed'
      | 'prohibited'
      /** Divided by the square root of the number of entries alike. */
      | 'rare'
      | 'offHours'
      | 'firstPurpose'
      /** A restricted class was given to an officer whom the office only names. */
      | 'claimed'
      | 'sample'
      /** Another person's verdict that is looked at again. */
      | 'second',
      number
    >
  >;
  /** One in so many entries is a sample, and one in so many verdicts is looked at by a second person. */
  oneIn: number;
}

/** What a list for posting may not hold. */
export interface PostingRules {
  rule: string;
  /** By kind: words of headings, the form of values, and whether the words of closed lists count. */
  never: Readonly<Record<string, { label: Text; heads: readonly string[]; value?: string; labels?: true }>>;
}

/** What leak checks look for. */
export interface LeakRules {
  rule: string;
  /** Fields, or members of them after a dot, and the form of their value. */
  values: Readonly<Record<string, 'number' | 'name' | 'place'>>;
  /** Digits of the numbers that are found within longer rows of digits. */
  lengths?: readonly number[];
}

/** What a text for publication may not hold. */
export interface StoryRules {
  rule: string;
  /** Tests of one person in a week. */
  week: number;
  /** Fields of closed lists whose words may not occur, and the values whose words may. */
  labels: readonly string[];
  except: readonly string[];
  words: readonly string[];
}

/** The alert that a mark of the day raises: `VOLUME_STRICT` of the tier `strict`, `VOLUME_STRICT_STOP` if it is full. */
export const volumeAlert = (mark: string): string => `VOLUME-${mark}`.toUpperCase().replaceAll('-', '_');
