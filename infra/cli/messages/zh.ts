import type { en } from './en.ts';

/** 命令行的中文文字。 */
export const zh = {
  agency: () => import('./zh/agency.ts'),
  casework: () => import('./zh/casework.ts'),
  data: () => import('./zh/data.ts'),
  faults: () => import('./zh/faults.ts'),
  desk: () => import('./zh/desk.ts'),
  identity: () => import('./zh/identity.ts'),
  local: () => import('./zh/local.ts'),
  log: () => import('./zh/log.ts'),
  login: () => import('./zh/login.ts'),
  policy: () => import('./zh/policy.ts'),
  problems: () => import('./zh/problems.ts'),
  program: () => import('./zh/program.ts'),
  report: () => import('./zh/report.ts'),
  sidecar: () => import('./zh/sidecar.ts'),
  terminal: () => import('./zh/terminal.ts'),
  verify: () => import('./zh/verify.ts'),
  words: () => import('./zh/words.ts'),
} satisfies typeof en;
