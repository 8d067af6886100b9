/** Every closed word of the log has a name in each language of the console. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { log as english } from '../../functions/console/web/messages/en/log.ts';
import { log as chinese } from '../../functions/console/web/messages/zh/log.ts';
import { DATA_KINDS, GATEWAY_KINDS, OFFICE_KINDS } from '../../shared/log/entry/entry.ts';

const KINDS = [...DATA_KINDS, ...OFFICE_KINDS, ...GATEWAY_KINDS, 'writer'];

/** Outcomes as the functions write them; the pages themselves don't. */
const OUTCOMES = new Set(
  globSync('functions/**/*.ts', { exclude: (name) => name === 'web' }).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\boutcome: '([a-z]+)'/g)].map(([, word]) => word as string),
  ),
);

describe.each([
  ['English', english],
  ['Chinese', chinese],
] as const)('the %s words', (_, { kinds, outcomes }) => {
  it('name every kind of entry', () => {
    expect(KINDS.filter((kind) => !Object.hasOwn(kinds, kind))).toEqual([]);
  });

  it('name every outcome that a function writes', () => {
    expect(OUTCOMES.size).toBeGreaterThan(40);
    expect([...OUTCOMES].filter((outcome) => !Object.hasOwn(outcomes, outcome))).toEqual([]);
  });
});
