import { objectionRoutes } from '../../../shared/contract/routes/objections.ts';
import type { Command } from '../command.ts';
import { derive } from '../derive/derive.ts';
import { texts, words as w } from '../messages/language.ts';

const { objection: t } = await texts('desk');

const codes = { by: 'giver', right: 'right', fault: 'fault' } as const;

/** `fieldgate objection …` */
export function registerObjection(program: Command): void {
  const objection = program.command('objection');
  derive(objection.command('file'), objectionRoutes.fileObjection, {
    ...{ what: t.file.what, codes },
    flags: { by: '--by <who>', right: '--right <right>', fault: '--fault <word>', field: '--field <name>' },
  });
  derive(objection.command('list'), objectionRoutes.listObjections, {
    flags: { state: ['--closed', 'closed', 'open'] },
    columns: ['id', 'state', 'right', 'field', 'by', 'department', 'due'],
    codes,
  });
  const { what, html: page } = t.show;
  derive(objection.command('show'), objectionRoutes.readObjection, {
    ...{ what, page, codes },
    after: ({ state, entry }) => (state === 'open' ? w.answers(String(entry)) : ''),
  });
  derive(objection.command('resolve'), objectionRoutes.resolveObjection, {
    codes,
    flags: { outcome: '--outcome <word>' },
  });
}
