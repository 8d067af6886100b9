/** What the clients of one run saw, which the checks compare with what was promised. */
import type { Answer } from '../../support/gateway.ts';
import type { Request } from './stage.ts';

/** An act of a client, from its first call to its last answer; `Infinity` while it may still happen. */
export interface Span {
  began: number;
  ended: number;
}

/** What a register holds of which nothing is shown. */
export const NONE = 'none';

/** A write or read of one field of one child as a register. */
export interface Access extends Span {
  register: string;
  value: string;
}

/** An act that allows or stops something. */
export interface Turn extends Span {
  name: string;
  to: 'on' | 'off';
  refused?: true;
}

export interface Use extends Span {
  name: string;
  allowed: boolean;
}

export class History {
  readonly turns: Turn[] = [];
  readonly uses: Use[] = [];
  readonly writes: Access[] = [];
  readonly reads: Access[] = [];
  /** The registers that hold something before the run. */
  readonly held = new Set<string>();
  /** Published policies, from the first steward's request to the second one's answer. */
  readonly versions: (Span & { hash: string })[] = [];
  /** The policies that answers named. */
  readonly decided: (Span & { hash: string })[] = [];
  /** Ids of the entries of all receipts. */
  readonly receipts = new Set<string>();
  /** Values that only a release may show. */
  readonly planted = new Set<string>();
  /** Answers by route and status, to see that acts do something. */
  readonly answers = new Map<string, number>();
  /** What came out that was not allowed to. */
  readonly faults: string[] = [];
  /** Event ids of unwraps behind the log's back. */
  readonly intrusions: string[] = [];
  readonly #spans = new Map<string, Span[]>();
  /** Things that two people must do, and the people who began to. */
  readonly #hands = new Map<string, Set<string>>();
  /** Errors of clients, by message: the network's, and answers against the contract. */
  readonly notes = new Map<string, number>();
  /** First answers of acts that have a key. */
  readonly #counts = new Map<string, number>();
  readonly #keyed = new Map<string, string>();

  /** When acts of a kind ran. */
  spansOf(kind: string): Span[] {
    const known = this.#spans.get(kind) ?? [];
    this.#spans.set(kind, known);
    return known;
  }

  /** Counts what may happen so often at most. */
  count(name: string, most: number): void {
    const counted = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, counted);
    if (counted > most) this.faults.push(`more than ${most}: ${name}`);
  }

  /** A person begins an act of two, or learns that it is in force. */
  hand(act: string, person: string, state: 'begun' | 'done'): void {
    const people = this.#hands.get(act) ?? new Set();
    this.#hands.set(act, people.add(person));
    if (state === 'done' && people.size < 2) this.faults.push(`one person alone did it: ${act}`);
  }

  turn(turn: Turn): Turn {
    this.turns.push(turn);
    return turn;
  }

  /** Whether such an act may still happen. */
  open(name: string, to: Turn['to']): boolean {
    return this.turns.some(
      (one) => one.name === name && one.to === to && one.ended === Number.POSITIVE_INFINITY && !one.refused,
    );
  }

  told(route: string, status: number, more = ''): void {
    const what = `${route} ${status} ${more}`.trimEnd();
    this.answers.set(what, (this.answers.get(what) ?? 0) + 1);
  }

  note(error: unknown): void {
    const text = String(error);
    this.notes.set(text, (this.notes.get(text) ?? 0) + 1);
    // A client that can't read an answer has found a fault of the gateway.
    if (!/simulated|the instance died|token refused/.test(text))
      this.faults.push(`client: ${text.slice(0, 300)}`);
  }

  answered(request: Request, answer: Answer | null): void {
    if (!answer) return;
    const place = `${request.method} ${request.path} (${answer.status})`;
    const path = request.path.replace(/[\w-]{16,}/, ':id');
    this.told(
      `${request.method} ${path}`,
      answer.status,
      `${request.details.purpose ?? ''} ${answer.json?.code ?? ''}`,
    );
    if (answer.status >= 400 || !/releases$/.test(request.path)) {
      for (const value of this.planted)
        if (answer.text.includes(value)) this.faults.push(`plaintext in an answer: ${place}`);
    }
    if (answer.status === 500) this.faults.push(`an error without a name: ${place}`);
    if (answer.status >= 500 || answer.status === 429) return;
    for (const receipt of receiptsIn(answer.json)) this.receipts.add(receipt);
    for (const { refused = {} } of answer.json?.results ?? [])
      for (const [field, { code }] of Object.entries<{ code?: string }>(refused))
        if (code === 'MALFORMED') this.faults.push(`an act gives ${field} in no form of it: ${place}`);
    if (request.key === undefined || answer.status >= 300) return;
    const known = this.#keyed.get(request.key);
    if (known === undefined) this.#keyed.set(request.key, answer.text);
    else if (known !== answer.text) this.faults.push(`a repeat was answered differently: ${place}`);
  }
}

function receiptsIn(json: unknown): string[] {
  if (typeof json !== 'object' || json === null) return [];
  const { receipt, ...rest } = json as { receipt?: { entry?: unknown } };
  const own = typeof receipt?.entry === 'string' ? [receipt.entry] : [];
  return [...own, ...Object.values(rest).flatMap(receiptsIn)];
}
