import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alerts } from '../../shared/messages/alerts.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { isOffHours, localDate } from '../../shared/policy/decide/alerts.ts';
import { faultText } from '../../shared/policy/schema/source.ts';
import { CHILDREN_FOLDER, children } from './support.ts';

describe('office hours', () => {
  const hours = { opens: '07:00', closes: '20:00' };
  test.each([
    ['a Wednesday morning', '2026-11-25T02:00:00Z', false],
    ['the first minute', '2026-11-24T23:00:00Z', false],
    ['a minute before', '2026-11-24T22:59:59Z', true],
    ['the last second', '2026-11-25T11:59:59Z', false],
    ['closing time', '2026-11-25T12:00:00Z', true],
    ['a Sunday noon', '2026-11-22T04:00:00Z', true],
    ['a Saturday that is worked', '2026-10-10T04:00:00Z', false],
    ['a Thursday that is a holiday', '2026-10-01T04:00:00Z', true],
  ])('%s', (_what, at, off) => {
    expect(isOffHours(children.calendar, hours, Date.parse(at))).toBe(off);
  });

  test('are those of the pack, and so is the day', () => {
    expect(localDate(children.calendar, Date.parse('2026-11-25T15:59:59Z'))).toBe('2026-11-25');
    expect(localDate(children.calendar, Date.parse('2026-11-25T16:00:00Z'))).toBe('2026-11-26');
  });
});

/** Faults of the pack with one change in its alerts. */
function faultsOf(from: string, to: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'pack-'));
  try {
    cpSync(CHILDREN_FOLDER, folder, { recursive: true });
    const file = join(folder, 'alerts.yaml');
    const text = readFileSync(file, 'utf8');
    const next = text.replace(from, to);
    expect(next).not.toBe(text);
    writeFileSync(file, next);
    return compilePack(folder).faults.map(faultText);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('alerts of the pack', () => {
  test.each([
    ['look: decoy', 'look: decoys', '"decoy"'],
    ['hours: 24', 'hours: 0', '>=1'],
    ['REVIEW_24H, ', 'REVIEW_48H, ', 'there is no obligation "REVIEW_48H"'],
    ['except: [W3]', 'except: [W99]', 'there is no purpose "W99"'],
    ['opens: "07:00"', 'opens: "7 am"', 'a time of day has the form 08:00'],
    ['by: [agency, area]', 'by: [agency, id_number]', '"officer"'],
    ['severity: low', 'severity: none', '"medium"'],
    ['look: refusal }', 'look: refusal, at: 3 }', 'unknown key "at"'],
  ])('%s turned into %s is a fault', (from, to, message) => {
    const faults = faultsOf(from, to);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^alerts\.yaml:\d+:\d+: /);
    expect(faults[0]).toContain(message);
  });

  test('name an article each', () => {
    for (const [code, { rule }] of children.alerts)
      expect([code, children.rules.has(rule)]).toEqual([code, true]);
  });
});

test('each alert has an entry in the documents with the steps to take', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/operate/alerts.md'), 'utf8');
  const headings = [...text.matchAll(/^## ([A-Z][A-Z_]+)$/gm)].map(([, code]) => code);
  const raised = new Set([...Object.keys(alerts), ...children.alerts.keys()]);
  expect(headings.sort()).toEqual([...raised].sort());
});
