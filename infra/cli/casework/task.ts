import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Answer } from '../../../shared/contract/api.ts';
import type { Task } from '../../../shared/contract/casework.ts';
import { taskRoutes } from '../../../shared/contract/routes/casework.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { all, type GlobalOptions, open, print, withOfficer, withReceipt } from '../common.ts';
import { derive, helpOf, inWords } from '../derive/derive.ts';
import { membersFrom, withMembers } from '../derive/options.ts';
import { requireOne } from '../log/known.ts';
import { texts, words as w } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { outcomeWord } from '../terminal/words.ts';
import { requestInWords } from './request.ts';

const { task: t } = await texts('casework');

/** `fieldgate task …`: the agency's tasks. */
export function registerTask(program: Command): void {
  const task = program.command('task');
  derive(task.command('list'), taskRoutes.listTasks, {
    flags: { state: ['--done', 'done', 'open'], kind: '--kind <kind>' },
    columns: ['id', 'state', 'due', 'department', 'label', 'details.case', 'assignee', 'ref', 'about'],
    none: t.none,
    after: ({ tasks }) => t.count((tasks as Json[]).length),
    async goesOn({ gate, options }, answer) {
      const tasks = answer['tasks'] as unknown as Task[];
      if (tasks.length === 0) await requireKind(gate, (options as DoneOptions).kind);
      return { tasks: (options.json ? tasks : byCase(tasks)) as unknown as Json };
    },
  });
  task
    .command('show')
    .description(t.show)
    .argument('<id>', t.fromList)
    .calls(async ({ gate, options }, id) => {
      const those = (one: Task) => one.id === id;
      const found = (await allOf(gate, 'open')).find(those) ?? (await allOf(gate, 'done')).find(those);
      if (!found) throw new UsageError(t.show404);
      const request =
        options.json || !isOfRequest(found)
          ? null
          : await gate.call('GET /v1/requests/:id', { id: found.about });
      print(options, found, () => oneInWords(found) + (request ? `\n${requestInWords(request)}` : ''));
    });
  derive(task.command('take'), taskRoutes.takeTask);
  derive(task.command('give-back'), taskRoutes.giveBackTask);
  derive(task.command('letter').option('--officer <name>', w.actingOfficer), taskRoutes.readLetter, {
    page: t.letterPage,
  });
  const done = withOfficer(task.command('done').description(t.done.what))
    .argument('[id]', t.done.id)
    .option('--kind <kind>', t.done.kind)
    .option('--purpose <code>', t.done.purpose)
    .runs<DoneOptions>((options, id: string | undefined) => complete(id, options));
  withMembers(done, DONE.body, {
    ...READING,
    ...{ help: helpOf(DONE.line, 'body'), late: false },
  });
}

/** `fieldgate purpose-met`: ends what was received under a purpose. */
export function registerPurposeMet(program: Command): void {
  const met = taskRoutes.declarePurposeMet;
  derive(program.command('purpose-met'), met, { args: { code: 'purpose' } });
}

const DONE = taskRoutes.completeTask;
const READING = { flags: { outcome: '--outcome <word>', delivery: '--delivery <kind>' }, defaults: [] };

interface DoneOptions {
  kind?: string;
  case?: string;
  purpose?: string;
}

async function complete(id: string | undefined, options: GlobalOptions & DoneOptions): Promise<void> {
  const { kind, case: of, purpose } = options;
  const several = kind !== undefined && (of ?? purpose) !== undefined;
  if ((id === undefined) !== several) throw new UsageError(t.nameOne);
  const { gate } = await open(options);
  const ids = id === undefined ? await idsOf(gate, options) : [id];
  const done: Answer<'POST /v1/tasks/:id/complete'>[] = [];
  const body = membersFrom(options, DONE.body, READING);
  for (const one of ids) done.push(await gate.call('POST /v1/tasks/:id/complete', { id: one, body }));
  const data = done.map((answer) => ('task' in answer ? withReceipt(answer.task, answer) : answer));
  print(options, id === undefined ? data : (data[0] as Task), () =>
    done.length === 0
      ? t.noneOpen
      : done
          .map((answer) =>
            'task' in answer
              ? t.closed(
                  answer.task.id,
                  answer.task.kind,
                  outcomeWord('task', answer.task.done?.outcome ?? ''),
                  timeOf(answer.task.done?.at ?? ''),
                )
              : t.asked(answer.receipt.entry, timeOf(answer.expiresAt)),
          )
          .join(''),
  );
}

function allOf(gate: Fieldgate, state: 'open' | 'done'): Promise<Task[]> {
  return all(gate.items('GET /v1/tasks', 'tasks', { query: { state } }));
}

/** @throws UsageError with the nearest, for a kind of which the office has never had a task */
async function requireKind(gate: Fieldgate, kind: string | undefined): Promise<void> {
  const tasks = [...(await allOf(gate, 'open')), ...(await allOf(gate, 'done'))];
  requireOne('--kind', kind, [...new Set(tasks.map((task) => task.kind))]);
}

/** Those of a case, or of releases under a purpose that named none. @throws UsageError as `requireKind` */
async function idsOf(gate: Fieldgate, { kind, case: of, purpose }: DoneOptions): Promise<string[]> {
  const tasks = await allOf(gate, 'open');
  const those = tasks.filter(
    (task) =>
      task.kind === kind &&
      task.details['case'] === of &&
      (purpose === undefined || task.details['purpose'] === purpose),
  );
  if (those.length === 0) await requireKind(gate, kind);
  return those.map(({ id }) => id);
}

const oneInWords = (task: Task): string =>
  inWords(taskRoutes.listTasks, task, 'tasks') +
  (task.state === 'done' ? '' : pairs([[t.closedBy, closingOf(task)]]));

/** Its `about` is a request, by the kinds of the policy. */
const isOfRequest = ({ kind }: Task) => kind.startsWith('approve') || kind === 'collect';

/** The command that closes it. */
function closingOf({
  id,
  kind,
  about: subject,
  byHand,
  outcomes = [],
  proof,
  deliveries = [],
  letters = [],
  details,
}: Task) {
  if (kind.startsWith('approve')) return `fieldgate request approve|refuse ${subject} --entry <entry>`;
  if (!byHand && typeof details['objection'] === 'string')
    return `fieldgate objection resolve ${details['objection']} --entry <entry>`;
  if (!byHand && outcomes.length === 0) return t.byAct;
  const one = (option: string, words: readonly string[]) =>
    words.length === 0 ? '' : ` ${option} ${words.join('|')}`;
  const paper = proof ? ' --evidence <file>' : '';
  const day = deliveries.length > 0 ? ' --day <date>' : '';
  const letter = letters.length > 0 ? ` --letter <${t.digestOf}>` : '';
  return `fieldgate task done ${id}${one('--outcome', outcomes)}${paper}${one('--delivery', deliveries)}${day}${letter}`;
}

const caseOf = ({ details }: Task) => String(details['case'] ?? '');

/** What one case asks for stands together, soonest due first. */
function byCase(tasks: readonly Task[]): Task[] {
  const cases = [...new Set(tasks.map(caseOf))];
  return tasks.toSorted((a, b) => cases.indexOf(caseOf(a)) - cases.indexOf(caseOf(b)));
}
