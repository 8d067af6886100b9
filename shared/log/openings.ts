/** Reads the words beside items and opens the commitments of leaves with them. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
  type KeysAndAttributes,
} from '@aws-sdk/client-dynamodb';
import type { Entry } from './entry.ts';
import type { LogItem } from './item.ts';
import { wordsKey } from './put.ts';
import { type Opening, type Openings, opens, WORD_KINDS, type WordKind } from './words.ts';

/** What is known of the words that a leaf commits to. */
export interface OpenedWords {
  words: Partial<Record<WordKind, string>>;
  /** Committed to, but nothing is kept beside the entry any more. */
  forgotten: WordKind[];
  /** What is kept is not what the leaf committed to: somebody changed it. */
  mismatched: WordKind[];
}

export function openWords(entry: Entry, openings: Openings | undefined): OpenedWords {
  const opened: OpenedWords = { words: {}, forgotten: [], mismatched: [] };
  for (const kind of WORD_KINDS) {
    const committed = entry.committed?.[kind];
    if (committed === undefined) continue;
    const opening = openings?.get(committed);
    if (!opening) opened.forgotten.push(kind);
    else if (opening.kind !== kind || !opens(committed, opening)) opened.mismatched.push(kind);
    else opened.words[kind] = opening.word;
  }
  return opened;
}

/** DynamoDB's limit for one BatchGetItem. */
const BATCH = 100;

/** @returns words by the key of the item (`wordsKey`); items without words are absent. */
export async function readOpenings(
  dynamo: DynamoDBClient,
  wordsTable: string,
  items: readonly Pick<LogItem, 'writer' | 'seq'>[],
): Promise<Map<string, Openings>> {
  const keys = [...new Set(items.map(({ writer, seq }) => wordsKey(writer, seq)))];
  const found = new Map<string, Openings>();
  for (let from = 0; from < keys.length; from += BATCH) {
    const Keys = keys.slice(from, from + BATCH).map((key) => ({ entry: { S: key } }));
    let wanted: Record<string, KeysAndAttributes> | undefined = { [wordsTable]: { Keys } };
    // Large answers come in parts; each round brings at least one item, or the service failed.
    while (wanted && Object.keys(wanted).length > 0) {
      const answer: BatchGetItemCommandOutput = await dynamo.send(
        new BatchGetItemCommand({ RequestItems: wanted }),
      );
      for (const one of answer.Responses?.[wordsTable] ?? []) found.set(one.entry?.S ?? '', parse(one));
      wanted = answer.UnprocessedKeys;
    }
  }
  return found;
}

function parse(item: Record<string, AttributeValue>): Openings {
  const openings: Openings = new Map();
  for (const [committed, { M: opening }] of Object.entries(item.openings?.M ?? {})) {
    const { kind, salt, word } = opening ?? {};
    if (kind?.S && salt?.B && word?.S !== undefined) {
      openings.set(committed, { kind: kind.S as WordKind, salt: salt.B, word: word.S } satisfies Opening);
    }
  }
  return openings;
}
