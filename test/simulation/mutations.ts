/** Faults that a change could bring, each as a change of the source, and the first seed that finds it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source

export interface Mutation {
  name: string;
  file: string;
  /** Occurs once in the file. */
  find: string;
  replace: string;
  /** The acts among which the plans are made; all unless said. */
  acts?: readonly string[];
  seed: number;
}

const RECORDS = ['write', 'write', 'write', 'read', 'read'];

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a receipt is given before the entry is stored',
    file: 'shared/log/write/writer.ts',
    find: 'await putItem(this.#options, sealed.item);',
    replace: 'void putItem(this.#options, sealed.item).catch(() => {});',
    acts: RECORDS,
    seed: 8,
  },
  {
    name: 'a head moves without a condition',
    file: 'shared/records/subject/key-items.ts',
    find: '(${sameSubject}${unmoved}))`;',
    replace: '(${sameSubject}${unmoved}) OR attribute_exists(${update.name("subject")}))`;',
    acts: RECORDS,
    seed: 11,
  },
  {
    name: 'a match key is taken without a condition',
    file: 'shared/records/subject/index-entries.ts',
    find: "asRead : 'attribute_not_exists(subject)'}",
    replace: "asRead : 'attribute_not_exists(subject) OR attribute_exists(subject)'}",
    acts: ['newChild'],
    seed: 1,
  },
  {
    name: 'a repeat is not answered as the first',
    file: 'functions/intake/idempotent.ts',
    find: "if (claimed.state === 'done') return claimed.answer;",
    replace: "if (claimed.state === 'done') return work();",
    acts: ['writeTwice', 'write'],
    seed: 1,
  },
];
