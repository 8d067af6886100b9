/** `fieldgate pack prove`: the sentences of law, and whether each holds in every case. */
import type { Pack, Proved } from '../../../shared/policy/pack/pack.ts';
import { prove, proved } from '../../../shared/policy/prove/prove.ts';
import { type GlobalOptions, print } from '../common.ts';
import { label } from '../messages/labels.ts';
import { spoken, texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';

const { policy } = await texts('policy');
const { prove: t } = policy;

/** Exits as refused if one does not hold. */
export function proveCommand(pack: Pack, options: GlobalOptions & { sentence?: string }): void {
  const { sentence } = options;
  const proofs = prove(pack, sentence);
  if (sentence !== undefined && proofs.length === 0) throw new UsageError(t.noSentence(sentence));
  print(options, { version: pack.version, hash: pack.hash, sentences: proofs }, () => {
    const rows = proofs.map(({ say, rules, cells, cases, holds, against }) => {
      const wrong = against ? t.against(against.purpose, against.role, against.what) : t.nothing;
      return [spoken(say), rules.join(' '), `${cells}`, `${cases}`, holds ? t.holds : `${t.fails}: ${wrong}`];
    });
    const head = [t.head.sentence, label('rule'), t.head.cells, t.head.cases, ''];
    const broken = proofs.find(({ holds, against }) => !holds && against?.request);
    return `${table(head, rows, { wraps: 0 })}${broken ? `${t.request(broken.sentence)}\n` : ''}`;
  });
  if (proofs.some(({ holds }) => !holds)) process.exitCode = EXIT.refused;
}

/** @throws UsageError for a pack that breaks a sentence of its own */
export function requireProven(pack: Pack): Proved {
  const proof = proved(pack);
  const broken = Object.keys(proof.sentences).filter((name) => !proof.sentences[name]?.holds);
  if (broken.length > 0) throw new UsageError(t.broken(broken.join(', ')));
  return proof;
}
