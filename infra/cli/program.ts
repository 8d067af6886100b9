/** The commands: one file for each, all of them through the client library. */
import { Option, type Command as Plain } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { registerAgency } from './agency/agency.ts';
import { registerKeys } from './agency/keys.ts';
import { registerCase } from './casework/case.ts';
import { registerConsent } from './casework/consent.ts';
import { registerFreeze } from './casework/freeze.ts';
import { registerHarmReport } from './casework/harm-report.ts';
import { registerHold } from './casework/hold.ts';
import { registerIncident } from './casework/incident.ts';
import { registerNotice } from './casework/notice.ts';
import { registerObjection } from './casework/objection.ts';
import { registerRequest } from './casework/request.ts';
import { registerSecond } from './casework/second.ts';
import { registerPurposeMet, registerTask } from './casework/task.ts';
import { Command } from './command.ts';
import { registerCatalogue } from './data/catalogue.ts';
import { registerInquiry } from './data/inquiry.ts';
import { registerInsight } from './data/insight.ts';
import { registerIntake } from './data/intake.ts';
import { registerPosting } from './data/posting.ts';
import { registerRelease } from './data/release.ts';
import { registerSample } from './data/sample.ts';
import { registerSidecar } from './data/sidecar.ts';
import { registerLog } from './log/log.ts';
import { registerUsage } from './log/usage.ts';
import { registerLogin } from './login/login.ts';
import { registerWhoami } from './login/whoami.ts';
import { registerPolicy } from './policy/policy.ts';
import { registerReport } from './report/report.ts';
import { registerAttest } from './verify/attest.ts';
import { registerCheckCode, registerProgrammes, registerVerify } from './verify/verify.ts';

export const program = new Command('fieldgate')
  .description('Stores records in a Fieldgate gateway, requests fields, and reads the decryption log.')
  .version(packageFile.version, '--version', 'show the version')
  .addOption(
    new Option('--as <client id>', 'act as this agency, with its keys in .fieldgate/agencies').env(
      'FIELDGATE_AS',
    ),
  )
  .option('--agency-file <path>', 'act as the agency whose keys are in this file')
  .addOption(
    new Option('--url <url>', 'the gateway, if it is not the one in the key file').env('FIELDGATE_URL'),
  )
  .option('--json', 'write JSON, errors included')
  .configureHelp({ showGlobalOptions: true, sortSubcommands: true })
  .helpCommand('help [command]', 'show help for a command')
  .showHelpAfterError('(fieldgate help shows the usage)')
  .addHelpText(
    'after',
    `
Examples:
  fieldgate whoami --as edu-county
  fieldgate release --as edu-county --purpose S1 --officer zhang.wei --reason "winter subsidy" --ref <ref>
  fieldgate log --as audit-office --from 1h
  fieldgate usage --as health-hospital

Exit codes:
  0  done
  1  the gateway refused or failed, completely or for some of the records or people
  2  the command was used wrongly: an option, a file, a key
  3  the gateway cannot be reached
  4  a release was sent and its answer was lost: check the log before repeating it`,
  )
  .exitOverride();

for (const register of [
  registerIntake,
  registerRelease,
  registerVerify,
  registerProgrammes,
  registerAttest,
  registerLog,
  registerUsage,
  registerReport,
  registerLogin,
  registerWhoami,
  registerCatalogue,
  registerPosting,
  registerSample,
  registerAgency,
  registerPolicy,
  registerSidecar,
  registerKeys,
  registerInsight,
  registerNotice,
  registerTask,
  registerPurposeMet,
  registerObjection,
  registerInquiry,
  registerIncident,
  registerFreeze,
  registerSecond,
  registerHold,
  registerHarmReport,
  registerCase,
  registerConsent,
  registerCheckCode,
  registerRequest,
]) {
  register(program);
}
for (const command of program.commands) inherit(command);

/** A command copies the program's settings when `command()` makes it, so later settings are applied to each. */
function inherit(command: Plain): void {
  command.exitOverride();
  for (const child of command.commands) inherit(child);
}
