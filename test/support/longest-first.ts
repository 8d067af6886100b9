/** The order of test files: the longest first, because a long one at the end leaves the other core idle. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A clean clone has no durations of an earlier run, so these are named: eight seconds of processor time and more, longest first. */
const LONGEST = [
  'gateway/acts/acts',
  'gateway/inquiry/parts',
  'sequencer/lost-index',
  'casework/faults',
  'sequencer/threads',
  'local/kill',
  'gateway/calls/calls',
  'steward/versions',
  'sequencer/real-stores',
  'gateway/writers/interleavings',
  'policy/table',
  'gateway/law/law',
  'maintenance/erase-races',
  'maintenance/undo-races',
  'local/start',
  'maintenance/kill',
  'infra/rule-packs',
  'sequencer/crash',
  'gateway/objections/objections',
  'infra/pipeline-stacks',
  'infra/job-lanes',
  'infra/bundles-run',
  'watch/unread',
  'verify/guess',
  'cli/desk',
  'gameday/gameday',
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
