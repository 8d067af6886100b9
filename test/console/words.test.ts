/** Every closed word of the log has a name in each language of the console. */
import { describe, expect, it } from 'vitest';
import { log as english } from '../../functions/console/web/messages/en/log.ts';
import { log as chinese } from '../../functions/console/web/messages/zh/log.ts';
import { KINDS, OF_TASKS, OUTCOMES } from '../../shared/entry-kinds.ts';

describe.each([
  ['English', english],
  ['Chinese', chinese],
] as const)('the %s words', (_, { kinds, outcomes }) => {
  it('name every kind of entry', () => {
    expect(KINDS.filter((kind) => !Object.hasOwn(kinds, kind))).toEqual([]);
  });

  it('name every outcome that an entry can have', () => {
    expect([...OUTCOMES, ...OF_TASKS].filter((outcome) => !Object.hasOwn(outcomes, outcome))).toEqual([]);
  });
});
