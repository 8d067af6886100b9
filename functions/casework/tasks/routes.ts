import { taskRoutes } from '../../../shared/contract/routes/casework.ts';
import { inLanguage } from '../../../shared/language.ts';
import { PAGE_HEADERS } from '../../../shared/pages/html.ts';
import { letterPage } from '../../../shared/pages/letter.ts';
import type { App } from '../../http/app.ts';
import { accepts } from '../../http/headers.ts';
import { languageHeaders, pageLanguage } from '../../http/language.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { Act } from '../act.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { closeReport } from './close-report.ts';
import { completeReview } from './complete-review.ts';
import { letterFor } from './letters.ts';
import { countKnown, findKnown, listKnown } from './list.ts';
import { purposeMet } from './purpose-met.ts';
import { reviewStop } from './review-stop.ts';
import { withStatedWords } from './stated-words.ts';
import { giveBackTask, takeTask } from './taking.ts';
import { completeTask, viewer } from './tasks.ts';
import { weighReason } from './weigh-reason.ts';

const PAGE = 100;

export function mountTasks(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, taskRoutes, {
    async listTasks({ pack, session }, { query: { cursor, limit = PAGE, ...wanted } }) {
      const query = { ...wanted, after: readCursor(cursor), limit };
      const [{ tasks, next }, view] = await Promise.all([
        listKnown(deps, pack, session, query),
        viewer(deps, pack, session),
      ]);
      return { tasks: await withStatedWords(deps, pack, tasks.map(view)), cursor: writeCursor(next) };
    },
    countTasks: ({ pack, session }) => countKnown(deps, pack, session),
    takeTask: async (act, { id, body }) =>
      shown(act, await takeTask(act, await findKnown(act, id), body.for)),
    giveBackTask: async (act, { id }) => shown(act, await giveBackTask(act, await findKnown(act, id))),
    async readLetter(act, { id, query: { letter: name, lang }, c }) {
      const language = await pageLanguage(c, lang);
      const letter = await letterFor(act, await findKnown(act, id), name, language);
      if (!accepts(c, 'text/html')) return { letter };
      const office = inLanguage(act.session.agency.name, [letter.lang]);
      const headers = { ...PAGE_HEADERS, ...languageHeaders([letter.lang]) };
      return c.body(letterPage(letter, office), 200, headers);
    },
    async declarePurposeMet(act, { code }) {
      const { task, receipt } = await purposeMet(act, code);
      return { ...(await shown(act, task)), receipt };
    },
    async completeTask(act, { id, body: { outcome = 'done', evidence, delivery, day, letter, entry } }) {
      const found = await findKnown(act, id);
      const answer =
        (await completeReview(act, found, outcome)) ??
        (await weighReason(act, found, outcome)) ??
        (await reviewStop(act, found, outcome)) ??
        (await closeReport(act, found, outcome, entry)) ??
        (await completeTask(act, found, outcome, { evidence, delivery, day, letter }));
      if ('state' in answer) return answer;
      const { task, receipt } = answer;
      const { task: view } = await shown(act, task);
      const [stated = view] = await withStatedWords(deps, act.pack, [view]);
      return { task: stated, receipt };
    },
  });
}

async function shown({ deps, pack, session }: Act, task: Parameters<Awaited<ReturnType<typeof viewer>>>[0]) {
  return { task: (await viewer(deps, pack, session))(task) };
}
