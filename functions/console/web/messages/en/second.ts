export const second = {
  hint: 'Acts of two people. You see what your office may complete or stop. Consents, cases and answers wait in the inbox.',
  forYou: 'Waits for you',
  byYou: 'You or your office asked for it',
  empty: 'Nothing waits for you.',
  emptyOwn: 'Nothing that you asked for waits for another person.',
  approval: 'Approval by the owners',
  asked: (office: string, until: string) => `Asked by ${office}. Waits until ${until}.`,
  own: 'Your own request, or one of your own department: another person completes it.',
  waits: (until: string) =>
    `Both have agreed. It is done on ${until}, unless a department that holds a part stops it.`,
  ordered: (number: string) =>
    `On the order ${number}: the word of the second person does it at once, and no department can stop it then.`,
  button: 'Do it as the second person',
  publication: 'Publish a policy',
  publish: 'Give the same file: the difference is shown first',
  lift: 'Lift a freeze',
  acts: {
    erase: 'Erase a record',
    merge: 'Merge two records',
    part: 'Undo a merge',
    move: 'Give a record to another county',
    end: 'End the help',
  },
  begin: 'Begin an act on a record',
  beginHint:
    'Two people of two departments, or of one and the stewards. Every department that holds a part is told, and may stop an erasure or a merge within three days.',
  code: 'Confirm a consent by its code',
  revoke: "End a writer's key",
};
