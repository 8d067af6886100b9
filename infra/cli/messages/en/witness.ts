/** Words of `fieldgate witness`, and of the witnesses of a verification. */
import { many } from '../../../../shared/plural.ts';

export const witness = {
  folder: 'folder of the key and of what was cosigned',
  init: {
    what: 'make a key, and begin its journal',
    name: 'name of the key, such as an address of the department without https://',
    algorithm: 'ed25519 or ml-dsa-44',
    key: 'key of the log, or a file with it; default: the one that the gateway shows',
    exists: (folder: string) => `${folder} has a key. A new one needs another folder.`,
    noAlgorithm: 'This Node has no ML-DSA-44; take ed25519, or Node 24.',
    badName: 'The name of a key has no spaces and no plus sign.',
    made: (line: string, log: string) =>
      `This line is for the policies of readers, and for the operator:\n  ${line}\nIt cosigns the log ${log}\n`,
  },
  run: {
    what: 'look at the log now and then, and cosign what continues it',
    every: 'seconds between looks',
    once: 'look once',
    listen: 'also answer add-checkpoint (C2SP tlog-witness) here',
    badSeconds: 'a number of seconds from 1 to 3600',
  },
  status: {
    what: 'show what was cosigned last',
    asked: 'The log',
    nothing: 'shows nothing that this witness has forgotten',
    unasked: 'was not reached: a witness that came back from a backup is seen by what the log shows',
  },
  evidence: {
    what: 'check a proof that a log has two histories, without a network',
    file: 'fork.json of a witness',
    proven: (a: number, b: number) =>
      `Proven: this log signed two histories, one of ${many(a, 'entry', 'entries')} and one of ${many(b, 'entry', 'entries')}, and the second does not continue the first.\n`,
    nothing: 'This proves nothing about the log of this key.\n',
  },
  lost: (folder: string) =>
    `${folder} has no whole journal: this witness no longer knows what it has cosigned, so it cosigns nothing. Make a new key in another folder, and tell the readers.`,
  forked: (file: string) =>
    `The log has signed two histories. The proof is ${file}; check it anywhere with: fieldgate witness evidence ${file} --key <vkey>. This witness cosigns nothing more.`,
  none: 'nothing cosigned yet',
  last: 'Cosigned last',
  key: 'Key',
  log: 'Log',
  states: {
    cosigned: (size: number) => `cosigned ${many(size, 'entry', 'entries')}`,
    nothing: 'the log asks no witnesses',
    unnamed: 'cosigned, and not taken: the policy of the operator does not name this witness',
    missed: 'the log was already a round further',
    unsigned: 'the checkpoint is not signed by the key of the log',
    unproven: 'the files of the log are not those of its checkpoint; nothing was cosigned',
    behind: (size: number) =>
      `the log asks about ${many(size, 'entry', 'entries')}, fewer than this witness has cosigned`,
    forgot: (size: number) =>
      `this witness once cosigned ${many(size, 'entry', 'entries')} and no longer knows it: it was restored from a backup. Make a new key in another folder`,
    fork: 'the log has signed two histories',
  },
};

export const policy = {
  file: 'cosignatures must satisfy this policy (C2SP tlog-policy)',
  fresh: 'with --policy: how old they may be, such as 10m',
  badAge: 'such as 30s, 10m or 2h',
  alone: '--fresh belongs to --policy.',
  damaged: (file: string, line: number, fault: string) =>
    line > 0 ? `${file}: line ${line}: ${fault}` : `${file}: ${fault}`,
  faults: {
    FORM: 'not the form of a policy',
    KEYWORD: 'it begins with none of log, witness, group, quorum',
    KEY: 'not a key of this kind',
    TWICE: 'a name, a member or a key stands there twice',
    UNKNOWN_NAME: 'no line before it defines this name',
    THRESHOLD: 'a group needs 1 up to all of its members',
    QUORUM: 'a policy has exactly one quorum',
    NONE: 'it has the quorum none: it demands nothing and proves nothing more',
    OTHER_LOG: 'it does not name this log',
  },
  nothing: 'The log shows no witnessed checkpoint',
  unsigned: 'A cosignature, or the log’s own signature, does not hold',
  few: (by: string, without: string) => `Too few witnesses: cosigned by ${by}; missing ${without}`,
  nobody: 'none',
  old: (at: string) =>
    `Enough witnesses saw it last at ${at}: this log is shown frozen, or they have stopped to look`,
  unable: (names: string) => `(not checked here, for want of ML-DSA-44: ${names})`,
  short: (n: number, of: number, age: string) => `cosigned by ${n} of ${of}, ${age} ago`,
  seconds: (n: number) => `${n} s`,
  minutes: (n: number) => `${n} min`,
  without: (names: string) => `; without ${names}`,
  wait: (quorum: string) => `Not yet: no checkpoint that covers it was cosigned by ${quorum}`,
  least: (n: number, of: number, names: string) => `${n} of ${of} (${names})`,
  late: '; not enough of them have looked since',
  other: 'What the witnesses cosigned is not this log',
  notAsked: 'not asked: --policy names the witnesses whom you trust',
  by: (names: string, at: string) => `${names}; enough of them since ${at}`,
  found: (file: string) => ` (by ${file}, which was not named)`,
  cosigned: 'Cosigned by',
  covered: (size: number) => many(size, 'entry', 'entries'),
  covers: 'They saw',
};
