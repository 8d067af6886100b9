/** Officers, cases, reasons, notes and names of offices that want to be more than text. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, goTo, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

const MARKUP = `<img src=x onerror="document.title='taken'">{{7*7}}`;
/** Reverses what follows, and hides a letter. */
const REVERSED = 'wang\u202Egnaf\u200B.exe';
const LONG = 'W'.repeat(110);
const PAGES = [
  ...['today', 'log', 'log?kind=decision', 'review', 'flows', 'flows?view=matrix', 'flows?view=table'],
  ...['inquiry', 'writers', 'prove', 'policy', 'policy?tab=simulate', 'freezes', 'second', 'settings'],
];

let world: World;
let filed: string[];
const { open, signIn } = tabs();

beforeAll(async () => {
  world = await openWorld(2);
  for (const [officer, number, reason] of [
    [MARKUP, 'EDU-1', REVERSED],
    [REVERSED, 'EDU-2', LONG],
    [LONG, 'EDU-3', MARKUP],
  ] as const) {
    const details = { actions: ['release'], purpose: 'S1', case: number, officer, reason };
    const body = {
      collection: 'children',
      subjects: [{ match: { id_number: world.ids[0] as string } }],
      fields: ['name'],
    };
    const answer = await world.call('edu-county', details, 'POST', '/v1/releases', body);
    if (answer.status !== 200) throw new Error(answer.text);
  }
  const [{ id }] = (await read('kind=decision')).entries;
  const verdict = { verdict: 'questioned', note: `${MARKUP} ${REVERSED}` };
  await world.call('audit-office', { actions: ['audit'] }, 'POST', `/v1/log/entries/${id}/reviews`, verdict);
  filed = await hostileCasework();
  await world.grow();
});
afterAll(() => world.close());

/** References of what a desk and an owner have to read: a person with consents, an objection, an incident, a request. */
async function hostileCasework(): Promise<string[]> {
  const subject = { match: { id_number: world.ids[1] as string } };
  const reason = `${MARKUP} ${REVERSED} ${LONG}`;
  const send = async (office: string, path: string, body: object) => {
    const answer = await world.call(office, { actions: ['casework'], officer: MARKUP }, 'POST', path, {
      ...{ officer: MARKUP, reason },
      ...body,
    });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json;
  };
  const { ref } = await send('desk-county', '/v1/subjects/find', { subject });
  const filed = { subject, purpose: 'C1', recipient: 'charity-sunrise', fields: ['birth_date'] };
  const { consent } = await send('desk-county', '/v1/consents', {
    ...filed,
    ...{ act: 'refused', giver: 'guardian', relation: 'W'.repeat(60) },
  });
  const { objection } = await send('desk-county', '/v1/objections', { subject, field: 'name', by: 'child' });
  const span = { from: '2026-01-01T00:00:00Z', until: '2030-01-01T00:00:00Z', operator: 'county-organ' };
  const { incident } = await send('mca-county', '/v1/incidents', {
    subjects: [subject],
    fields: ['name'],
    ...span,
  });
  return [ref, consent.id, objection.id, incident.id];
}

const read = async (query: string) =>
  (await world.call('audit-office', { actions: ['audit'] }, 'GET', `/v1/log/entries?${query}`)).json;

/** A directory as a hostile steward would have it: names of offices are text of others too. */
async function withHostileNames({ page }: Tab): Promise<void> {
  await page.route('**/v1/directory', async (route) => {
    const answer = await route.fetch();
    const { agencies } = await answer.json();
    const names = [MARKUP, REVERSED, LONG];
    const changed = agencies.map((one: object, at: number) => ({
      ...one,
      name: { en: names[at % 3], zh: names[at % 3] },
    }));
    await route.fulfill({ response: answer, json: { agencies: changed } });
  });
}

/** What is on the page although it came as text, and characters that steer how text is read. */
async function harm({ page, faults }: Tab) {
  return {
    ...(await page.evaluate(() => ({
      images: document.querySelectorAll('img, script:not([type=module]), iframe, [onerror]').length,
      steering: /[\u202A-\u202E\u2066-\u2069\u200B-\u200F]/.test(document.body.innerText),
      title: document.title.includes('taken'),
      sideways: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    }))),
    faults,
  };
}
const NO_HARM = { images: 0, steering: false, title: false, sideways: 0, faults: [] };

describe.each([
  ['en-GB', 1280],
  ['zh-CN', 390],
] as const)('in %s at %i px', (locale, width) => {
  it('hostile text stays text on every page of an auditor', async () => {
    const tab = await open(world.url, '', { locale, viewport: { width, height: 844 } });
    await withHostileNames(tab);
    await signIn(tab, 'wang.fang');
    for (const name of PAGES) {
      await goTo(tab.page, world.url, name);
      expect([name, await harm(tab)]).toEqual([name, NO_HARM]);
    }
    await tab.page.unrouteAll();
  });

  it('hostile text stays text on every page of a desk and of an owner', async () => {
    const [ref, consent, objection, incident] = filed;
    const pages = {
      'chen.jing': [`consents?ref=${ref}&i=${consent}`, `consents?ref=${ref}&take=1`, 'window', 'objections'],
      'zhao.min': [
        `objections?i=${objection}`,
        `incidents?i=${incident}`,
        'incidents?i=new',
        'usage',
        'second',
      ],
    };
    for (const [person, names] of Object.entries(pages)) {
      const tab = await open(world.url, '', { locale, viewport: { width, height: 844 } });
      await withHostileNames(tab);
      await signIn(tab, person);
      for (const name of names) {
        await goTo(tab.page, world.url, name);
        expect([name, await harm(tab)]).toEqual([name, NO_HARM]);
        // `access` looks at these pages without a pane.
        if (/[?&]i=/.test(name)) expect([name, await accessibilityFaults(tab.page)]).toEqual([name, []]);
      }
      await tab.page.unrouteAll();
    }
  });

  it('hostile text stays text in the pane of an entry, and is shown with its steering characters', async () => {
    const tab = await open(world.url, '', { locale, viewport: { width, height: 844 } });
    await signIn(tab, 'wang.fang');
    for (const { id } of (await read('kind=decision&limit=3')).entries) {
      await tab.page.goto(`${world.url}/console/#/log?e=${id}`);
      await tab.page.locator('.proof li').nth(8).waitFor();
      expect(await harm(tab)).toEqual(NO_HARM);
      const text = await tab.page.locator('.pane').innerText();
      if (text.includes('gnaf')) expect(text).toContain('wang⟨202E⟩gnaf⟨200B⟩.exe');
    }
    expect(await accessibilityFaults(tab.page)).toEqual([]);
  });
});
