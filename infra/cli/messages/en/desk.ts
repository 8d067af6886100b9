export const harm = {
  file: {
    reporter: 'the person who reports',
    contact: 'how the receiving body reaches the reporter',
    to: 'receiving department, such as MPS or MCA',
    key: 'a repeat with the same key is the same report',
    done: (to: string, id: string, due: string) => `Reported to ${to} as ${id}, which has it by ${due}.\n`,
  },
  open: {
    what: 'open a report that this office received, for the purpose of the duty to report',
    reporter: 'open the reporter too',
    second: 'the word of the colleague who asked for the reporter before',
  },
  fromTask: 'as shown by the task (about)',
};

export const incident = {
  open: {
    what: 'open an incident: recipients of these fields of these people, reporting deadlines, tasks',
    ticket: 'the people whom a leak check found, in place of --ref',
    operator: 'county-organ, provincial-organ, state-organ (central), critical-infrastructure or other: sets the deadline',
  },
  show: { what: 'show an incident, or write its report for printing', html: 'the report as a page' },
  close: { what: 'close an incident with the finding (--reason)' },
  namePeople: 'Name the people in one way: --ref, --local-id or --match with an identifying field; --subjects; or --ticket.',
  noRecipient: 'According to the log, these fields had no recipient in that time.\n',
};

export const notice = {
  purpose: 'a purpose or a hash: show its text',
  unknown: (names: string) => `No notice of that name. There are: ${names}.`,
  text: (text: string, hash: string) => `${text}\nhash  ${hash}\n`,
  empty: 'The policy has no notices.\n',
};

export const objection = {
  file: {
    what: 'object to a field, which is withheld at once, or request another right (--reason: without the right value)',
  },
  show: { what: 'show an objection', html: 'the answer as a page to hand over' },
};
