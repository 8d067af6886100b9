/**
 * The words of the contract: what each route does, and what each member of its requests and answers is called and means.
 * No function but the steward's carries them.
 */

/** What a member is called, in one to four words, and what it means: a sentence without its full stop. */
export type Word = readonly [label: string, description: string];

/** Words of the routes of one subject. */
export interface Group {
  /** What each route does, by method and path. */
  routes: Readonly<Record<string, string>>;
  /**
   * By the member's name, or by its last names from the outside in: `query.state` is the parameter, `cases.state` the
   * state of each of the `cases`, `state` that of any other member. The whole path may have its route in front.
   */
  members: Readonly<Record<string, Word>>;
}

/** Groups by name. Members of `shared` are those of several groups. */
export type Groups = Readonly<Record<string, Group>>;

/** The words in one language. */
export interface Words {
  /** @param line method and path, such as `GET /v1/cases/:id` */
  summary(line: string): string;
  /**
   * @param path where the member stands: `query`, `body`, `answer`, `path` or `header`, and the names from there on, such
   * as `answer.cases.opened.by`. What a list or a map holds is named like the list itself.
   */
  word(line: string, path: string): Word;
}

/** @param own words of another language; what it lacks is said in English */
export function wordsOf(english: Groups, own: Readonly<Record<string, Partial<Group>>> = english): Words {
  const groupOf = new Map(
    Object.entries(english).flatMap(([name, { routes }]) => Object.keys(routes).map((line) => [line, name])),
  );
  const summary = (line: string) => {
    const name = groupOf.get(line) ?? '';
    return own[name]?.routes?.[line] ?? english[name]?.routes[line] ?? '';
  };
  const word = (line: string, path: string): Word => {
    const name = groupOf.get(line) ?? 'shared';
    const key = keysOf(line, path).find((one) =>
      [name, 'shared'].some((group) => english[group]?.members[one]),
    );
    const group = english[name]?.members[key ?? ''] ? name : 'shared';
    const found = own[group]?.members?.[key ?? ''] ?? english[group]?.members[key ?? ''];
    return found ?? [path.slice(path.lastIndexOf('.') + 1), ''];
  };
  return { summary, word };
}

/** The keys by which a member may be found, the closest first: its route and path, `answer.cases.id`, `cases.id`, `id`. */
export function keysOf(line: string, path: string): string[] {
  const names = path.split('.');
  return [`${line} ${path}`, ...names.map((_, at) => names.slice(at).join('.'))];
}
