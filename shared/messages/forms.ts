import { many } from '../plural.ts';
import { texts } from './texts.ts';
import type { Wanted, Wrong } from './wanted.ts';

/** Texts about the form of a field's value. They tell what is expected, and of the value only which rule it breaks. */
export const forms = {
  wrong: (wrong: Wrong, wants: Wanted) => `${WRONG[wrong]}; expected ${expected(wants)}`,
  unknownNear: (nearest: string | null) => (nearest === null ? 'no such field' : `no such field; the nearest is ${nearest}`),
  matchKeys: (known: readonly string[]) => `not a match key; a person is named by ${known.join(', ')}`,
  keyForm: (wants: Wanted) => `MALFORMED: expected ${expected(wants)}; nothing was looked up`,
  checkFails: (code: string) => `${code}: a check of this number fails, so nothing was looked up`,
};

const WRONG: Record<Wrong, string> = {
  type: 'the value has another type',
  blank: 'the text is blank, or not well-formed Unicode',
  long: 'the text is too long',
  pattern: 'the text does not have this form',
  values: 'not one of the allowed values',
  day: 'there is no such day',
  range: 'the number is out of range',
  many: 'the list is too long',
  missing: 'the member is missing',
  unknown: 'the member is not known',
};

function expected(wants: Wanted): string {
  switch (wants.is) {
    case 'text': {
      const text = `a text of at most ${many(wants.max, 'character')}`;
      // A person reads an example; the pattern is in the schema, too.
      if (wants.example !== undefined) return `${text}, such as ${wants.example}`;
      return wants.pattern === undefined ? text : `${text} of the form ${wants.pattern}`;
    }
    case 'one of':
      return `one of ${wants.values.join(', ')}`;
    case 'date':
      return 'a day as YYYY-MM-DD';
    case 'month':
      return 'a month as YYYY-MM';
    case 'boolean':
      return 'true or false';
    case 'number':
      return `a number from ${wants.min} to ${wants.max}`;
    case 'list':
      return `a list of at most ${wants.max}, each ${expected(wants.of)}`;
    case 'either':
      return wants.of.map(expected).join(', or ');
    case 'record': {
      const needed = Object.keys(wants.members).filter((name) => !wants.optional.includes(name));
      const may = wants.optional.length > 0 ? `, and if known ${wants.optional.join(', ')}` : '';
      return `an object with ${needed.join(', ') || 'members'}${may}`;
    }
  }
}

export const formsTexts = texts(forms, (language) => import(`./${language}/forms.ts`));
