/** What the gateway knows of the sources of the office. */
import { sourceRoutes } from '../../../shared/contract/routes/sources.ts';
import type { Command } from '../command.ts';
import { derive } from '../derive/derive.ts';

const RUN = ['failure', 'rows.read', 'rows.added', 'rows.changed', 'rows.gone', 'faults'];

/** `fieldgate sources` */
export function registerSources(program: Command): void {
  derive(program.command('sources'), sourceRoutes.listSources, {
    columns: ['agency', 'source', 'silent', 'last.at', ...RUN.map((name) => `last.${name}`), 'good'],
  });
}
