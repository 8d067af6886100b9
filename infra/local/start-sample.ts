/** Loads sample data at start, once, and resumes after an interrupted start. */

import { SingleBar } from 'cli-progress';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import * as v from 'valibot';
import { FieldgateError } from '../../shared/client/wire/errors.ts';
import { texts } from '../cli/messages/language.ts';
import { writeWhole } from '../cli/whole-files.ts';
import { damaged, readIfThere, StartError } from './files.ts';
import type { Gateway } from './gateway.ts';
import { openCases } from './sample/caseload.ts';
import { giveConsents } from './sample/consents.ts';
import { loadSample } from './sample/load.ts';
import { SAMPLE_AGENCIES, SAMPLE_PEOPLE } from './sample/parties.ts';
import { codeOf, repeated } from './sample/repeated.ts';
import { makeRequests } from './sample/requests.ts';
import type { StatePaths } from './state/state.ts';

const { start: t } = await texts('local');

const sampleMarker = v.strictObject({
  /** The day from which ages are counted: that of the first load, so that later loads make the same people. */
  today: v.pipe(v.string(), v.isoDate()),
  /** Number of completely loaded people. */
  people: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type Sample = v.InferOutput<typeof sampleMarker>;

/**
 * @returns the sample that the store now holds; people beyond the requested number stay.
 * @throws StartError if the marker is damaged or the load is refused.
 */
export async function loadMissingSample(
  gateway: Gateway,
  paths: StatePaths,
  people: number,
): Promise<Sample> {
  const known = readMarker(paths.sample);
  if (known && known.people >= people) return known;
  const today = known?.today ?? new Date().toISOString().slice(0, 10);
  const mark = (sample: Sample) => writeWhole(paths.sample, `${JSON.stringify(sample)}\n`);
  // The day is stored before the first record, and the number after the last one. A start that is killed in
  // between resumes with the same people.
  if (!known) mark({ today, people: 0 });
  const key = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey);
  const jkt = await calculateJwkThumbprint(key);
  const signIn = async (name: string) => {
    const person = SAMPLE_PEOPLE.find(({ id }) => id === name);
    if (!person || !gateway.signIn) throw new StartError(t.noPerson(name));
    return { token: await gateway.signIn(person, jkt), key };
  };
  const sample = { people, today };
  const { url } = gateway;
  await fill('records', () => load(gateway, people, today));
  await fill('consents', () => giveConsents(url, gateway.agency('mca-county'), signIn, sample));
  // Later the offices may have closed them.
  if (!known?.people) await fill('cases', () => openCases(url, gateway.agency, signIn, sample));
  await fill('requests', () => makeRequests(url, gateway.agency, signIn, sample));
  mark({ today, people });
  return { today, people };
}

/** @throws StartError with the code of the refusal */
async function fill(part: keyof typeof t.parts, work: () => Promise<void>): Promise<void> {
  const of = (code: string) => `${t.parts[part]}: ${code}`;
  try {
    await repeated(work, (code) => console.error(`fieldgate: ${t.repeats(of(code))}`));
  } catch (error) {
    if (error instanceof FieldgateError) throw new StartError(t.notLoaded(of(codeOf(error))));
    throw error;
  }
}

async function load(gateway: Gateway, people: number, today: string): Promise<void> {
  const bar = new SingleBar({
    format: t.loading,
    clearOnComplete: true,
    hideCursor: true,
    // Without a terminal, an occasional line.
    noTTYOutput: true,
    notTTYSchedule: 2000,
  });
  let started = false;
  const agencies = SAMPLE_AGENCIES.map(({ clientId }) => gateway.agency(clientId));
  try {
    await loadSample(gateway.url, agencies, {
      people,
      today,
      onProgress({ clientId, done, total }) {
        if (!started) bar.start(total, done, { clientId });
        started = true;
        bar.update(done, { clientId });
      },
    });
  } finally {
    bar.stop();
  }
}

/** @returns `null` before the first load. */
function readMarker(file: string): Sample | null {
  const text = readIfThere(file);
  if (text === null) return null;
  try {
    return v.parse(sampleMarker, JSON.parse(text));
  } catch {
    throw damaged(file);
  }
}
