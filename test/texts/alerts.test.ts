/** Every alert has words in both languages: the gateway's own, or the pack's for what the pack alone defines. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { alerts, alertTexts } from '../../shared/messages/alerts.ts';
import { speak } from '../../shared/messages/texts.ts';
import { ROOT } from '../architecture/modules.ts';
import { PROFILES } from '../policy/profiles.ts';

/** Codes of other entries in files that also raise an alert. */
const OTHERS = new Set([
  'BUDGET_SPENT',
  'CASE_FOUND',
  'CONFLICT',
  'EMERGENCY_REVIEW',
  'NOT_FOUND',
  'TEXT_TESTED',
]);

/** Codes in the files that raise alerts. */
function raisedIn(text: string): string[] {
  if (!/'alert'/.test(text)) return [];
  return [...text.matchAll(/\bcode: (?:[\w.]+ \? )?'([A-Z_]+)'/g)].map(([, code = '']) => code);
}

it('the gateway has words for each alert that its functions raise', () => {
  const listed = execFileSync('git', ['ls-files', 'functions', 'shared/log/read'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const files = listed
    .trim()
    .split('\n')
    .filter((file) => file.endsWith('.ts') && !file.includes('/contract/') && !file.includes('/console/'));
  const codes = new Set(files.flatMap((file) => raisedIn(readFileSync(join(ROOT, file), 'utf8'))));
  expect(codes.size).toBeGreaterThan(10);
  expect([...codes].filter((code) => !Object.hasOwn(alerts, code) && !OTHERS.has(code)).sort()).toEqual([]);
});

it('finds a code that an alert has, and none in a file without alerts', () => {
  expect(raisedIn("append({ kind: 'alert', code: 'NEW_FAULT' })")).toEqual(['NEW_FAULT']);
  expect(raisedIn("append({ kind: 'denial', code: 'NEW_FAULT' })")).toEqual([]);
});

it('says them in Chinese, and a pack says its own in each of its languages', async () => {
  await speak('zh');
  for (const code of Object.keys(alerts) as (keyof typeof alerts)[])
    expect(alertTexts[code], code).toEqual({
      en: alerts[code],
      zh: expect.stringMatching(/\p{Script=Han}/u),
    });
  for (const { pack } of PROFILES)
    for (const [code, { label }] of pack.alerts) expect(Object.keys(label), code).toEqual(pack.languages);
});
