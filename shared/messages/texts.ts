/**
 * The words of the gateway itself. A room is one file in the folder of each language. English is there from the start;
 * another language is loaded when the first caller reads it, and what it lacks is said in English.
 */
import { inLanguage, type Text } from '../language.ts';
import { LANGUAGE_TAGS, type Language } from '../languages.ts';
import { unlessAbsent } from '../translated.ts';

// biome-ignore lint/suspicious/noExplicitAny: parameters of every kind
type Words = Readonly<Record<string, string | ((...parameters: any[]) => string)>>;

/** The same texts as those of a room, with the same parameters. */
export type Like<Room extends Words> = {
  readonly [Name in keyof Room]: Room[Name] extends (...parameters: infer P) => string ? (...parameters: P) => string : string;
};

/** A room in all languages. Parameters are names of the policy, limits and counts, never what was submitted. */
export type Room<English extends Words> = {
  readonly [Name in keyof English]: English[Name] extends (...parameters: infer P) => string ? (...parameters: P) => Text : Text;
};

/** Loads the file of a room in a language. It exports the room alone; there may be no such file. */
type Load = (language: Language) => Promise<Readonly<Record<string, Partial<Words>>>>;

interface Loading {
  load: Load;
  /** By language, while it is loaded and after. */
  begun: Map<Language, Promise<void>>;
  loaded: Map<Language, Partial<Words>>;
}

const rooms: Loading[] = [];

/** @returns the texts of a room; those of other languages say their English until `speak` has loaded them */
export function texts<English extends Words>(english: English, load: Load): Room<English> {
  const loaded = new Map<Language, Partial<Words>>();
  rooms.push({ load, begun: new Map(), loaded });
  const wordsIn = (language: Language, name: string) => loaded.get(language)?.[name] ?? english[name] ?? '';
  // Made when one is asked for: most are never said.
  return new Proxy(english, {
    get: (_, name: string) => {
      if (typeof english[name] !== 'function') return inAll((language) => String(wordsIn(language, name)));
      return (...parameters: unknown[]) => inAll((language) => (wordsIn(language, name) as (...all: unknown[]) => string)(...parameters));
    },
  }) as unknown as Room<English>;
}

/** What a room says to a reader of one language, which `speak` has loaded. */
export function wordsFor<English extends Words>(room: Room<English>, language: string): Like<English> {
  return new Proxy(room, {
    get: (all, name: string) => {
      const said = all[name];
      if (typeof said !== 'function') return inLanguage(said as Text, [language], LANGUAGE_TAGS[0]);
      return (...parameters: unknown[]) => inLanguage((said as (...all: unknown[]) => Text)(...parameters), [language], LANGUAGE_TAGS[0]);
    },
  }) as unknown as Like<English>;
}

/** Loads what every room of this process says in a language. */
export async function speak(language: Language): Promise<void> {
  if (language !== LANGUAGE_TAGS[0]) await Promise.all(rooms.map((room) => loadOnce(room, language)));
}

function loadOnce(room: Loading, language: Language): Promise<void> {
  const begun = room.begun.get(language) ?? loadRoom(room, language);
  room.begun.set(language, begun);
  return begun;
}

async function loadRoom({ load, loaded }: Loading, language: Language): Promise<void> {
  const [words = {}] = Object.values(await unlessAbsent(() => load(language)));
  loaded.set(language, words);
}

/** A text that is put together when it is read. */
function inAll<Tag extends string = Language>(say: (language: Tag) => string, tags: readonly Tag[] = LANGUAGE_TAGS as readonly string[] as Tag[]): Text {
  const members = tags.map((tag) => [tag, { enumerable: true, get: () => say(tag) }]);
  return Object.defineProperties({}, Object.fromEntries(members)) as Text;
}

/** The text behind its code, for answers that have no member for the code. */
export function withCode(code: string, text: Text): Text {
  return inAll((language) => `${code}: ${text[language]}`, Object.keys(text));
}
