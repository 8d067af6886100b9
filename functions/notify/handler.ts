import { lambdaDeps } from '../deps.ts';
import { Work } from '../http/scheduled.ts';
import { writeMetrics } from '../metrics.ts';
import { isClosed } from '../mode.ts';
import { tellPeople } from './app.ts';
import { networksIn } from './reach.ts';
import { channelsIn } from './secret.ts';

const deps = lambdaDeps(['watchTable', 'modeTable', 'channelsSecret', 'secretsEndpoint', 'receivers']);
const channels = channelsIn(deps.kms, deps.env, deps.now);
const open = networksIn(deps.env.receivers);

/** Milliseconds left for the attempts that have begun, each of ten seconds, and for what they leave in the table. */
const SPARE = 20_000;

/** Scheduled each minute: makes messages of marks, and tries those that are due. */
export async function handler(
  _event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<void> {
  if (await isClosed(deps.dynamo, 'notify')) return;
  const goOn = () => context.getRemainingTimeInMillis() > SPARE;
  const work = new Work('notify');
  const told = await work.step(async () =>
    tellPeople({ table: deps.tables.watch, channels: await channels(), now: deps.now, open }, goOn),
  );
  // Zero is omitted: CloudWatch bills a metric for each hour in which it is written.
  const { late = 0, ...about } = told ?? {};
  if (Object.values({ late, ...about }).some((count) => count > 0))
    writeMetrics({ MessagesLate: late || null }, { now: deps.now(), about });
  work.end();
}
