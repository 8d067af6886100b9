/** Every call that leaves an instance or a client: when it arrives, when its answer does, and what goes wrong. */
import { after, clock, type Instance, running, thaw } from './clock.ts';
import { hashOf } from './random.ts';

export const FAULTS = [
  /** Refused by the service. */
  ...(['throttle', 'error'] as const),
  /** Never arrives; arrives after the caller has given up; arrives, and the answer is lost. */
  ...(['timeout', 'late', 'lost'] as const),
  /** The instance dies before the call arrives, or after it. */
  ...(['crash-before', 'crash-after'] as const),
  /** The instance stands still once when the call has arrived. Lambda ends a request after 28 s. */
  'pause',
] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface Fault {
  kind: FaultKind;
  /** The call of the act at which it begins, and for how many calls it lasts. */
  call: number;
  times: number;
  /** Only calls whose name contains this are counted and met, such as `dynamo PutItem log`; all unless said. */
  only?: string;
}

/** How the calls of one act fare. */
export interface Fate {
  salt: number;
  faults: readonly Fault[];
  calls: number;
  /** Calls so far that each fault counts. */
  met?: number[];
}

interface Run {
  fates: Map<number, Fate>;
  trace: string[];
  crash(instance: Instance): void;
}

let run: Run | null = null;

/** From here on the acts' calls are delayed and fail as their fates say. @returns the calls that were made */
export function simulateCalls(fates: Map<number, Fate>, crash: Run['crash']): string[] {
  run = { fates, trace: [], crash };
  return run.trace;
}

export function endSimulation(): void {
  run = null;
}

/** Milliseconds until a client of the SDK gives up, and until a late call arrives after that. */
const PATIENCE = 2_000;
const LATE = 8_000;
/** Milliseconds for which an instance stands still at most: two of them and the calls between end within 28 s. */
const STANDSTILL = 12_000;

const wait = (ms: number, owner: Instance | null = null) => new Promise<void>((go) => after(ms, go, owner));
const never = <T>() => new Promise<T>(() => {});

export interface Call<T> {
  name: string;
  /** The answer to a refused call. */
  refuse(kind: 'throttle' | 'error'): T;
  /** Performs the call at the service. */
  arrive(): Promise<T>;
}

/** @throws Error called TimeoutError for a call without an answer */
export async function outside<T>({ name, refuse, arrive }: Call<T>): Promise<T> {
  const context = running.getStore();
  const fate = context && run?.fates.get(context.act);
  if (!run || !context || !fate) return arrive();
  const { instance } = context;
  const number = fate.calls++;
  const fault = faultOf(fate, name);
  const kind = fault && (instance === null ? outsideInstances(fault.kind) : fault.kind);
  run.trace.push(`${clock.now} ${context.act}.${number} ${instance?.name ?? 'client'} ${name} ${kind ?? ''}`);
  const [out, back] = [latency(fate.salt, number, 'out'), latency(fate.salt, number, 'back')];
  const { crash } = run;
  switch (kind) {
    case 'throttle':
    case 'error':
      await wait(out + back, instance);
      return refuse(kind);
    case 'timeout':
      break;
    case 'late':
      after(PATIENCE + (hashOf(fate.salt, number, 'late') % LATE), () => void arrive().catch(() => {}));
      break;
    case 'lost':
      after(out, () => void arrive().catch(() => {}));
      break;
    case 'crash-before':
      after(out, () => instance && crash(instance));
      return never();
    case 'crash-after':
      after(out, () => void arrive().then(...both(() => instance && crash(instance))));
      return never();
    default: {
      await wait(out);
      const answer = arrive();
      await answer.catch(() => {});
      if (kind === 'pause' && instance && fault?.first)
        pause(instance, hashOf(fate.salt, number, 'pause') % STANDSTILL);
      await wait(back, instance);
      return answer;
    }
  }
  await wait(PATIENCE, instance);
  throw Object.assign(new Error(`simulated ${kind}`), { name: 'TimeoutError' });
}

/** The fault that this call of the act meets, and whether it is the first that does. */
function faultOf(fate: Fate, name: string): (Fault & { first: boolean }) | null {
  fate.met ??= fate.faults.map(() => 0);
  let found: (Fault & { first: boolean }) | null = null;
  for (const [i, fault] of fate.faults.entries()) {
    if (fault.only !== undefined && !name.includes(fault.only)) continue;
    const number = fate.met[i] ?? 0;
    fate.met[i] = number + 1;
    if (!found && number >= fault.call && number < fault.call + fault.times)
      found = { ...fault, first: number === fault.call };
  }
  return found;
}

const both = (act: () => unknown) => [act, act] as const;

/** A client outside does not die here, and a network refuses nothing. */
function outsideInstances(kind: FaultKind): FaultKind {
  if (kind === 'timeout' || kind === 'late') return kind;
  return 'lost';
}

function pause(instance: Instance, ms: number): void {
  instance.frozen = true;
  after(ms, () => thaw(instance));
}

/** Some milliseconds; for one call of sixteen, many. */
function latency(salt: number, number: number, way: string): number {
  const hash = hashOf(salt, number, way);
  return hash % 16 === 0 ? 20 + ((hash >>> 8) % 600) : 1 + ((hash >>> 8) % 9);
}
