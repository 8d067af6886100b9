/** A commit that was built again, against the releases that a key signed of it, and against what the log says. */
import type { Build, Runs } from '../../../shared/tree/builds.ts';

/** `unsigned`: no release of the commit is signed. `unchecked`: this machine can't make what was signed. */
export type Verdict = 'equal' | 'different' | 'unsigned' | 'unchecked';
export type State = Exclude<Verdict, 'unsigned'>;
type Deployed = Runs & { time: string };

export interface Compared {
  verdict: Verdict;
  release?: string;
  /** What made the signed packages, and what made them again. */
  builder?: string;
  here?: string;
  /** Of its package; of the archive around it, which a signature of AWS changes; and its deployments in the log. */
  functions: { name: string; code: State; archive: State | null; runs: Deployed[] }[];
}

/** @param signed releases of the commit, the newest last. @param runs `null` if no log was asked */
export function compare(
  signed: readonly Build[],
  made: Pick<Build, 'builder' | 'functions'> | null,
  runs: readonly Deployed[] | null,
): Compared {
  // A commit may have been released from several machines: one of them is like this one.
  const build = signed.findLast((one) => one.builder === made?.builder) ?? signed.at(-1);
  if (!build || !made) return { verdict: 'unsigned', functions: [] };
  const functions = functionsOf(build, made, runs);
  const has = (state: State) =>
    functions.some(({ code, archive }) => code === state || (code === 'equal' && archive === state));
  const verdict = has('different') ? 'different' : has('unchecked') ? 'unchecked' : 'equal';
  const { release, builder } = build;
  return { verdict, release, builder, here: made.builder, functions };
}

function functionsOf(
  build: Build,
  made: Pick<Build, 'builder' | 'functions'>,
  runs: readonly Deployed[] | null,
): Compared['functions'] {
  const here = new Map(made.functions.map((one) => [one.name, one]));
  const signed = new Map(build.functions.map((one) => [one.name, one]));
  return [...new Set([...signed.keys(), ...here.keys()])].sort().map((name) => {
    const [its, mine] = [signed.get(name), here.get(name)];
    const isLike = its?.code === mine?.code;
    // Another machine's code cache differs; a function that only one of them has differs on any machine.
    const code = isLike ? 'equal' : its && mine && build.builder !== made.builder ? 'unchecked' : 'different';
    const archive = !isLike || !its ? null : its.archive === mine?.archive ? 'equal' : 'unchecked';
    const own = (runs ?? []).filter((one) => one.name === name && one.archive === its?.archive);
    return { name, code, archive, runs: own };
  });
}
