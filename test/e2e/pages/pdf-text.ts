/** The text of a PDF file that Chromium printed, by the maps that let a reader search and copy it. */
import { inflateSync } from 'node:zlib';

/** The text of each page, its runs joined without spaces: what stands between two runs is a place, not a character. */
export function pdfTextOf(pdf: Buffer): string[] {
  const objects = objectsOf(pdf);
  const fonts = new Map<string, Font>();
  for (const [id, { head }] of objects) {
    const map = objects.get(/\/ToUnicode (\d+) 0 R/.exec(head)?.[1] ?? '');
    if (map) fonts.set(id, fontOf(map.body));
  }
  const pages = [...objects.values()].filter(({ head }) => /\/Type\s*\/Page\b/.test(head));
  return pages.map(({ head }) => {
    const content = objects.get(/\/Contents (\d+) 0 R/.exec(head)?.[1] ?? '');
    return textOf(content?.body ?? '', fonts);
  });
}

interface PdfObject {
  head: string;
  /** Of a stream: its bytes, inflated. */
  body: string;
}

function objectsOf(pdf: Buffer): Map<string, PdfObject> {
  const text = pdf.toString('latin1');
  const objects = new Map<string, PdfObject>();
  for (const match of text.matchAll(/^(\d+) 0 obj\b([\s\S]*?)(?:\bendobj|\bstream\r?\n)/gm)) {
    const [all, id = '', head = ''] = match;
    const length = Number(/\/Length (\d+)/.exec(head)?.[1]);
    const start = match.index + all.length;
    const bytes = all.endsWith('endobj') ? null : pdf.subarray(start, start + length);
    const packed = /\/FlateDecode/.test(head);
    objects.set(id, { head, body: bytes ? (packed ? inflateSync(bytes) : bytes).toString('latin1') : '' });
  }
  return objects;
}

interface Font {
  /** Hexadecimal digits of a glyph. */
  digits: number;
  characters: Map<number, string>;
}

function fontOf(map: string): Font {
  const characters = new Map<number, string>();
  const within = (section: string) =>
    map.matchAll(new RegExp(`begin${section}([\\s\\S]*?)end${section}`, 'g'));
  const unicode = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const [, all = ''] of within('bfchar'))
    for (const [, glyph = '', hex = ''] of all.matchAll(/<(\w+)> <(\w+)>/g))
      characters.set(Number.parseInt(glyph, 16), unicode(hex));
  for (const [, all = ''] of within('bfrange'))
    for (const [, from = '', to = '', hex = ''] of all.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g)) {
      const [first, last, code] = [from, to, hex].map((one) => Number.parseInt(one, 16)) as [
        number,
        number,
        number,
      ];
      for (let at = first; at <= last; at++) characters.set(at, String.fromCodePoint(code + at - first));
    }
  return { digits: /begincodespacerange\s*<(\w+)>/.exec(map)?.[1]?.length ?? 4, characters };
}

function textOf(content: string, fonts: Map<string, Font>): string {
  let font: Font | undefined;
  let text = '';
  for (const [, name, hex = ''] of content.matchAll(/\/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>/g)) {
    if (name) font = fonts.get(name);
    for (let at = 0; font && at < hex.length; at += font.digits)
      text += font.characters.get(Number.parseInt(hex.slice(at, at + font.digits), 16)) ?? '';
  }
  // Two letters may be one glyph.
  return text.normalize('NFKC');
}
