/** The compiler holds a pack to its notices; each text has all elements in both languages, under one hash. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileTree } from '../../shared/policy/compile/compile-tree.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';
import { noticesOf } from '../../shared/policy/present/notice.ts';
import { readSource } from '../../shared/policy/schema/source.ts';

const FOLDER = join(import.meta.dirname, '../../shared/packs/disadvantaged-children');
const { tree } = readSource(FOLDER);
const given = parse(readFileSync(join(FOLDER, 'notices.yaml'), 'utf8')).notices;

function faultsOf(change: object, more: object = {}): string[] {
  const faults: string[] = [];
  const changed = { ...tree, notices: { ...given, ...change }, ...more };
  compileTree(changed, (path, message) => faults.push(`${path.join('.')}: ${message}`));
  return faults;
}
const purposesWithout = (code: string) =>
  Object.fromEntries(Object.entries(given.purposes).filter(([name]) => name !== code));

describe('a pack', () => {
  it.each(['controller', 'contact', 'rights', 'deliveries'])('without %s is refused', (element) => {
    expect(faultsOf({ [element]: undefined })).toEqual([expect.stringContaining(element)]);
  });

  it.each(['necessity', 'impact'])('with a notice without %s is refused', (element) => {
    const purposes = { ...given.purposes, D1: { ...given.purposes.D1, [element]: undefined } };
    expect(faultsOf({ purposes })).toEqual([expect.stringContaining(`D1`)]);
  });

  it.each([
    ['of a use on consent', 'D1', 'purposes.D1: D1 has no notice'],
    ['of a duty', 'W1', 'purposes.W1: W1 has no notice'],
  ])('without the notice %s is refused', (_, code, fault) => {
    expect(faultsOf({ purposes: purposesWithout(code) })).toEqual([expect.stringContaining(fault)]);
  });

  it('with a notice that a law forbids, or of no purpose, is refused', () => {
    expect(faultsOf({ purposes: { ...given.purposes, ZZ: given.purposes.W1 } })).toEqual([
      'notices.purposes.ZZ: there is no purpose "ZZ": add it to `purposes/`',
    ]);
    expect(faultsOf({ purposes: { ...given.purposes, J1: given.purposes.W1 } })).toEqual([
      'notices.purposes.J1: J1 gives no notice: its law keeps it secret',
    ]);
  });

  it('must say how long data is kept if the purpose has no time', () => {
    const { retention: _, ...rest } = given.purposes.W4;
    expect(faultsOf({ purposes: { ...given.purposes, W4: rest } })).toEqual([
      expect.stringContaining('notices.purposes.W4.retention'),
    ]);
  });

  it('with tasks that ask for a delivery needs its kinds', () => {
    expect(faultsOf({ deliveries: {} })).toEqual([expect.stringContaining('no kind of delivery')]);
  });
});

describe('a notice', () => {
  const compiled = (change: object = {}) => {
    const pack = compileTree({ ...tree, notices: { ...given, ...change } }, () => {});
    return noticesOf(loadPack(pack));
  };

  it('has every element in both languages', () => {
    for (const { texts } of compiled().values()) {
      for (const text of [texts['en'] ?? '', texts['zh'] ?? '']) {
        const lines = text.trim().split('\n');
        expect(lines).toHaveLength(11);
        expect(lines.every((line) => /[:：]\s*\S/.test(line))).toBe(true);
      }
    }
    const zh = compiled().get('D1')?.texts['zh'];
    expect(zh).toContain('保存期限：180日');
    expect(zh).toContain('公民身份号码（仅“是”或“否”）');
    expect(zh).toContain('不满十四周岁儿童的专门规则：');
  });

  it('has another hash once any word of it changes, and no other notice has', () => {
    const impact = { ...given.purposes.D1.impact, en: 'Another effect.' };
    const before = compiled();
    const after = compiled({ purposes: { ...given.purposes, D1: { ...given.purposes.D1, impact } } });
    const changed = [...before.keys()].filter((code) => before.get(code)?.hash !== after.get(code)?.hash);
    expect(changed).toEqual(['D1']);
    const special = { ...given.special, text: { en: 'Other rules.', zh: '另行规定。' } };
    for (const element of [{ special }, { special: undefined }])
      expect(compiled(element).get('D1')?.hash).not.toBe(before.get('D1')?.hash);
    const others = compiled({ contact: { en: 'The desk.', zh: '服务窗口。' } });
    expect([...before.keys()].every((code) => before.get(code)?.hash !== others.get(code)?.hash)).toBe(true);
  });
});
