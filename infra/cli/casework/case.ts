import { caseRoutes } from '../../../shared/contract/routes/cases.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { derive } from '../derive/derive.ts';
import { requireNames } from '../log/known.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';

const { cases: t } = await texts('casework');

/** A case that its supervisor or an office has to confirm is not open yet. */
const exit = ({ state }: { state?: unknown }) => (state === 'waiting' ? EXIT.waiting : undefined);

/** What a second person confirms is what they have read here. */
function after({ id, state, opened }: Record<string, Json>): string {
  const { entry } = (opened ?? {}) as { entry?: string };
  return state === 'waiting' ? t.confirm(String(id), String(entry)) : '';
}

/** `fieldgate case …`: the register of cases. */
export function registerCase(program: Command): void {
  const group = program.command('case');
  const flags = { officers: '--assign <officer>' };
  derive(group.command('open'), caseRoutes.openCase, {
    ...{ flags, exit, after },
    defaults: ['officers'],
    completes(ask, { officer }) {
      ask['officers'] ??= officer === undefined ? [] : [officer];
      if ((ask['officers'] as string[]).length === 0) throw new UsageError(t.open.noOfficer);
    },
  });
  derive(group.command('list'), caseRoutes.listCases, {
    columns: ['case', 'purpose', 'state', 'waitsFor', 'officers', 'subjects', 'until', 'id'],
    actions: ({ agency }) => [agency === undefined ? 'casework' : 'audit'],
    before: (gate, { agency }) => requireNames(gate, { agency: agency as string | undefined }),
  });
  derive(group.command('show'), caseRoutes.readCase, { after });
  derive(group.command('assign'), caseRoutes.assignCase, { flags, exit });
  derive(group.command('confirm'), caseRoutes.confirmCase, { exit });
  derive(group.command('close'), caseRoutes.closeCase, { exit });
}
