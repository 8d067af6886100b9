import { many } from '../../../../shared/plural.ts';

export const attest = {
  page: {
    what: 'write the page that checks proofs of one gateway: one file for any browser',
    issuer: 'the gateway; default: the one of --url or of the key file',
    out: 'such as check.html',
    done: (file: string, issuer: string) => `${file} checks proofs of ${issuer}.\n`,
  },
  verify: {
    what: 'check a proof: its issuer, its content, its validity',
    file: 'the proof, or an answer that contains it; - reads standard input',
    issuer: 'the gateway that must have issued it; default: the one of --url or of the key file',
    programme: 'the programme that it must be for',
    keys: "the issuer's metadata from earlier, for a check without network",
    statusList: 'the status list token from earlier',
    keep: 'keep copies of the keys and the status list in this folder, for checks without network',
    noStatus: 'omit the check for an end of the proof',
    ask: 'also ask the gateway about this proof: it tells what ended before today, the list what ended before this month',
  },
  signature: {
    what: 'get the second signature of a proof, for verifiers that trust a national certificate',
    out: 'file for the signature; what it signs is stored next to it, with .signed',
    done: (check: string) => `With the certificate of its authority as ca.pem:\n${check}\nIt says nothing about an end of the proof: fieldgate attest verify --ask does.\n`,
    none: (issuer: string) => `${issuer} has no service of second signatures.`,
    refused: 'A gateway signs only its own proofs, until they end.',
    later: 'The proof is valid without it. Run the command again later.',
  },
  iam: 'region of the API, if the gateway demands IAM: requests are signed by the credentials in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN',
  noCredentials: '--iam needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of a role that may call the API.',
  badIssuer: 'The issuer must be an address such as https://gateway.example.',
  noProof: 'The file contains no proof.',
  whose: (says: string | null) => `Name the gateway whose proofs count: --issuer <url>${says === null ? '' : ` (this one says that ${says} issued it)`}, or --as <client id>.`,
  noKeys: (issuer: string) => `The issuer ${issuer} gave no keys or no status.`,
  kept: (issuer: string, used: string) => `\nWithout a network: fieldgate attest verify <file> --issuer ${issuer} ${used}\n`,
  offline: 'Without a network, a check needs copies from before: --keys and --status-list (--keep <folder> keeps them).',
  invalid: (mark: string, fault: string, meaning: string) => `${mark} Not valid: ${fault}. ${meaning}\n`,
  issuedBy: 'issued by',
  issued: 'issued',
  notShown: 'not shown',
  pseudonym: 'pseudonym',
  endsKnown: 'ends known up to',
  askFirst: 'What ended since is in no list yet. Before you pay or act on it, ask the gateway: --ask',
  notChecked: 'not checked',
};

export const verify = {
  programme: 'programme, such as spring-bud; fieldgate programmes lists them',
  case: 'project or case of the request',
  code: 'the one-time code that a representative got at the desk',
  out: 'file for the proof; for a list, folder for all answers',
  help: `
NOT_CONFIRMED has no reason: not eligible, unknown, no consent, or not allowed to check.

  fieldgate verify --as charity-sunrise --programme spring-bud --case CHA-2026-001 --officer shen.yi \\
    --reason "school grant, spring term" --id-number 990001201806250110 --out proof.txt
  fieldgate attest verify proof.txt --as charity-sunrise`,
  nameOne: 'Name one person, by --ref, --local-id or --match with an identifying field, or the code, by --code.',
  answer: (mark: string, what: string, rows: string) => `${mark} ${what}\n${rows}`,
  eligible: 'Eligible',
  notConfirmed: 'Not confirmed',
  manyCauses: 'One answer for many causes: no consent that names this programme and you, not eligible, not known. The representative may ask the\ndesk, with the number of the log entry.\n',
  proof: 'proof',
  keepIt: (n: number) => `${many(n, 'character')}; keep it with --out <file>`,
  checkCode: {
    alone: 'Make sure before you hand the code over: if the age asks for another consent too, the check will not be confirmed. Take that consent first (fieldgate consent give); the code stays good for its day.\n',
    take: (purpose: string, recipient: string, fields: string) => `Take this consent first: fieldgate consent give … --purpose ${purpose} --to ${recipient} --field ${fields} --giver …`,
  },
};
