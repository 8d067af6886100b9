/**
 * The witnesses of a local gateway: the first three departments of its sample, each with a folder, a key and a journal of its
 * own, and with no other way to the log than any department has. Only that they share this process is not as it should be.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../shared/client/connect.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { formatCosigner } from '../../shared/tree/cosignature.ts';
import { formatVerifier, parseVerifier } from '../../shared/tree/note.ts';
import type { Looked } from '../../shared/witness/round.ts';
import { urlReader } from '../cli/log/files.ts';
import { texts } from '../cli/messages/language.ts';
import { writeWhole } from '../cli/whole-files.ts';
import { accessOf } from '../cli/witness/access.ts';
import { createKeeper, filesIn, keysIn, openKeeper } from '../cli/witness/keeper.ts';
import { endOf } from '../cli/witness/looking.ts';
import { makeFolder } from './files.ts';
import type { Gateway } from './gateway.ts';
import type { SampleAgency } from './sample/parties.ts';
import { stepNowAndThen } from './state/sequence-loop.ts';

const { witness: t } = await texts('witness');

/** Milliseconds between looks, and until the first one finds something to cosign. */
const EVERY = 10_000;
const AT_FIRST = 2_000;
const WITNESSES = 3;
const ENOUGH = 2;

/** States that a person has to hear of. */
const GRAVE: ReadonlySet<Looked['state']> = new Set(['fork', 'forgot', 'behind', 'unsigned', 'unproven']);

/** After these it cosigns nothing more. */
const ENDED: ReadonlySet<Looked['state']> = new Set(['fork', 'forgot']);

/**
 * @param agencies of whose first three departments one office each is a witness
 * @param folder of their folders, and of the policy of readers
 * @returns a function that ends them
 */
export async function startWitnesses(
  gateway: Pick<Gateway, 'url' | 'agency' | 'tree' | 'sequencer'>,
  folder: string,
  agencies: readonly SampleAgency[],
): Promise<() => Promise<void>> {
  const first = Map.groupBy(agencies, ({ departments }) => departments[0]).values();
  const names = [...first].slice(0, WITNESSES).flatMap(([office]) => office?.clientId ?? []);
  if (names.length === 0) return async () => {};
  const read = urlReader(gateway.url);
  const log = parseVerifier(
    sha256,
    Buffer.from((await read('key')) ?? [])
      .toString()
      .trim(),
  );
  if (!log) throw new Error('the log shows no key');
  makeFolder(folder);
  const keepers = names.map((name) => {
    const own = join(folder, name);
    if (!existsSync(filesIn(own).secret)) createKeeper(own, `${name}.witness`, log);
    return { name, ...keysIn(own), keeper: opened(name, own) };
  });
  const policy = [
    `log ${formatVerifier(log)} ${gateway.url}/log`,
    ...keepers.map(({ name, cosigner }) => `witness ${name} ${formatCosigner(cosigner)}`),
    `group departments ${Math.min(ENOUGH, names.length)} ${names.join(' ')}`,
    'quorum departments',
    '',
  ].join('\n');
  writeWhole(join(folder, 'policy'), policy);
  await gateway.tree.policy.swap(await gateway.tree.policy.read(), policy);
  const steps = keepers.flatMap(({ name, keeper }) => {
    if (!keeper) return [];
    const gate = connect({ issuer: gateway.url, clientId: name, key: gateway.agency(name).sig });
    let next = 0;
    const step = async () => {
      if (Date.now() < next) return { sequenced: 0 };
      const looked = await keeper.look(accessOf(await gate, read));
      if (GRAVE.has(looked.state)) tell(name, looked);
      if (looked.state !== 'nothing') next = ENDED.has(looked.state) ? Infinity : Date.now() + EVERY;
      return { sequenced: 0 };
    };
    return [step];
  });
  // A log that rested since yesterday would be shown frozen until these. What fails is repeated by the loops.
  await Promise.allSettled(steps.map((step) => step()));
  await gateway.sequencer.step().catch(() => {});
  const stops = steps.map((step) => stepNowAndThen({ step }, AT_FIRST));
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
    for (const { keeper } of keepers) keeper?.close();
  };
}

/** A witness that may cosign nothing more is still one of the policy, as a department's would be. */
function opened(name: string, folder: string) {
  try {
    return openKeeper(folder);
  } catch (error) {
    const end = endOf(error, folder);
    if (end === null) throw error;
    console.error(`fieldgate: ${name}: ${end}`);
    return null;
  }
}

function tell(name: string, looked: Looked): void {
  const say = t.states[looked.state];
  console.error(
    `fieldgate: ${name}: ${typeof say === 'string' ? say : say('size' in looked ? looked.size : 0)}`,
  );
}
