export const columns = {
  none: (path: string) => `${path} has no columns.`,
  which: (path: string, names: string) => `Which one of ${path}? Add # and one of: ${names}`,
  unknown: (path: string) => `${path} is no table (.csv), JSON Schema, OpenAPI document or mapping of a sync.`,
};

export const reasons = {
  health: 'words of health; no purpose to begin with shows it',
  harm: 'words of harm or offences; no purpose to begin with shows it',
  identity: 'an identity number, by its name or by its 18 digits; people are found by it',
  phone: 'a phone, by its name or by its 11 digits',
  address: 'where a person lives or can be met',
  money: 'money or an account',
  birth: 'the day of birth, which decisions about age read; the mapping of one kept as text needs `days`',
  area: 'the area, which decides whose offices may ask',
  person: 'a name; another office sees its first letter',
  number: 'a number of your own; people are found by it',
  closed: 'few values, each of many rows: a closed list of what the table holds today',
  other: 'nothing in its name or its values says more',
  missing: 'not in your table, and decisions need it: let the query give it',
};

const fill = (words: string) => `«${words}»`;

/** The sentences of the starter, and what stands in their place to be filled in. */
export const pack = {
  fields: 'Made from your own table. Each class and level is a suggestion, with its reason; words in « » are yours to write.',
  ageBand: 'Age band',
  replaced: [
    [/^# A small pack .*$/m, '# A pack for your own table. Words in « » are yours to write; docs/write-a-pack.md has the rest.'],
    [/Readers of public libraries/g, fill('the people of your table')],
    [/Public libraries/g, fill('your department')],
    [/Schools office/g, fill('the department that asks')],
    [/\bLibrarian\b/g, fill('your officer')],
    [/\bTeacher\b/g, fill('an officer who asks')],
    [/Library act \(2020\)/g, fill('your law')],
    [/label: Lending/g, `label: ${fill('your own task')}`],
    [/title: Lending/g, 'title: Own task'],
    [/label: School visit/g, `label: ${fill('what the other department needs it for')}`],
    [/# A school asks .*$/m, '# Another department asks, if the person agreed.'],
    [/While the loan lasts/g, fill('how long')],
    [/A reader decides who learns of the loans\./g, 'A person decides who else learns of it.'],
    [/The library needs it to lend\./g, `${fill('why your task needs it')}`],
    [/Staff of the library see what is overdue\./g, fill('what your officers see')],
    [/The school has to know who may come along\./g, fill('why the other department needs it')],
    [/The school learns whether something is overdue\./g, fill('what the other department learns')],
    [/The desk of every library\./g, fill('your desk')],
    [/No school learns the number of a reader\./g, 'Another department learns nothing but name and age.'],
    [/A school reads no full name, and no day of birth\./g, 'Another department reads no full name, and no day of birth.'],
    [/A school gets nothing before the reader has agreed\./g, 'Another department gets nothing before the person has agreed.'],
    [/A consent for another purpose or school/g, 'A consent for another purpose or office'],
    [/of a reader of another district/g, 'of a person of another area'],
    [/The reader('s)?\b|the reader('s)?\b|[Aa] reader\b/g, 'the person'],
    [/Northern library/g, 'Your office'],
    [/First school/g, 'Another office'],
  ] as [RegExp, string][],
};
