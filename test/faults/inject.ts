/** Puts a fault at one call of a request, counted from the request's beginning, or at all calls from there on. */
import type { Answer, TestGateway } from '../support/gateway.ts';

export const KINDS = ['throttle', 'error', 'timeout', 'lost-answer'] as const;

export interface Planned {
  kind: (typeof KINDS)[number];
  at: number;
  lasting: boolean;
}

export interface Faulty {
  /** `null`: the connection broke. */
  answer: Answer;
  /** Calls of KMS, the store and the log that the request made, repeats of the SDK included. */
  calls: number;
}

/** @param planned `null`: only counts the calls */
export async function withFault(
  { faults }: TestGateway,
  planned: Planned | null,
  send: { (): Promise<Answer>; ready?(): Promise<void> },
): Promise<Faulty> {
  await send.ready?.();
  const { take } = faults;
  const { random } = Math;
  let calls = 0;
  faults.take = (service, operation) => {
    const number = calls++;
    const hit = planned && (planned.lasting ? number >= planned.at : number === planned.at);
    return hit ? planned.kind : take(service, operation);
  };
  // The SDK waits for a random part of a second before each repeat.
  Math.random = () => 0;
  try {
    return { answer: await send(), calls };
  } finally {
    faults.take = take;
    Math.random = random;
  }
}

/** All faults of a request that makes so many calls. */
export function plansOf(calls: number): Planned[] {
  return Array.from({ length: calls }, (_, at) =>
    KINDS.flatMap((kind) => [false, true].map((lasting): Planned => ({ kind, at, lasting }))),
  ).flat();
}
