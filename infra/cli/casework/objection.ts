import { objectionRoutes } from '../../../shared/contract/routes/objections.ts';
import type { Command } from '../command.ts';
import { derive } from '../derive/derive.ts';
import { texts, words as w } from '../messages/language.ts';
import { registerShow } from './incident.ts';

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
  const words = { ...t.show, id: t.fromFile };
  registerShow(objection, 'GET /v1/objections/:id', objectionRoutes.readObjection, words, {
    codes,
    after: ({ state, entry }) => (state === 'open' ? w.answers(String(entry)) : ''),
  });
  derive(objection.command('resolve'), objectionRoutes.resolveObjection, {
    codes,
    flags: { outcome: '--outcome <word>' },
  });
}
