/** JSON as values, and the only parser from text to them. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const MAX_DEPTH = 64;

type JsonFaultName = keyof typeof FAULTS;

/** Why a text is not taken as JSON. The message never contains a part of the text. */
export class JsonFault extends SyntaxError {
  readonly fault: JsonFaultName;
  constructor(fault: JsonFaultName) {
    super(FAULTS[fault]);
    this.fault = fault;
  }
}

const FAULTS = {
  notJson: 'not valid JSON',
  memberTwice: 'a member occurs twice',
  nested: `nested deeper than ${MAX_DEPTH} levels`,
  numberOutOfRange: 'a number is out of range',
  loneSurrogate: 'a string holds a lone surrogate',
};

/**
 * Parses JSON strictly. It rejects what `JSON.parse` accepts but other parsers read differently: repeated
 * members of an object, lone surrogates, numbers beyond a double, more than 64 levels. Objects may have own
 * members such as `__proto__`, so use `Object.entries` to walk them.
 * @throws JsonFault
 */
export function parseJson(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new JsonFault('notJson');
  }
  // A repeated member is written twice in the text but appears once in the value.
  if (countWrittenMembers(text) !== countMembers(value)) throw new JsonFault('memberTwice');
  return value;
}

/** Counts the colons outside strings, which in valid JSON equals the number of members. */
function countWrittenMembers(text: string): number {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = endOfString(text, at);
        break;
      case 0x3a:
        members++;
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > MAX_DEPTH) throw new JsonFault('nested');
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
    }
  }
  return members;
}

/** @returns the index of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at;
    if (code === 0x5c) at++;
  }
}

function countMembers(value: Json): number {
  if (typeof value === 'string') demandWellFormed(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new JsonFault('numberOutOfRange');
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) members += countMembers(item);
    return members;
  }
  for (const [name, member] of Object.entries(value)) {
    demandWellFormed(name);
    members += 1 + countMembers(member);
  }
  return members;
}

function demandWellFormed(text: string): void {
  // What `isWellFormed` says, in browsers without it: by whole characters, only a lone surrogate is one.
  if (/\p{Cs}/u.test(text)) throw new JsonFault('loneSurrogate');
}
