import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import type { Session } from '../session/authenticate.ts';
import type { StewardDeps } from './app.ts';
import { limitsOf } from './limits.ts';

/** What the gateway knows about the caller, and what is left of its limits. */
export async function whoami(deps: StewardDeps, session: Session) {
  const { agency, person, grant, clockSkew } = session;
  return {
    ...describeAgency(agency),
    ...(person && {
      person: { name: person.name, subject: person.subject, actions: actionsOf(grant.actions, agency) },
    }),
    limits: await limitsOf(deps, session),
    clockSkew,
    time: new Date(deps.now()).toISOString(),
  };
}

/** A role counts within what the office may do. */
function actionsOf(granted: readonly string[], agency: Agency): string[] {
  return granted.filter((action) => (agency.actions as readonly string[]).includes(action));
}

function describeAgency(agency: Agency) {
  const { clientId, name, zh, departments, roles, areas, purposes, actions, trainedUntil } = agency;
  const keys = agency.jwks.keys.map(({ kid, use }) => ({ kid, use }));
  return { clientId, name, zh, departments, roles, areas, purposes, actions, keys, trainedUntil };
}
