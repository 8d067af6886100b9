/** The gateway's codes whose title speaks of a program and not of a person. Of any other its title is shown. */
export const problems = {
  TOKEN_INVALID: 'The session is over',
  ACTION_NOT_GRANTED: 'Your role does not permit this',
  ROLE_REQUIRED: 'Your office may not do this',
} as Record<string, string>;
