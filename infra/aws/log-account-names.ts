import type { Settings } from './settings.ts';

/** Names that both accounts know before either stack is there. */
export function inLogAccount({ environment, account, region }: Settings) {
  if (account === undefined || region === undefined)
    throw new Error('with a log account the settings name account and region');
  const of = (what: string) => `fieldgate-${environment}-${what}-${account}-${region}`;
  return { copy: of('log'), trail: of('trail'), trailName: `fieldgate-${environment}` };
}
