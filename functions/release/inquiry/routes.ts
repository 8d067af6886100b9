import type { Context } from 'hono';
import type { InquiryRequest } from '../../../shared/contract/routes/asks.ts';
import { inquiryRoutes } from '../../../shared/contract/routes/inquiries.ts';
import type { EntryId } from '../../../shared/ids.ts';
import { codeText } from '../../../shared/language.ts';
import { type Language, PAGE_HEADERS } from '../../../shared/pages/html.ts';
import { inquiryPage, refusalPage } from '../../../shared/pages/inquiry.ts';
import type { App } from '../../http/app.ts';
import { untilStep } from '../../http/deadline.ts';
import { accepts } from '../../http/headers.ts';
import { languageHeaders, pageLanguage } from '../../http/language.ts';
import { currentPack, preparePack } from '../../session/policy.ts';
import { serveCalls } from '../../session/serve.ts';
import type { Session, SessionVariables } from '../../session/session.ts';
import { prepareFreezes } from '../../steps/freezes.ts';
import type { ReleaseDeps } from '../deps.ts';
import { checkSealable, sendAnswer } from '../seal-answer.ts';
import { secondClerk } from '../seconds.ts';
import { isNumbered } from './held.ts';
import { type Inquiry, inquire } from './inquire.ts';

export function mountInquiries(app: App<SessionVariables>, deps: ReleaseDeps): void {
  const asks = { before: [preparePack(deps), prepareFreezes(deps)], deferReplay: true };
  serveCalls(
    app,
    deps,
    inquiryRoutes,
    {
      async makeInquiry(session, { c, query: { lang, cursor }, body: request }) {
        const started = performance.now();
        checkSealable(c, session, request.sealTo);
        const inquiry = await inquire(deps, session, request, cursor);
        const response = await respond(deps, c, inquiry, { lang, sealTo: request.sealTo, session });
        if (inquiry.steps > 1 || 'refused' in inquiry.answer) await untilStep(started, inquiry.steps);
        return response;
      },
      secondInquiry: (session, { body }) => secondClerk(deps, session, body),
    },
    (name) => (name === 'makeInquiry' ? asks : {}),
  );
}

/** JSON or a page, as the caller accepts; sealed to the inquirer's key if there is one, or to the desk if the answer holds a restricted class. */
async function respond(
  deps: ReleaseDeps,
  c: Context,
  inquiry: Inquiry,
  {
    lang,
    sealTo,
    session,
  }: { lang: Language | undefined; sealTo: InquiryRequest['sealTo']; session: Session },
): Promise<Response> {
  const { answer, restricted } = inquiry;
  // For a desk that can't read the answer: it is a page, or sealed to the inquirer.
  if ('cursor' in answer) {
    const next = new URLSearchParams({ ...(lang && { lang }), cursor: answer.cursor ?? '' });
    c.header('link', `<${deps.env.publicUrl}/v1/inquiries?${next}>; rel="next"`);
  }
  const printed = accepts(c, 'text/html');
  const language = await pageLanguage(c, lang);
  const entry = answer.receipt.entry as EntryId;
  if (!printed)
    return sendAnswer(deps, c, session, { text: JSON.stringify(answer), restricted, sealTo, entry });
  const text = await pageOf(deps, inquiry, language, session);
  return sendAnswer(deps, c, session, {
    text,
    type: 'text/html',
    headers: { ...PAGE_HEADERS, ...languageHeaders([language]) },
    restricted,
    sealTo,
    entry,
  });
}

async function pageOf(
  deps: ReleaseDeps,
  inquiry: Inquiry,
  lang: Language,
  { agency }: Session,
): Promise<string> {
  const { calendar: zone, words, programmes, casework, fields, masks } = await currentPack(deps);
  if (!('said' in inquiry)) return refusalPage(inquiry.answer, { lang, zone }, casework?.pages.refused);
  const numbered = new Set(
    [...fields.values()].filter((field) => isNumbered({ masks }, field)).map(({ name }) => name),
  );
  const desk = { office: agency.name, ...inquiry.said };
  const { unavailable = [], labels } = inquiry.answer;
  const leftOut = unavailable.map((name) => [name, { label: fields.get(name)?.label ?? codeText(name) }]);
  return inquiryPage(
    { ...inquiry.answer, labels: { ...Object.fromEntries(leftOut), ...labels } },
    { lang, zone },
    { members: {}, values: {}, ...words, programmes, numbered },
    { rights: casework?.pages.rights, desk },
  );
}
