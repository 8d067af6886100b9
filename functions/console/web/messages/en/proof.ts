import { many } from '../../../../../shared/plural.ts';

export const proof = {
  checking: 'Checking',
  holds: 'All steps are valid: this entry is in the log as signed.',
  fails: 'This entry is not what was signed.',
  waiting: (seconds: number) => `Stored, not in the tree yet; trying again in ${seconds} s.`,
  by: (name: string) => `Written by the function ${name}, code`,
  release: (release: string) =>
    `By the gateway's own list that is release ${release}; fieldgate log prove --release-key checks it.`,
  noRelease: "Its release can't be checked here.",
  deployments: 'Which code ran when',
  picture: 'The path from the entry to the root',
  steps: {
    bytes: (n: string) => `These are its bytes: ${n} of them.`,
    leaf: 'Their hash is the leaf of the tree.',
    path: (n: number) => (n === 1 ? 'With 1 neighbour up the tree' : `With ${n} neighbours up the tree`),
    root: 'they lead to the root.',
    checkpoint: (n: string) => `The log signed this root over ${many(n, 'entry', 'entries')}.`,
    continues: (when: string, size: string) =>
      `This continues the log that this browser remembers of ${when} (${size}).`,
    first: 'This browser remembers no earlier checkpoint.',
    signature: 'The writer signed the entry.',
    writer: "The gateway's key certifies the writer.",
    words: 'The displayed values (officer, case, reason and the rest) match the commitments of the entry.',
  },
  failures: {
    bytes: 'The bytes are not those of the displayed entry.',
    leaf: 'The hash of the bytes is not the given leaf.',
    path: 'The neighbours do not lead to the signed root. This entry differs from the one in the log.',
    root: 'The root is not the one that was signed.',
    checkpoint: "The checkpoint is not signed by the log's key.",
    continues: 'The log shows two histories. Keep this browser as it is, and tell the operator of the log.',
    signature: "The writer's signature does not fit this entry.",
    writer: 'The writer is not certified.',
    words: 'The displayed values differ from the commitments of the entry.',
  },
  sm3: 'The log also has a tree by SM3 and signatures by SM2. This page does not check them; fieldgate log verify --national does.',
  whatToDo:
    'What to do: print this page, keep this browser as it is, and call the operator and a second auditor.',
};
