/**
 * What the test of a text found, as those see it who decide on the request to publish it. An office that holds nothing of
 * the person can't test its texts, and learns nothing here: it reads the same of a person of whom no record exists.
 */
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import type { Asked } from '../../../shared/policy/decide/requests.ts';
import { spokenFor } from '../../../shared/policy/decide/speaks.ts';
import { queryCasework } from '../../../shared/records/casework/casework.ts';
import { readOutline } from '../../../shared/records/subject/outlines.ts';
import { findingOf } from '../../steps/tested-texts.ts';
import type { Act } from '../act.ts';

/** @returns the worst that was found of its people; `undefined` if the request has no text, or the office holds nothing of them */
export async function testedIn(
  { deps: { tables }, pack, session: { caller }, now }: Act,
  { text, purpose: code, subjects }: Asked,
): Promise<'passed' | 'identifies' | 'missing' | undefined> {
  const purpose = pack.purposes.get(code);
  if (text === undefined || !purpose) return undefined;
  const spoken = spokenFor(pack, caller);
  const found = await Promise.all(
    subjects.map(async (named) => {
      const outline = await readOutline(tables.keys, named, spoken);
      if (!outline?.holders.length) return undefined;
      return findingOf(pack, purpose, {
        casework: await queryCasework(tables.casework, outline.subject),
        text,
        now,
      });
    }),
  );
  if (found.some((one) => one?.identifies)) return 'identifies';
  if (found.includes(null)) return 'missing';
  return found.some(Boolean) ? 'passed' : undefined;
}

/** No office approves a text that it could have tested. @throws Problem TEXT_IDENTIFIES; CONFLICT if it was not tested, or too long ago */
export async function requireTested(act: Act, asked: Asked): Promise<void> {
  const tested = await testedIn(act, asked);
  if (tested === 'identifies')
    throw new Problem('TEXT_IDENTIFIES', defined({ rule: act.pack.purposes.get(asked.purpose)?.rule }));
  if (tested === 'missing') throw new Problem('CONFLICT', { detail: caseworkTexts.textUntested });
}
