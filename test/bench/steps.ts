/** What the sequencer asks of AWS to take releases into its tree, in a step of one and of many: docs/operate/cost.md. */
import { KMSClient } from '@aws-sdk/client-kms';
import { withTables } from '../../functions/deps.ts';
import { sequencerApp } from '../../functions/sequencer/app.ts';
import { openLogFolder } from '../../infra/local/aws/log-folder.ts';
import { testGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { countDynamo, countedTree } from './counted.ts';

export interface Step {
  writes: number;
  reads: number;
  gets: number;
  /** Also those that replace a file; deletions are free of charge. */
  puts: number;
  signs: number;
}

const PRICE: Step = { writes: 0.625, reads: 0.125, gets: 0.4, puts: 5, signs: 15 };

const FIELDS = ['name', 'division_code', 'guardianship_status', 'schooling_status'];

/** Dollars of a million such steps. */
export function priceOf(step: Step): number {
  return Object.entries(PRICE).reduce((sum, [part, price]) => sum + price * step[part as keyof Step], 0);
}

/** @returns the mean of `times` steps that take so many releases each */
export async function stepsOf(releases: number, times: number): Promise<Step> {
  const gateway = await testGateway();
  let counts = none();
  const restore = countDynamo((write, units) => {
    counts[write ? 'writes' : 'reads'] += units;
  });
  const send = KMSClient.prototype.send;
  KMSClient.prototype.send = async function (this: KMSClient, command: object) {
    if (command.constructor.name === 'SignCommand') counts.signs += 1;
    return Reflect.apply(send, this, [command]);
  } as never;
  try {
    const { env, kms, dynamo } = gateway;
    const tree = countedTree(openLogFolder(null), (operation) => {
      if (/read/.test(operation)) counts.gets += 1;
      else if (!/remove/.test(operation)) counts.puts += 1;
    });
    const sequencer = sequencerApp({ ...withTables({ env, kms, dynamo, now: Date.now }), tree });
    const match = { id_number: freshNumber(BORN) };
    // Of three owners, each of whom sees the use of its own fields.
    await gateway.put('mps-county', { match, fields: { ...match, name: '张三', birth_date: BORN } });
    await gateway.put('mca-county', {
      match,
      fields: { division_code: '990001001', guardianship_status: 'normal' },
    });
    await gateway.put('edu-county', { match, fields: { schooling_status: 'primary' } });
    const why = { actions: ['release'], purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy' };
    const body = { collection: 'children', subjects: [{ match }], fields: FIELDS };
    const all = none();
    // The first ones register writers and begin the tree.
    for (let step = -5; step < times; step++) {
      for (let n = 0; n < releases; n++) {
        const { status } = await gateway.call('edu-county', why, 'POST', '/v1/releases', body);
        if (status !== 200) throw new Error(`a release was answered ${status}`);
      }
      counts = none();
      await sequencer.step();
      if (step < 0) continue;
      for (const part of Object.keys(all) as (keyof Step)[]) all[part] += counts[part] / times;
    }
    return all;
  } finally {
    KMSClient.prototype.send = send;
    restore();
    await gateway.close();
  }
}

function none(): Step {
  return { writes: 0, reads: 0, gets: 0, puts: 0, signs: 0 };
}
