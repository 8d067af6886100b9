/** Deciding by the pack: warm, over all of its fields, and the pack's cost for a starting function. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { pack } from '../../functions/session/policy.ts';
import { decide } from '../../shared/policy/decide/decide.ts';
import type { ConsentArtefact, Situation } from '../../shared/policy/types.ts';
import { AT_DESK, askFor, callerFor, NOW } from '../policy/support.ts';
import { measure } from './rounds.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 40);
const STARTS = Number(process.env['STARTS'] ?? 31);
/** µs of a decision, ms of a start. */
const GOALS = { decision: 60, start: 5 };

export async function benchPolicy(): Promise<void> {
  const fields = [...pack.fields.keys()];
  const cases = [...pack.purposes.keys()].map((purpose) => {
    const caller = callerFor(pack, purpose);
    const ask = askFor(pack, purpose, {
      fields,
      request: 'some',
      imminentDangerAttested: purpose === 'E1',
      inquirer: 'child',
    });
    const known = situationFor(purpose);
    return { name: purpose, times: 2000, run: () => decide(pack, caller, ask, known, NOW) };
  });
  const results = await measure(cases, ROUNDS);
  console.log(`A decision over ${fields.length} fields, CPU µs, medians of ${ROUNDS} rounds`);
  for (const { name, run } of cases) {
    const { outcome, reason, fields: shown } = run();
    console.log(
      `${name}  ${results.get(name)?.toFixed(1).padStart(6)}  ${outcome} (${reason}), ${shown.size} fields`,
    );
  }
  const worst = Math.max(...results.values());
  console.log(
    `worst ${worst.toFixed(1)} µs, goal ${GOALS.decision}: ${worst <= GOALS.decision ? 'met' : 'MISSED'}`,
  );
  const { read, first } = start();
  console.log(
    `\nIn a fresh process, processor ms, least of ${STARTS}: reading the pack ${read.toFixed(1)}, goal ${GOALS.start}: ` +
      `${read <= GOALS.start ? 'met' : 'MISSED'}; the first decision, with the code that it runs, ${first.toFixed(1)}`,
  );
}

/** A child of 15 who consented to everything, approved in everything. */
function situationFor(purpose: string): Situation {
  const act = (giver: string, what: ConsentArtefact['act'], at: string): ConsentArtefact => ({
    ...{ id: `${giver}-${what}`, version: 1, purpose, recipient: 'caller', giver, act: what, at },
    fields: [...pack.fields.keys()],
    from: '2026-03-01T00:00:00Z',
    until: '2026-12-01T00:00:00Z',
  });
  return {
    county: '990001',
    facts: {
      birth_date: '2011-01-06',
      guardianship_status: { status: 'normal', conflict: false },
      able_to_express_will: true,
      division_code: '990001001001',
      ...AT_DESK.facts,
    },
    consents: [
      act('child', 'notified', '2026-03-01T00:00:00Z'),
      act('guardian', 'notified', '2026-03-01T00:00:00Z'),
      act('child', 'given', '2026-03-02T00:00:00Z'),
      act('guardian', 'given', '2026-03-02T00:00:00Z'),
      act('guardian', 'informed', '2026-03-02T00:00:00Z'),
      act('recipient', 'processed', '2026-03-02T00:00:00Z'),
    ],
    frozen: false,
    conflict: false,
    disputed: [],
    assigned: true,
    approval: { fields: new Map([...pack.fields.keys()].map((field) => [field, 'an entry'])) },
  };
}

/** Bundled as functions are. The least times count, because a busy machine only adds to them. */
function start(): { read: number; first: number } {
  const folder = mkdtempSync(join(tmpdir(), 'bench-policy-'));
  const [entry, outfile] = [join(import.meta.dirname, 'policy-start.ts'), join(folder, 'start.cjs')];
  buildSync({ entryPoints: [entry], outfile, bundle: true, minify: true, platform: 'node', format: 'cjs' });
  const times = Array.from({ length: STARTS }, () =>
    spawnSync(process.execPath, [outfile, `${NOW}`], { encoding: 'utf8' })
      .stdout.trim()
      .split(' ')
      .map(Number),
  );
  rmSync(folder, { recursive: true });
  const least = (at: number) => Math.min(...times.map((one) => one[at] ?? Number.NaN));
  return { read: least(0), first: least(1) };
}
