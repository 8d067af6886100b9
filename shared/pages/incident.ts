/** An incident as a printable report, for the authority and the file. */

import type { Incident } from '../contract/casework.ts';
import { inLanguage, type Text } from '../language.ts';
import { incidentPageTexts } from '../messages/incident-page.ts';
import { wordsFor } from '../messages/texts.ts';
import { deadlineIn, instantIn } from '../times.ts';
import {
  factsOf,
  formName,
  marksIn,
  markup,
  momentIn,
  nameIn,
  page,
  type Reader,
  stampOf,
  tableOf,
  wordsIn,
} from './html.ts';

/** @returns a complete HTML document; it names no person */
export function incidentPage(incident: Incident, { lang, zone }: Reader, title: Text = {}): string {
  const words = wordsFor(incidentPageTexts, lang);
  const { aside } = marksIn(lang);
  const { labelOf, fieldName } = wordsIn(lang, incident.fields);
  const { id, at, knownAt, entry, from, until, subjects, fields, reportBy, keptUntil, state } = incident;
  const facts = [
    [words.number, id],
    [words.opened, instantIn(zone, at)],
    [words.known, instantIn(zone, knownAt)],
    [words.openedBy, labelOf(incident.byName)],
    [words.entry, entry],
    [words.operator, labelOf(incident.operatorName)],
    [words.grade, labelOf(incident.gradeName)],
    [words.reportedTo, labelOf(incident.reportsTo)],
    [words.between, `${instantIn(zone, from)} – ${instantIn(zone, until)}`],
    [words.concerned, String(subjects)],
    [words.fields, Object.keys(fields).map(fieldName).join(words.separator)],
    [words.reportBy, deadlineIn(zone, reportBy)],
    [words.keptUntil, deadlineIn(zone, keptUntil)],
    [words.state, words[state]],
  ];
  const rows = incident.recipients.map((one) => [
    nameIn(labelOf(one.agency)),
    nameIn(labelOf(one.purpose)),
    String(one.subjects),
    markup`${momentIn(zone, one.first)}<br>${momentIn(zone, one.last)}`,
    Object.entries(one.fields)
      .map(([field, forms]) => fieldName(field) + aside(forms.map((form) => formName(form, lang)).join('/')))
      .join(words.separator),
    words.counted(one.officerCount, one.entries.length + one.more),
  ]);
  const sent = incident.reports.map(({ kind, at: when, evidence, late }) => [
    words[kind] + (late ? words.late : ''),
    momentIn(zone, when),
    markup`<span class="digest">${evidence}</span>`,
  ]);
  const body = markup`${factsOf(
    facts.map(([name = '', fact = '']) => [name, fact]),
    'two',
  )}
<h2>${words.scope}</h2>
${tableOf([words.recipient, words.purpose, words.people, words.firstAndLast, words.inForms, words.officers], rows, words.nobody)}
<h2>${words.reports}</h2>
${tableOf([words.report, words.sent, words.digest], sent, words.unsent)}
<p><small>${words.note}</small></p>
${factsOf(
  [words.measures, words.effects, words.informed].map((line) => [line, '']),
  'blank',
)}
${stampOf([words.stampOffice, words.stampOfficer, words.stampDay])}`;
  return page(lang, inLanguage(title, [lang]), body);
}
