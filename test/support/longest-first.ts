/** The order of test files: the longest first, because a long one at the end leaves the other core idle. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A clean clone has no durations of an earlier run, so these are named: ten seconds and more, longest first. */
const LONGEST = [
  'gateway/acts/acts',
  'maintenance/kill',
  'cli/log-verify',
  'maintenance/erase-races',
  'gateway/calls/calls',
  'gateway/writers/interleavings',
  'maintenance/undo-races',
  'steward/versions',
  'cli/desk',
  'infra/matrix',
  'gateway/inquiry/parts',
  'cli/intake-list',
  'gateway/law/law',
  'cli/log-verify-resumes',
  'verify/guess',
  'local/start',
  'policy/table',
  'policy/forbidden-packs',
  'sequencer/lost-index',
  'infra/job-lanes',
  'infra/bundles-run',
  'sequencer/threads',
  'gameday/gameday',
  'casework/faults',
  'gateway/objections/objections',
  'http/any-request',
  'sequencer/real-stores',
  'local/kill',
  'gateway/purposes/every-purpose',
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
