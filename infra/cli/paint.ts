/** Colour on a terminal that wants it (not with NO_COLOR or a pipe), and text that cannot steer the terminal. */
import { styleText } from 'node:util';

type Colour = 'red' | 'green' | 'yellow' | 'gray' | 'cyan' | 'bold';

/** `text` in colour where `stream` shows colours. */
export function paint(colour: Colour, text: string, stream: NodeJS.WriteStream = process.stderr): string {
  return styleText(colour, text, { stream, validateStream: true });
}

/** Values come from elsewhere: control characters in them, which could steer a terminal, become `�`. */
export function safe(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '�');
}
