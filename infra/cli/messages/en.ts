/** The rooms of the command line in English, each loaded on its own. */
export const en = {
  agency: () => import('./en/agency.ts'),
  casework: () => import('./en/casework.ts'),
  data: () => import('./en/data.ts'),
  desk: () => import('./en/desk.ts'),
  identity: () => import('./en/identity.ts'),
  local: () => import('./en/local.ts'),
  log: () => import('./en/log.ts'),
  login: () => import('./en/login.ts'),
  policy: () => import('./en/policy.ts'),
  problems: () => import('./en/problems.ts'),
  program: () => import('./en/program.ts'),
  report: () => import('./en/report.ts'),
  sidecar: () => import('./en/sidecar.ts'),
  terminal: () => import('./en/terminal.ts'),
  verify: () => import('./en/verify.ts'),
  words: () => import('./en/words.ts'),
};
