/** The stories that a pack brings along: `sample/stories.yaml` in its folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { type ToldStory, withLogins } from './stories.ts';

const text = v.pipe(v.string(), v.minLength(1));

const stories = v.strictObject({
  stories: v.array(
    v.strictObject({
      name: text,
      rules: v.array(text),
      what: text,
      /** Commands that work as printed. A word in angle brackets is in the answer of an earlier line. */
      run: v.array(text),
    }),
  ),
});

/** @returns none for a pack without such a file. @throws Error for one that is not what this describes */
export function packStories(folder: string): ToldStory[] {
  let file: string;
  try {
    file = readFileSync(join(folder, 'sample', 'stories.yaml'), 'utf8');
  } catch {
    return [];
  }
  return v.parse(stories, parse(file)).stories.map((story) => ({ ...story, run: withLogins(story.run) }));
}
