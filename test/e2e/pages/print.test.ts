/** The printed pages in both languages: nothing is cut, no column is too narrow, and each sheet has its number. */
import { describe, expect, it } from 'vitest';
import { speak } from '../../../shared/messages/texts.ts';
import { incidentPage } from '../../../shared/pages/incident.ts';
import { type DeskToPrint, type InquiryToPrint, inquiryPage } from '../../../shared/pages/inquiry.ts';
import { type ObjectionToPrint, objectionPage } from '../../../shared/pages/objection.ts';
import { children as pack } from '../../policy/support.ts';
import { CHROMIUM, openTab } from '../../support/browser.ts';
import { pagesOf, unreadable, WIDTHS } from './print.ts';

await speak('zh');

const AT = '2026-11-26T08:00:00.000Z';
const office = { en: 'Service desk for children and guardians', zh: '县儿童服务窗口' };
const agency = { id: 'desk-county', label: office };
const labels = Object.fromEntries([...pack.fields].map(([name, { label }]) => [name, { label }]));
const forms = Object.fromEntries(Object.keys(labels).map((field) => [field, 'plain' as const]));
const purposes = [...pack.purposes.values()];

/** As much as is held of one child, and as many uses as a year has. */
const answer: InquiryToPrint = {
  inquiry: 'dJoJBesG_hSVXKa58j1dwA',
  at: AT,
  watermark: `desk-county 县儿童服务窗口 ${AT}`,
  labels,
  held: Object.fromEntries(
    Object.entries(labels).map(([name, { label }]) => [
      name,
      {
        ...{ label, owner: { code: 'MPS', label: { en: 'Public security', zh: '公安' } }, asOf: AT },
        ...{ value: { address: '云平市清河县城关镇井头村滨河路173号5单元377室', division: '990001001207' } },
      },
    ]),
  ),
  uses: purposes.map(({ code, label }, n) => ({
    ...{ time: `2026-11-${String(1 + (n % 25)).padStart(2, '0')}T08:00:00.000Z`, agency },
    ...{ purpose: { code, label }, fields: forms, entry: '0-0-0' },
  })),
  checks: [],
  writes: [{ time: AT, agency, fields: Object.keys(labels) }],
} as unknown as InquiryToPrint;
const desk: DeskToPrint = { office, case: 'DESK-2026-1', officer: 'chen.jing' };

const incident = {
  ...{ id: 'uRbtDihJ7IdJ9FAQzF_Jri', at: AT, knownAt: AT, from: AT, until: AT, by: 'audit-office' },
  ...{ byName: { label: office }, entry: '1021e3778d7863693787029cfbe6ae2c-1-0', subjects: 100 },
  ...{ operatorName: { label: office }, gradeName: { label: office }, reportsTo: { label: office } },
  ...{ operator: 'county-organ', grade: 'larger', state: 'open', reportBy: AT, keptUntil: AT },
  fields: labels,
  recipients: purposes.map(({ code, label }) => ({
    ...{ agency, purpose: { code, label }, subjects: 100, first: AT, last: AT },
    ...{ officers: [], officerCount: 12, entries: [], more: 30 },
    fields: { name: ['plain', 'masked'], school_name: ['plain'] },
  })),
  reports: [{ kind: 'first', at: AT, by: 'x', entry: '0-0-0', evidence: 'a1'.repeat(32), late: true }],
  tasks: { report: 'x', notices: 1 },
} as unknown as Parameters<typeof incidentPage>[0];

/** As most are: three fields, four recipients, and two of the three reports sent. */
const ordinary: typeof incident = {
  ...incident,
  ...{
    gradeName: { label: { en: 'larger', zh: '较大' } },
    reportsTo: { label: { en: 'Cyberspace', zh: '网信' } },
  },
  operatorName: { label: { en: 'State organ', zh: '国家机关' } },
  fields: Object.fromEntries(Object.entries(incident.fields).slice(1, 4)),
  recipients: incident.recipients.slice(0, 4).map((one) => ({ ...one, fields: { name: ['plain'] } })),
  reports: [...incident.reports, ...incident.reports],
};

const objection: ObjectionToPrint = {
  ...{ id: 'dJoJBesG_hSVXKa58j1dwA', state: 'rejected', at: AT, due: AT },
  answer: 'the school roll of this term names this school. '.repeat(20),
  ...{
    what: { label: office },
    about: { label: office },
    office: { label: office },
    desk: { label: office },
  },
};

const PAGES: [name: string, render: (lang: string) => string, sheets: number][] = [
  [
    'inquiry',
    (lang) =>
      inquiryPage(answer, { lang, zone: pack.calendar }, undefined, {
        rights: pack.casework?.pages.rights,
        desk,
      }),
    10,
  ],
  ['incident', (lang) => incidentPage(incident, { lang, zone: pack.calendar }, pack.casework?.pages.leak), 2],
  [
    'objection',
    (lang) => objectionPage(objection, { lang, zone: pack.calendar }, pack.casework?.pages.complaint),
    1,
  ],
];

describe.skipIf(CHROMIUM === null).each(['en', 'zh'])('an ordinary report of an incident in %s', (lang) => {
  it('is one sheet with its signature lines', { timeout: 60_000 }, async () => {
    const { page } = await openTab();
    const text = incidentPage(ordinary, { lang, zone: pack.calendar }, pack.casework?.pages.leak);
    await page.setContent(text.replace(/<meta http-equiv[^>]*>/, ''));
    expect(pagesOf(await page.pdf({ preferCSSPageSize: true }))).toBe(1);
  });
});

describe
  .skipIf(CHROMIUM === null)
  .each(
    PAGES.flatMap(([name, render, sheets]) => ['en', 'zh'].map((lang) => ({ name, lang, render, sheets }))),
  )('$name in $lang', ({ lang, render, sheets }) => {
  it('can be read on A4, in a window and on a phone', { timeout: 60_000 }, async () => {
    const { page } = await openTab();
    await page.setContent(render(lang));
    for (const [where, width] of Object.entries(WIDTHS)) {
      const media = where === 'a4' ? 'print' : 'screen';
      expect([where, await unreadable(page, width, media)]).toEqual([where, []]);
    }
  });

  it('has sheets with numbers, and room for the stamp', { timeout: 60_000 }, async () => {
    const { page } = await openTab();
    // Without its policy, under which a page with another style would have none.
    const text = render(lang).replace(/<meta http-equiv[^>]*>/, '');
    await page.setContent(text);
    const print = async () => page.pdf({ preferCSSPageSize: true });
    const numbered = await print();
    expect(pagesOf(numbered)).toBeGreaterThanOrEqual(sheets);
    expect(text).toContain('class="stamp"');
    expect(
      await page
        .locator('.stamp div')
        .first()
        .evaluate((one) => one.clientHeight),
    ).toBeGreaterThan(80);
    await page.setContent(text.replace(/@bottom-right\{[^}]*\}/, ''));
    // The numbers are the only thing that the margin box adds.
    expect((await print()).length).toBeLessThan(numbered.length);
  });
});

it('is a receipt until the objection is answered, and speaks of a complaint only then', () => {
  const print = (one: ObjectionToPrint) =>
    objectionPage(one, { lang: 'en', zone: pack.calendar }, { en: 'You may complain.' });
  const { answer: _, ...rest } = objection;
  const receipt = print({ ...rest, state: 'open' });
  expect(receipt).toContain('<h1>Receipt of your request</h1>');
  expect(receipt).not.toContain('complain');
  expect(print(objection)).toMatch(/<h1>Answer to your request<\/h1>[\s\S]*You may complain/);
});

it('has the time of the office in its watermark', () => {
  const print = inquiryPage(answer, { lang: 'zh', zone: pack.calendar });
  expect(print).toContain('县儿童服务窗口 2026-11-26 16:00 (UTC+8)</div>');
  expect(print).not.toContain(AT);
});

it('shows no number in place of one that it hides', () => {
  const held = { student_no: { ...answer.held['name'], label: office, value: '******************59' } };
  const print = (numbered: ReadonlySet<string>) =>
    inquiryPage(
      { ...answer, held } as InquiryToPrint,
      { lang: 'zh', zone: pack.calendar },
      {
        ...{ members: {}, values: {}, numbered },
      },
    );
  expect(print(new Set(['student_no']))).not.toContain('*59');
  expect(print(new Set())).toContain('*59');
});
