/** The order of test files: the longest first, because a long one at the end leaves the other core idle. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A clean clone has no durations of an earlier run, so these are named: ten seconds and more, longest first. */
const LONGEST = [
  'gateway/silence/silence',
  'gateway/packs/uk-silence',
  'gateway/acts/acts',
  'local/start',
  'maintenance/undo-races',
  'infra/matrix',
  'maintenance/erase-races',
  'gateway/writers/interleavings',
  'http/any-request',
  'casework/faults',
  'maintenance/kill',
  'local/kill',
  'policy/table',
  'infra/bundles-run',
  'gateway/purposes/every-purpose',
  'sequencer/real-stores',
  'steward/versions',
  'sequencer/crash',
].map((name) => `test/${name}.test.ts`);

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = (file: TestSpecification) => {
      const at = LONGEST.indexOf(relative(process.cwd(), file.moduleId));
      return at < 0 ? LONGEST.length : at;
    };
    const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    return sorted.sort((a, b) => group(a) - group(b) || rank(a) - rank(b));
  }
}
