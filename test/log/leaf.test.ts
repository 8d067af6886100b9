import canonicalize from 'canonicalize';
import { expect, it } from 'vitest';
import { GATEWAY_KINDS } from '../../shared/entry-kinds.ts';
import { type ClosedLeaf, entryId, type LeafForm, makeLeaf, parseLeaf } from '../../shared/log/entry/leaf.ts';
import { COMMITTED_BYTES } from '../../shared/tree/commitments.ts';

const place = { writer: '0123456789abcdef0123456789abcdef', seq: 7, leaf: 1 };
const closed: ClosedLeaf = {
  ...{ ...place, v: 2, id: entryId(place), time: '2026-03-10T04:00:00.000Z' },
  previous: Buffer.alloc(32, 3).toString('base64'),
  committed: Buffer.alloc(COMMITTED_BYTES, 7).toString('base64'),
};
const open: LeafForm = { ...closed, kind: GATEWAY_KINDS.find((kind) => kind !== 'revocation') } as never;

it.each([closed, open, { ...closed, previous: 'a"b\\\u2028é' }])(
  'a leaf has the bytes of RFC 8785',
  (form) => {
    const { text } = makeLeaf(form);
    expect(text).toBe(canonicalize(form));
    expect(parseLeaf(text)).toEqual(form);
  },
);

it('a closed leaf in another form is none', () => {
  const { text } = makeLeaf(closed);
  const { v, ...rest } = closed;
  const others = [
    JSON.stringify({ v, ...rest }),
    ` ${text}`,
    text.replace('"leaf":1', '"leaf":1.0'),
    text.replace('"writer":"0', '"writer":"\\u0030'),
    text.replace('{', '{"committed":"",'),
    text.replace(/"writer":.*/, '"writer":"0123456789abcdef0123456789abcdef","x":1}'),
    text.replace('"previous":"', '"previous":"\\ud800'),
  ];
  for (const other of others) expect(parseLeaf(other), other).toBeNull();
});
