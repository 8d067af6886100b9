/** Looks for planted values in bytes, in every encoding in which software writes text down. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Needle {
  value: string;
  encoding: string;
  bytes: Buffer;
}

/** @param values at least 4 characters each, long enough not to turn up by chance. */
export function needlesFor(values: Iterable<string>): Needle[] {
  return [...values].flatMap((value) => encodingsOf(value).map((one) => ({ value, ...one })));
}

function encodingsOf(value: string): { encoding: string; bytes: Buffer }[] {
  const utf8 = Buffer.from(value);
  const utf16 = Buffer.from(value, 'utf16le');
  const big = Buffer.from(utf16).swap16();
  const hex = utf8.toString('hex');
  const escaped = value.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const raw = { utf8, 'utf16 little': utf16, 'utf16 big': big };
  const text = { hex, 'hex upper': hex.toUpperCase(), escaped, percent: encodeURIComponent(value) };
  return [
    ...Object.entries(raw).map(([encoding, bytes]) => ({ encoding, bytes })),
    ...Object.entries(text).map(([encoding, one]) => ({ encoding, bytes: Buffer.from(one) })),
    ...Object.entries(raw).flatMap(([encoding, bytes]) =>
      [0, 1, 2].flatMap((before) =>
        (['base64', 'base64url'] as const).map((alphabet) => ({
          encoding: `${alphabet} of ${encoding}, ${before} bytes in`,
          bytes: Buffer.from(base64Middle(bytes, before, alphabet)),
        })),
      ),
    ),
  ];
}

/** The characters that the value alone decides when `before` bytes stand in front of it and some behind. */
function base64Middle(bytes: Buffer, before: number, alphabet: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString(alphabet)
    .replace(/=+$/, '');
  const first = Math.ceil((before * 8) / 6);
  const whole = Math.floor(((before + bytes.length) * 8) / 6);
  return text.slice(first, whole);
}

/** @returns `value (encoding) in place` for every find. */
export function hunt(needles: readonly Needle[], places: ReadonlyMap<string, Buffer>): string[] {
  return [...places].flatMap(([place, bytes]) =>
    needles
      .filter((needle) => bytes.includes(needle.bytes))
      .map((needle) => `${needle.value} (${needle.encoding}) in ${place}`),
  );
}

/** Every file under the folder, whole. @param skip paths inside it, with `/`, that are left out. */
export function filesUnder(
  folder: string,
  skip: (path: string) => boolean = () => false,
): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !skip(path.slice(folder.length + 1))) files.set(path, readFileSync(path));
  }
  return files;
}
