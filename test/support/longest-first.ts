/** The order of test files: the longest first, because a long one at the end leaves the other core idle. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A clean clone has no durations of an earlier run, so these are named: eight seconds of processor time and more, longest first. */
const LONGEST = [
  'gateway/acts/acts',
  'gateway/inquiry/parts',
  'faults/sequencer/lost-index',
  'policy/publish-command',
  'faults/sequencer/threads',
  'infra/job-lanes',
  'policy/prove/prove',
  'faults/casework/every-call',
  'gateway/people/raced',
  'faults/local/kill',
  'gateway/calls/calls',
  'steward/versions',
  'faults/sequencer/real-stores',
  'faults/writers/interleavings',
  'policy/table',
  'gateway/law/law',
  'faults/maintenance/erase-races',
  'faults/maintenance/undo-races',
  'local/start',
  'faults/maintenance/kill',
  'infra/rule-packs',
  'faults/sequencer/crash',
  'gateway/objections/objections',
  'infra/pipeline-stacks',
  'infra/bundles-run',
  'watch/unread',
  'verify/guess',
  'cli/desk',
  'gameday/gameday',
  // Suites of their own.
  'e2e/console/access',
  'e2e/console/states',
  'e2e/console/pictures',
  'e2e/console/narrow',
  'e2e/console/hostile',
  'e2e/console/older',
  'e2e/console/roles',
  'e2e/console/review',
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
