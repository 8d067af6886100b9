/** English words in Chinese texts of the command line, apart from those that are the same in every language. */

/** Closed words, names of files and standards, and JSON members. */
const SAME =
  `JSON CSV YAML Markdown NDJSON JWK JWKS JWS SHA HTTP https KMS CloudTrail UTC Fieldgate FIELDGATE_\\w+ hash
  YYYY-MM-DD Records base64 records POST GET en zh canonical
  TypeScript given refused objects informed notified processed child guardian carer substitute recipient able unable
  mother upheld rejected correction restriction deletion explanation outdated contradicted incomplete other-person
  county-organ provincial-organ state-organ critical-infrastructure other general larger major extraordinary
  confirmed unfounded first supplement closing children create refuse purpose agency officer field outcome kind rule flow person hour day localhost
  high medium low released decision denial prohibited intake waiting open ended closed submitted material approved
  withdrawn expired collected age sex hardship signed-form resident-card clientId name departments roles areas
  justified questioned violation acknowledged week yes no purposes actions trainedUntil institution ref match id_number local_id fields school_name school_id visit_notes null
  set lifted off since by sent received authenticated claimed signed none asc desc video-call in-person
  policy my-pack reader_no spring-bud help-page-check inquiry-second help zhang\\.wei journal proofs
  ML-KEM csv xlsx json html ndjson ocsf jsonl gz bash zsh fish source id d\\.ts
  commit git checkout npm ci zip value codeCache tlog-policy tlog-proof tlog-witness add-checkpoint ed ml-dsa s m h`.split(
    /\s+/,
  );

/** Codes: `NO_CASE`, `A12.6`, `S1`. */
const CODE = /^[A-Z][A-Z0-9_.]*$/;

/**
 * @param text of help or output
 * @param names of commands, agencies, fields and the like, which are codes
 */
export function foreignWords(text: string, names: Iterable<string>): string[] {
  const same = new RegExp(`^(${[...SAME, ...names].join('|')})$`);
  const prose = text
    // Lines of an example keep their Chinese only.
    .replace(
      /^(?: {2}(?:fieldgate|\{)| {4}--).*$/gm,
      (line) => line.match(/\p{Script=Han}+/gu)?.join(' ') ?? '',
    )
    // Ids and digests first: one may hold what looks like an option.
    .replace(/(?<![\w+=-])(?!--)[\w+=-]{20,}/g, ' ')
    // Commands within a sentence, options, addresses, paths, and digests in them.
    .replace(
      /fieldgate( [a-z-]+)+|(?<!\w)--?[\w-]+|https?:\/\/\S+|[\w./-]*\/[\w./-]*|[\w-]+\.(?:txt|csv|html|json|ndjson)/g,
      ' ',
    )
    .replace(/[\w+=-]{20,}|\d\S*/g, ' ');
  const words = prose.match(/[A-Za-z][\w.-]*[A-Za-z0-9]|[A-Za-z]{2}/g) ?? [];
  return [...new Set(words)].filter((word) => !same.test(word) && !CODE.test(word));
}
