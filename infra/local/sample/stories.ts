/** The stories of a sample: `sample/stories.yaml` in the folder of its pack, each under a name, with commands that work as printed. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { type Child, childrenOf } from './child.ts';
import type { Case } from './facts.ts';
import { SHIPPED } from './parties.ts';

const text = v.pipe(v.string(), v.minLength(1));
const named = {
  name: text,
  rules: v.array(text),
  what: text,
  /** Commands that work as printed. A word in angle brackets is in the answer of an earlier line. */
  run: v.array(text),
};
/** `child`: its case, or `pupil`, an ordinary one. Absent: the story is about no child of the made-up sample. */
const file = v.strictObject({ stories: v.array(v.strictObject({ ...named, child: v.optional(text) })) });

export interface ToldStory extends v.InferOutput<v.StrictObjectSchema<typeof named, undefined>> {
  /** `null` for a child without a number. */
  idNumber?: string | null;
}

/** @returns none for a folder without such a file. @throws Error for one that is not what this describes */
function storiesIn(folder: string): v.InferOutput<typeof file>['stories'] {
  let content: string;
  try {
    content = readFileSync(join(folder, 'sample', 'stories.yaml'), 'utf8');
  } catch {
    return [];
  }
  return v.parse(file, parse(content)).stories;
}

/** @returns the stories that a pack brings along, as they stand. @throws Error as above */
export const packStories = (folder: string): ToldStory[] =>
  storiesIn(folder).flatMap(({ child, ...story }) =>
    child === undefined ? [{ ...story, run: withLogins(story.run) }] : [],
  );

/** @returns the stories of the shipped pack with the children of this sample. One whose child it lacks is left out. */
export function storiesOf(sample: { people: number; today: string }): ToldStory[] {
  const stories = storiesIn(SHIPPED);
  const all = stories.length === 0 ? [] : [...childrenOf(sample)];
  return stories.flatMap(({ child: wanted, run, ...story }) => {
    const ofToday = run.map((line) => line.replaceAll('{year}', sample.today.slice(0, 4)));
    if (wanted === undefined) return [{ ...story, run: withLogins(ofToday) }];
    const child = all.find((one) => isOf(one, wanted as Case | 'pupil'));
    if (!child) return [];
    const { name = '', idNumber = '', phone = '' } = child.parents?.father ?? {};
    const words = {
      id: child.idNumber ?? '',
      birth: child.birth,
      phone,
      father: name,
      'father-number': idNumber,
    };
    const filled = ofToday.map((line) =>
      Object.entries(words).reduce((text, [word, value]) => text.replaceAll(`{${word}}`, value), line),
    );
    return [{ ...story, idNumber: child.idNumber, run: withLogins(filled) }];
  });
}

/** Before each command of another officer, the login of that officer. */
function withLogins(run: readonly string[]): string[] {
  let present: string | undefined;
  return run.flatMap((line) => {
    const officer = /(?<=--officer )\S+/.exec(line)?.[0];
    if (officer === undefined || officer === present) return [line];
    present = officer;
    return [`fieldgate login ${officer}`, line];
  });
}

/** Whether the child is of this kind. */
export function isOf(child: Child, wanted: Case | 'pupil'): boolean {
  if (wanted !== 'pupil') return child.case === wanted;
  const { age, case: special, story, parents } = child;
  return special === null && age >= 7 && age < 12 && story.guardian === 'father' && parents !== null;
}
