import { expect, test } from 'vitest';
import { type LoadProgress, loadSample } from '../../../infra/local/sample/load.ts';
import { SAMPLE_SOURCES } from '../../../infra/local/sample/records.ts';
import { fileGateway } from '../../support/gateway.ts';

const OPTIONS = { people: 16, today: '2026-11-25' };

const gateway = await fileGateway();

const agencies = () => SAMPLE_SOURCES.map((clientId) => gateway.agency(clientId));

async function intakeEntries(): Promise<number> {
  const json = await gateway.audit('/v1/log/entries?kind=intake&limit=1000');
  // The decoy is the gateway's own, and may be there or not.
  return json.entries.filter(({ handler }: { handler: { agency: string } }) => handler.agency !== 'fieldgate')
    .length;
}

test('a load that is cut short continues from there, and a complete one is not repeated', async () => {
  const cut = loadSample(gateway.url, agencies(), {
    ...OPTIONS,
    onProgress({ clientId, done }) {
      if (clientId === 'edu-county' && done > 0) throw new Error('cut');
    },
  });
  await expect(cut).rejects.toThrow('cut');
  const before = await intakeEntries();

  const seen: LoadProgress[] = [];
  const rest = await loadSample(gateway.url, agencies(), { ...OPTIONS, onProgress: (one) => seen.push(one) });
  const written = rest.agencies.reduce((sum, one) => sum + one.written, 0);
  const already = rest.agencies.reduce((sum, one) => sum + one.already, 0);
  expect(already).toBe(before);
  expect(await intakeEntries()).toBe(before + written);
  expect(seen.at(-1)).toMatchObject({ done: written + already, total: written + already });

  const again = await loadSample(gateway.url, agencies(), OPTIONS);
  expect(again.agencies.every((one) => one.written === 0)).toBe(true);
  expect(await intakeEntries()).toBe(before + written);
});

test('needs the keys of every agency that puts records in', async () => {
  await expect(loadSample(gateway.url, agencies().slice(1), OPTIONS)).rejects.toThrow('mca-county');
});

test('a key that the gateway does not know is refused', async () => {
  const [first, second, ...rest] = agencies() as [
    ReturnType<typeof gateway.agency>,
    ReturnType<typeof gateway.agency>,
  ];
  const swapped = [{ ...first, sig: second.sig }, second, ...rest];
  await expect(loadSample(gateway.url, swapped, OPTIONS)).rejects.toMatchObject({ oauth: 'invalid_client' });
});
