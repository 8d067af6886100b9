/** Whether a form can be made of an operation of the document. */
import type { shell } from '../../messages/en/shell.ts';

/** What decides that. */
export interface Answering {
  security: object[];
  'x-fieldgate-act': string;
  requestBody?: { content: object };
  responses: Record<string, { content?: object }>;
}

/** Their answers have values, for which pages of their own stand: they show a watermark and clear themselves. */
export const ELSEWHERE: Readonly<Record<string, keyof (typeof shell)['pages']>> = {
  'release.make': 'desk',
  'inquiry.make': 'window',
  'verification.make': 'verify',
};

export const JSON_TYPE = 'application/json';

/** A JSON schema, too, is JSON; lines of JSON are not. */
const isJson = (type: string) => /[/+]json$/.test(type);

/** Whether the page can make a form of it, and show what is answered. */
export function hasForm({ 'x-fieldgate-act': act, security, requestBody, responses }: Answering): boolean {
  return (
    security.length > 0 &&
    !Object.hasOwn(ELSEWHERE, act) &&
    (requestBody === undefined || JSON_TYPE in requestBody.content) &&
    Object.values(responses).some(({ content = {} }) => Object.keys(content).some(isJson))
  );
}
