export const acts = {
  hint: 'Every act and reading that is open to you, as the contract of the gateway has it.',
  find: 'Find by a word',
  run: 'Send',
  read: 'Read',
  done: 'Done.',
  answer: 'Answer',
};
