import type { Context, Hono } from 'hono';
import { InquiryQuery, InquiryRequest } from '../../../shared/contract/routes/asks.ts';
import { SecondClerk } from '../../../shared/contract/routes/inquiries.ts';
import { type Language, PAGE_HEADERS } from '../../../shared/pages/html.ts';
import { inquiryPage, refusalPage } from '../../../shared/pages/inquiry.ts';
import { readBody, readQuery } from '../../http/body.ts';
import { untilStep } from '../../http/deadline.ts';
import { accepts } from '../../http/headers.ts';
import { languageHeaders, pageLanguage } from '../../http/language.ts';
import { authenticate } from '../../session/authenticate.ts';
import { currentPack, preparePack } from '../../session/policy.ts';
import type { Session, SessionVariables } from '../../session/session.ts';
import { prepareFreezes } from '../../steps/freezes.ts';
import type { ReleaseDeps } from '../deps.ts';
import { checkSealable, sendAnswer } from '../seal-answer.ts';
import { isNumbered } from './held.ts';
import { type Inquiry, inquire } from './inquire.ts';
import { secondInquiry } from './second.ts';

export function mountInquiries(app: Hono<{ Variables: SessionVariables }>, deps: ReleaseDeps): void {
  const caller = authenticate(deps, 'inquiry.make', { deferReplay: true });
  app.post('/v1/inquiries', preparePack(deps), prepareFreezes(deps), caller, async (c) => {
    const started = performance.now();
    const { lang, cursor } = readQuery(c, InquiryQuery);
    const request = await readBody(c, InquiryRequest);
    if (request.sealTo === undefined) checkSealable(c, c.get('session'));
    const inquiry = await inquire(deps, c.get('session'), request, cursor);
    const response = await respond(deps, c, inquiry, { lang, sealTo: request.sealTo });
    if (inquiry.steps > 1 || 'refused' in inquiry.answer) await untilStep(started, inquiry.steps);
    return response;
  });

  app.post('/v1/inquiries/seconds', authenticate(deps, 'inquiry.second'), async (c) =>
    c.json(await secondInquiry(deps, c.get('session'), await readBody(c, SecondClerk))),
  );
}

/** JSON or a page, as the caller accepts; sealed to the inquirer's key if there is one, or to the desk if the answer holds a restricted class. */
async function respond(
  deps: ReleaseDeps,
  c: Context,
  inquiry: Inquiry,
  { lang, sealTo }: { lang: Language | undefined; sealTo: InquiryRequest['sealTo'] },
): Promise<Response> {
  const { answer, restricted } = inquiry;
  // For a desk that can't read the answer: it is a page, or sealed to the inquirer.
  if ('cursor' in answer) {
    const next = new URLSearchParams({ ...(lang && { lang }), cursor: answer.cursor ?? '' });
    c.header('link', `<${deps.env.publicUrl}/v1/inquiries?${next}>; rel="next"`);
  }
  const printed = accepts(c, 'text/html');
  const language = await pageLanguage(c, lang);
  const session = c.get('session');
  if (!printed) return sendAnswer(deps, c, session, { text: JSON.stringify(answer), restricted, sealTo });
  const text = await pageOf(deps, inquiry, language, session);
  return sendAnswer(deps, c, session, {
    text,
    type: 'text/html',
    headers: { ...PAGE_HEADERS, ...languageHeaders([language]) },
    restricted,
    sealTo,
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
  return inquiryPage(
    inquiry.answer,
    { lang, zone },
    { members: {}, values: {}, ...words, programmes, numbered },
    { rights: casework?.pages.rights, desk },
  );
}
