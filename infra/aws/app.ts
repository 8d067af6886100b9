/** The CDK app: `npx cdk synth -c environment=prod …`. The default is `dev`. Synthesis needs no account. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';
import { IamAlarms } from './alarms/iam-alarms.ts';
import { compiledPack } from './bundle/compiled-pack.ts';
import { shapeOf } from './bundle/pack-shape.ts';
import { GatewayStack } from './gateway-stack.ts';
import { iamStackOf } from './iam-region.ts';
import { KeyStack } from './key-stack.ts';
import { type Settings, settingsFor } from './settings.ts';
import { LogAccount } from './stored/log-account.ts';
import { completed } from './told.ts';

const app = new App();
const given = (name: string) => app.node.tryGetContext(name);
// In China an open API needs an ICP filing, and Cognito is missing in some regions; see docs/operate/china.md.
const china = given('partition') === 'aws-cn';
// Synthesise for a region of the partition: Ningxia, or Beijing with -c region=cn-north-1.
const region = (name: string) => given(name) ?? (name === 'region' ? 'cn-northwest-1' : undefined);
const { compiled, folder } = compiledPack(given('pack'));
const complete = {
  ...completed(settingsFor(given('environment') ?? 'dev'), china ? region : given),
  ...(folder === undefined ? {} : { pack: folder }),
};
const settings: Settings = china
  ? { ...complete, authorization: 'iam', cryptography: 'national', people: peopleInChina(complete) }
  : complete;
const [name, shape] = [`fieldgate-${settings.environment}`, shapeOf(loadPack(compiled))];
const { logAccount } = settings;
if (logAccount !== undefined) new LogAccount(app, `${name}-archive`, settings, logAccount);
const keys = new KeyStack(app, `${name}-keys`, shape, settings);
new GatewayStack(app, name, keys, shape, settings);
const ofIam = iamStackOf(settings);
if (ofIam !== null) new IamAlarms(app, `${name}-iam`, settings, ofIam);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app));

/** Keeps an issuer set by the operator; replaces a user pool by none. */
function peopleInChina({ people }: Settings): Settings['people'] {
  return people.issuer === 'cognito' ? { issuer: 'none' } : people;
}
