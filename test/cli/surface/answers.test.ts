/** Exit codes and the shape of `--json` of each command in a story, as scripts have come to know them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileRig } from '../../casework/rig.ts';
import { sharedFolder } from '../../support/folder.ts';
import { noticeFor } from '../../support/notices.ts';
import { fieldgate, logInAt, putAgency } from '../run.ts';
import { STORY } from './story.ts';
import { shapeOf } from './surface.ts';

/** Written again with FIELDGATE_RECORD=1, after a change that is meant. */
const RECORDED = 'test/cli/surface/answers.txt';

const folder = sharedFolder();
const rig = await fileRig();
logInAt(folder, rig.gateway);
for (const clientId of new Set(STORY.map(({ as }) => as))) putAgency(folder, rig.gateway.agency(clientId));
writeFileSync(join(folder, 'paper.pdf'), 'signed');
writeFileSync(join(folder, 'harm.txt'), 'Bruises on both arms.\n');
writeFileSync(join(folder, 'lines.txt'), '990001201806259991\n');
writeFileSync(join(folder, 'list.csv'), '村,救助类别\n清河村,低保\n');

async function play(): Promise<string[]> {
  const [child, other, third] = [await rig.child(), await rig.child(), await rig.child()];
  await rig.gateway.put('edu-county', {
    match: child.match,
    fields: { student_no: `G${child.match.id_number}` },
  });
  await rig.decide(child);
  const kept = new Map([
    ['child', child.match.id_number],
    ['other', other.match.id_number],
    ['third', third.match.id_number],
    ['notice', noticeFor('D1')],
  ]);
  const lines: string[] = [];
  for (const { as, by, say, keep, pass } of STORY) {
    if (pass) await rig.gateway.casework.pass();
    await rig.gateway.sequencer.step();
    const words = say
      .split(' ')
      .map((word) => word.replace(/\$(\w+)/, (_, name) => kept.get(name) ?? 'missing'));
    const who = by === undefined ? [] : ['--officer', by, '--reason', 'review-as-was-found'];
    const { code, stdout, stderr } = await fieldgate(folder, [...words, '--as', as, ...who, '--json']);
    const said = stdout === '' ? JSON.parse(stderr).error.code : shapeOf(JSON.parse(stdout));
    lines.push(`${as}\t${say}\t${code}\t${said}`);
    const [name, path = ''] = keep?.split('=') ?? [];
    if (name === undefined || stdout === '') continue;
    let at = JSON.parse(stdout).data;
    for (const step of path.split('.')) at = at?.[step];
    if (typeof at === 'string') kept.set(name, at);
  }
  return lines;
}

it('keeps exit codes and the shape of answers', { timeout: 580_000 }, async () => {
  const lines = await play();
  if (process.env['FIELDGATE_RECORD']) writeFileSync(RECORDED, `${lines.join('\n')}\n`);
  const recorded = readFileSync(RECORDED, 'utf8').split('\n').filter(Boolean);
  expect(lines).toEqual(recorded);
});
