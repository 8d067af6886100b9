/** The CDK app: `npx cdk synth -c environment=prod`; without it, `dev`. Needs no account to synthesise. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import pack from '../../shared/packs/disadvantaged-children.json' with { type: 'json' };
import { GatewayStack } from './gateway-stack.ts';
import { shapeOf } from './pack-shape.ts';
import { type Settings, settingsFor } from './settings.ts';

const app = new App();
const settings = settingsFor(app.node.tryGetContext('environment') ?? 'dev');
// In China API Gateway may stand open only with a filing, and Cognito is not in every region; see docs/operate/china.md.
const china = app.node.tryGetContext('partition') === 'aws-cn';
// A region of the partition, so that what differs there is synthesised for it: Ningxia, or Beijing by -c region=cn-north-1.
const region: string = app.node.tryGetContext('region') ?? 'cn-northwest-1';
new GatewayStack(
  app,
  `fieldgate-${settings.environment}`,
  shapeOf(pack),
  china ? { ...settings, authorization: 'iam', people: peopleInChina(settings) } : settings,
  china ? { env: { region } } : {},
);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app));

/** An issuer of the operator's own goes along; a user pool would not. */
function peopleInChina({ people }: Settings): Settings['people'] {
  return people.issuer === 'cognito' ? { issuer: 'none' } : people;
}
