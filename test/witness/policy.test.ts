/** Policies of readers (C2SP tlog-policy). */
import { describe, expect, it, test } from 'vitest';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { formatCosigner } from '../../shared/tree/cosignature.ts';
import { formatVerifier, makeVerifier } from '../../shared/tree/note.ts';
import { isQuorum, type PolicyError, parsePolicy, witnessedBy } from '../../shared/tree/witness-policy.ts';
import { makeKey, makeLog } from './log.ts';

const { log } = makeLog();
const keys = ['a', 'b', 'c', 'd'].map((name) => makeKey(`${name}.example/w`));
const [A = '', B = '', C = '', D = ''] = keys.map(({ cosigner }) => formatCosigner(cosigner));
const HEAD = `log ${formatVerifier(log)} https://log.example\nwitness a ${A}\nwitness b ${B} https://b.example/w\n`;

const parse = (text: string) => parsePolicy(sha256, text);
const faultOf = (text: string) => {
  try {
    parse(text);
    return null;
  } catch (error) {
    const { fault, line } = error as PolicyError;
    return [fault, line];
  }
};

describe('a policy', () => {
  it('names logs, witnesses, groups and a quorum', () => {
    const policy = parse(
      `# 清河县\n\n${HEAD}\t witness  c\t${C} \n#witness d\nwitness d ${D}\ngroup health any a b\ngroup all-of all c d\ngroup both 2 health all-of\nquorum both\n`,
    );
    expect(policy.logs.map(({ verifier, url }) => ({ verifier: formatVerifier(verifier), url }))).toEqual([
      { verifier: formatVerifier(log), url: 'https://log.example' },
    ]);
    expect(policy.witnesses.map(({ name, url }) => [name, url])).toEqual([
      ['a', undefined],
      ['b', 'https://b.example/w'],
      ['c', undefined],
      ['d', undefined],
    ]);
    for (const [names, enough] of [
      ['', false],
      ['a b', false],
      ['c d', false],
      ['a c', false],
      ['a c d', true],
      ['b c d', true],
      // A group that is not of the quorum, or a name of nothing.
      ['health all-of', false],
      ['both', false],
    ] as const)
      expect([names, isQuorum(policy, new Set(names.split(' ')))]).toEqual([names, enough]);
  });

  it('may ask for one witness, and for none', () => {
    expect(isQuorum(parse(`${HEAD}quorum a\n`), new Set(['b']))).toBe(false);
    expect(isQuorum(parse(`${HEAD}quorum a\n`), new Set(['a']))).toBe(true);
    const none = parse(`${HEAD}quorum none\n`);
    expect([none.quorum, isQuorum(none, new Set())]).toEqual([null, true]);
  });

  const other = formatVerifier(makeVerifier(sha256, 'other.example', log.key));
  const dressed = makeKey('x.example');
  const two = { ...dressed.cosigner, name: 'y.example' };
  test.each([
    ['no quorum', HEAD, ['QUORUM', 3]],
    ['two quorums', `${HEAD}quorum a\nquorum b\n`, ['QUORUM', 5]],
    ['a quorum of nothing', `${HEAD}quorum c\n`, ['UNKNOWN_NAME', 4]],
    ['a quorum before its definition', `quorum a\n${HEAD}`, ['UNKNOWN_NAME', 1]],
    ['a group before its members', `group g any a\n${HEAD}quorum a\n`, ['UNKNOWN_NAME', 1]],
    ['a group of itself', `${HEAD}group g any a g\nquorum g\n`, ['UNKNOWN_NAME', 4]],
    ['a group of nothing', `${HEAD}group g any\nquorum a\n`, ['FORM', 4]],
    ['more than all', `${HEAD}group g 3 a b\nquorum g\n`, ['THRESHOLD', 4]],
    ['fewer than one', `${HEAD}group g 0 a b\nquorum g\n`, ['THRESHOLD', 4]],
    ['one in other figures', `${HEAD}group g 01 a b\nquorum g\n`, ['THRESHOLD', 4]],
    ['a member twice', `${HEAD}group g 2 a a\nquorum g\n`, ['TWICE', 4]],
    ['a member of two groups', `${HEAD}group g any a\ngroup h any a b\nquorum h\n`, ['TWICE', 5]],
    ['a name twice', `${HEAD}witness a ${C}\nquorum a\n`, ['TWICE', 4]],
    ['a group named as a witness', `${HEAD}group a any b\nquorum a\n`, ['TWICE', 4]],
    ['a witness named none', `${HEAD}witness none ${C}\nquorum a\n`, ['TWICE', 4]],
    ['a key twice', `${HEAD}witness c ${A}\nquorum a\n`, ['TWICE', 4]],
    ['a log twice, under another name', `${HEAD}log ${other}\nquorum a\n`, ['TWICE', 4]],
    ['a key with the id of another name', `${HEAD}witness c ${formatCosigner(two)}\nquorum a\n`, ['KEY', 4]],
    ['a log’s key as a witness', `${HEAD}witness c ${formatVerifier(log)}\nquorum a\n`, ['KEY', 4]],
    ['a witness’s key as a log', `log ${C}\nquorum none\n`, ['KEY', 1]],
    ['words after the end', `${HEAD}witness c ${C} https://c.example more\nquorum a\n`, ['FORM', 4]],
    ['an unknown word', `${HEAD}require a\nquorum a\n`, ['KEYWORD', 4]],
    ['lines of Windows', HEAD.replaceAll('\n', '\r\n'), ['FORM', 1]],
    ['a line without an end', `${HEAD}quorum a`, ['FORM', 4]],
  ])('with %s is refused', (_what, text, fault) => {
    expect(faultOf(text)).toEqual(fault);
  });

  it('whose log is its own witness is refused', () => {
    const pair = makeKey('log.example');
    const own = formatVerifier(makeVerifier(sha256, 'log.example', pair.cosigner.key));
    expect(faultOf(`log ${own}\nwitness w ${formatCosigner(pair.cosigner)}\nquorum w\n`)).toEqual([
      'TWICE',
      2,
    ]);
  });
});

it('is met since the newest time at which enough have cosigned', () => {
  const policy = parse(`${HEAD}witness c ${C}\ngroup g 2 a b c\nquorum g\n`);
  const said = (times: Record<string, number>) =>
    witnessedBy(policy, {
      cosigned: policy.witnesses.flatMap(({ name, cosigner }) => {
        const time = times[name];
        return time === undefined ? [] : [{ cosigner, time }];
      }),
    });
  expect(said({ a: 10, b: 30, c: 20 })).toEqual({
    by: [
      { name: 'b', time: 30 },
      { name: 'c', time: 20 },
      { name: 'a', time: 10 },
    ],
    without: [],
    enough: true,
    since: 20,
  });
  expect(said({ b: 30 })).toMatchObject({ without: ['a', 'c'], enough: false, since: null });
});
