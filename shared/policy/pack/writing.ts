/**
 * How the values of a pack are written, for what must be found again in texts that people wrote. Without it a value is found
 * as it stands, and a name of several words in that order.
 */
export interface Writing {
  /** A script without spaces: its names are found wherever they stand, and addresses are told by it. */
  script?: string;
  /** Characters in a row that a text for publication may not share with a longer value: of the script, and of all others. */
  shared?: { script?: number; other: number };
  names?: {
    /** Characters of a name in the script. */
    least: number;
    most: number;
    /** Lengths of surnames, which stand first. */
    surnames: readonly number[];
    /** How a person is called by one character of its given name, which stands for each `*`. */
    called: readonly string[];
    /** How a person is called by the surname alone, which stands for each `*`. */
    bySurname?: readonly string[];
    /** Signs that stand for characters of a name. A letter among them counts after a surname alone. */
    masks?: string;
  };
  /** Days in words, with `{year}`, `{month}` and `{day}`. */
  dates?: readonly string[];
  places?: {
    /** Named places within an address. */
    named: string;
    /** The beginning that a text may show: a province. */
    shown?: string;
    /** The beginning that an address may lack: the areas above the smallest, and these with the town. */
    areas?: string;
    town?: string;
    /** Characters after which an address may begin in a text, and with which it may end, as with a digit. */
    begins?: string;
    ends?: string;
  };
  /** The ten digits from zero on, and the sign for ten. */
  numerals?: { digits: string; ten?: string };
  /** Names are also found by how they sound. */
  sounds?: {
    by: 'pinyin';
    /** For each syllable the first character with this reading, in the order of pinyin: `阿a 哎ai …`. */
    readings: string;
    /** Surnames with another reading. */
    surnames: Readonly<Record<string, string>>;
  };
}
