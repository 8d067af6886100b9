import { Option } from 'commander';
import type { Language } from '../../../shared/client/wire/types.ts';
import { objectionRoutes } from '../../../shared/contract/routes/objections.ts';
import type { Command } from '../command.ts';
import { derive, show } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { put } from './incident.ts';

const { objection: t } = await texts('desk');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

const codes = { by: 'giver', right: 'right', fault: 'fault' } as const;

/** `fieldgate objection …` */
export function registerObjection(program: Command): void {
  const objection = program.command('objection').description(about.objection);
  derive(objection.command('file'), objectionRoutes.fileObjection, {
    ...{ what: t.file.what, codes },
    flags: { by: '--by <who>', right: '--right <right>', fault: '--fault <word>', field: '--field <name>' },
  });
  derive(objection.command('list'), objectionRoutes.listObjections, {
    flags: { state: ['--closed', 'closed', 'open'] },
    columns: ['id', 'state', 'right', 'field', 'by', 'department', 'due'],
    codes,
  });
  const one = objectionRoutes.readObjection;
  objection
    .command('show')
    .description(t.show.what)
    .argument('<id>', t.fromFile)
    .addOption(new Option('--html <language>', t.show.html))
    .option('--out <file>', w.pageFile)
    .calls<{ html?: Language; out?: string }>(async ({ gate, options }, id) => {
      if (options.html !== undefined)
        return put(
          options.out,
          await gate.text('GET /v1/objections/:id', { id, query: { lang: options.html } }, 'text/html'),
        );
      if (options.out !== undefined) throw new UsageError(w.outOfPage);
      return show({ gate, options }, one, await gate.call('GET /v1/objections/:id', { id }), {
        codes,
        after: ({ state, entry }) => (state === 'open' ? w.answers(String(entry)) : ''),
      });
    });
  derive(objection.command('resolve'), objectionRoutes.resolveObjection, {
    ...{ what: t.resolve.what, codes },
    flags: { outcome: '--outcome <word>' },
  });
}
