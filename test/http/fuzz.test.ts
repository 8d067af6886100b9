/**
 * Whatever arrives instead of a good request is refused: mutations of tokens, proofs, assertions, headers and
 * bodies, from a fixed seed, against the apps themselves. `FUZZ` sets how many (CI: 50,000), `FUZZ_SEED` which.
 */
import { beforeAll, expect, it, vi } from 'vitest';
import { type App, createApp } from '../../functions/http/app.ts';
import { readBody } from '../../functions/http/body.ts';
import { OPEN_BUDGET } from '../../functions/http/open-budget.ts';
import { authenticate } from '../../functions/session/authenticate.ts';
import type { SessionVariables } from '../../functions/session/session.ts';
import { tokenApp } from '../../functions/token/app.ts';
import { ReleaseRequest } from '../../shared/contract/routes/asks.ts';
import {
  fileParts,
  ISSUER,
  makeAssertion,
  makeProof,
  signedHeaders,
  tokenForm,
} from '../support/identity.ts';

const RUNS = Number(process.env['FUZZ'] ?? 3000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_302);
const TIMEOUT = 600_000;

let tokens: ReturnType<typeof tokenApp>;
let app: App<SessionVariables>;
let token: string;

// Tens of thousands of failed assertions are one stranger's, whom the budget would stop.
Object.assign(OPEN_BUDGET, { burst: 1e9 });
const parts = await fileParts();
beforeAll(async () => {
  tokens = tokenApp(parts.deps, { knows: () => true });
  app = createApp<SessionVariables>();
  app.post('/v1/releases', authenticate(parts.deps, 'release.make', { readsOnly: true }), async (c) =>
    c.json(await readBody(c, ReleaseRequest)),
  );
  token = ((await (await ask(tokenRequest())).json()) as { access_token: string }).access_token;
});

interface Sent {
  path: '/oauth/token' | '/v1/releases';
  headers: Record<string, string>;
  body: string;
}

const ask = ({ path, headers, body }: Sent) =>
  (path === '/oauth/token' ? tokens : app).request(path, { method: 'POST', headers, body });

function tokenRequest(): Sent {
  const dpop = makeProof(parts, { method: 'POST', path: '/oauth/token' });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', dpop };
  return { path: '/oauth/token', headers, body: String(tokenForm(parts)) };
}

const BODY = JSON.stringify({
  collection: 'children',
  subjects: [{ match: { id_number: MARK() } }],
  fields: ['name'],
});
function releaseRequest(): Sent {
  const authorization = `DPoP ${token}`;
  const about = {
    method: 'POST',
    url: `${ISSUER}/v1/releases`,
    authorization,
    body: BODY,
    now: parts.clock.now,
  };
  const dpop = makeProof(parts, { method: 'POST', path: '/v1/releases', token });
  const signed = signedHeaders(about, { key: parts.sig, kid: 'sig-1' });
  const headers = { authorization, dpop, 'content-type': 'application/json', ...signed };
  return { path: '/v1/releases', headers, body: BODY };
}

/** A value that no text of ours holds, to be looked for in answers. */
function MARK(): string {
  return 'QZ71MARKQZ71';
}

/** mulberry32: small, fast, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PIECES = [
  ...[
    '',
    '.',
    '..',
    '=',
    ',',
    ' ',
    '"',
    '{',
    '}',
    '[]',
    'null',
    '\\u0000',
    '%00',
    '&',
    ';',
    ':',
    '-',
    '_',
    'A',
  ],
  ...[
    '__proto__',
    'constructor',
    'eyJhbGciOiJub25lIn0',
    'DPoP ',
    'Bearer ',
    '1e999',
    '-1',
    MARK(),
    'é',
    '，',
    '��',
  ],
];

/** One change of a text: a piece put in, taken out, doubled, turned round, or a character flipped. */
function mutate(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const length = Math.floor(random() * 8);
  const piece = PIECES[Math.floor(random() * PIECES.length)] ?? '';
  switch (Math.floor(random() * 6)) {
    case 0:
      return text.slice(0, at) + piece + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + length);
    case 2:
      return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
    case 3:
      return text.slice(0, at) + piece + text.slice(at + length);
    case 4:
      return text.slice(at) + text.slice(0, at);
    default:
      return text.slice(0, at) + String.fromCharCode(33 + Math.floor(random() * 94)) + text.slice(at + 1);
  }
}

/** Mutates the inside of one JWS part, so that it stays base64url of nearly valid JSON. */
function mutateInside(jws: string, random: () => number): string {
  const all = jws.split('.');
  const which = Math.floor(random() * all.length);
  const inside = Buffer.from(all[which] ?? '', 'base64url').toString('latin1');
  all[which] = Buffer.from(mutate(inside, random), 'latin1').toString('base64url');
  return all.join('.');
}

/** Headers can't hold everything that a mutation makes; `fetch` itself refuses the rest. */
const asHeader = (text: string) => text.replace(/[^\x20-\x7e]/g, '?').trim();

function mutateJws(text: string, random: () => number): string {
  return random() < 0.5 ? mutate(text, random) : mutateInside(text, random);
}

/** A refusal uses nothing up, so one valid request serves until one of its mutations passes. */
interface Bases {
  token: Sent;
  release: Sent;
}

/** A good request in which one thing is changed, and whether it is still the same after all. */
function broken(random: () => number, bases: Bases): { sent: Sent; same: boolean } {
  const forToken = random() < 0.4;
  const good = forToken ? bases.token : bases.release;
  const sent = { ...good, headers: { ...good.headers } };
  if (forToken) {
    const form = new URLSearchParams(good.body);
    const names = [
      'dpop',
      'client_assertion',
      'authorization_details',
      'grant_type',
      'client_assertion_type',
      'body',
    ];
    const name = names[Math.floor(random() * names.length)] ?? '';
    if (name === 'dpop') sent.headers['dpop'] = asHeader(mutateJws(good.headers['dpop'] ?? '', random));
    else if (name === 'body') sent.body = mutate(good.body, random);
    else {
      const before = form.get(name) ?? '';
      form.set(name, name === 'client_assertion' ? mutateJws(before, random) : mutate(before, random));
      sent.body = String(form);
    }
    const meaning = (body: string) => JSON.stringify([...new URLSearchParams(body)].sort());
    return {
      sent,
      same: sent.headers['dpop'] === good.headers['dpop'] && meaning(sent.body) === meaning(good.body),
    };
  }
  const names = [
    'authorization',
    'dpop',
    'signature',
    'signature-input',
    'content-digest',
    'content-type',
    'body',
  ];
  const name = names[Math.floor(random() * names.length)] ?? '';
  if (name === 'body') sent.body = mutate(good.body, random);
  else if (name === 'authorization')
    sent.headers['authorization'] = `DPoP ${asHeader(mutateJws(token, random))}`;
  else if (name === 'dpop') sent.headers['dpop'] = asHeader(mutateJws(good.headers['dpop'] ?? '', random));
  else sent.headers[name] = asHeader(mutate(good.headers[name] ?? '', random));
  return { sent, same: sent.body === good.body && sent.headers[name] === good.headers[name] };
}

/** Changes that the standards say make no difference; everything else must be refused. */
function isHarmless({ path, headers, body }: Sent): boolean {
  const type = (headers['content-type'] ?? '').toLowerCase();
  if (path === '/oauth/token') {
    const form = new URLSearchParams(body);
    try {
      const [detail] = JSON.parse(form.get('authorization_details') ?? '') as Record<string, unknown>[];
      // Another parameter is ignored (RFC 6749, 3.2), and details may be spelt differently or name another
      // purpose.
      return detail?.['type'] === 'fieldgate' && form.get('grant_type') === 'client_credentials';
    } catch {
      return false;
    }
  }
  return type.startsWith('application/json');
}

it('the requests that the mutations start from are good', async () => {
  expect((await ask(tokenRequest())).status).toBe(200);
  expect((await ask(releaseRequest())).status).toBe(200);
});

it(
  `refuses ${RUNS} mutated requests without a fault, an acceptance or an echo`,
  async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const random = randomFrom(SEED);
    const seen = new Map<number, number>();
    const fresh = (): Bases => ({ token: tokenRequest(), release: releaseRequest() });
    let bases = fresh();
    for (let run = 0; run < RUNS; run++) {
      const { sent, same } = broken(random, bases);
      const response = await ask(sent);
      const { status } = response;
      seen.set(status, (seen.get(status) ?? 0) + 1);
      if (status < 400) bases = fresh();
      if (same) continue;
      const text = status < 400 ? '' : await response.text();
      const fault =
        status >= 500 || (status < 400 && !isHarmless(sent)) || text.includes(MARK())
          ? { run, status, sent, text }
          : null;
      // Said once, with all that is needed to see it again.
      if (fault) expect(fault).toBeNull();
    }
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
    expect([...seen.keys()].every((status) => [200, 400, 401, 413, 415].includes(status))).toBe(true);
    expect(seen.get(200) ?? 0).toBeLessThan(RUNS / 20);
  },
  TIMEOUT,
);

it('a proof, an assertion and a token do not stand for one another', async () => {
  const good = tokenRequest();
  const form = new URLSearchParams(good.body);
  for (const other of [token, good.headers['dpop'] ?? '']) {
    form.set('client_assertion', other);
    expect((await ask({ ...good, body: String(form) })).status).toBe(401);
  }
  const release = releaseRequest();
  for (const other of [makeAssertion(parts), release.headers['dpop'] ?? '']) {
    const headers = { ...release.headers, authorization: `DPoP ${other}` };
    expect((await ask({ ...release, headers })).status).toBe(401);
  }
});
