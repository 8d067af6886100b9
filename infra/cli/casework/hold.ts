import { recusalRoutes } from '../../../shared/contract/routes/freezes.ts';
import { holdRoutes } from '../../../shared/contract/routes/holds.ts';
import type { Command } from '../command.ts';
import { derive } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { timeOf } from '../terminal/times.ts';

const { hold: t } = await texts('casework');

/** `fieldgate hold`, `fieldgate hold-confirm`, `fieldgate unhold` and `fieldgate recuse` */
export function registerHold(program: Command): void {
  const hold = program.command('hold');
  derive(hold, holdRoutes.setHold, {
    late: true,
    pending: ({ id, expiresAt, receipt }) =>
      t.requested(String(id), (receipt as { entry: string }).entry, timeOf(String(expiresAt))),
  });
  derive(hold.command('list'), holdRoutes.listHolds, {
    columns: ['id', 'state', 'instrument', 'fields', 'at', 'by'],
  }).takes();
  derive(program.command('hold-confirm'), holdRoutes.confirmHold);
  derive(program.command('unhold'), holdRoutes.liftHold);
  derive(program.command('recuse'), recusalRoutes.fileRecusal, {
    args: { of: 'of' },
    says: ({ receipt }) => t.recused((receipt as { entry: string }).entry),
  });
}
