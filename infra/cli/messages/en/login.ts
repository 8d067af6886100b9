export const callback = {
  elsewhere: 'The gateway redirects logins to another machine.',
  close: 'You can close this window and return to the terminal.\n',
  nothing: 'Nothing here.\n',
  portUsed: (port: string) => `Port ${port} of this machine is in use.`,
  late: 'No login within five minutes.',
};

export const login = {
  name: 'a sample person of the local gateway, such as zhang.wei',
  again: 'ask the person, even if the issuer still knows them: for acts that demand a recent login',
  needed: (person: string) => `This act demands that ${person} logs in again.\n`,
  otherPerson: (person: string) => `Another person logged in than ${person}. Nothing was done, and ${person} is still logged in here.`,
  noBrowser: 'only print the address',
  out: 'You are logged out.\n',
  wasOut: 'No person was logged in.\n',
  here: (address: string) => `Log in here:\n  ${address}\n`,
  refused: 'The login was refused or interrupted.',
  notLocal: 'Only a gateway on this machine signs in by name; omit the name.',
  noPerson: (name: string) => `The gateway has no sample person ${name}. The page that fieldgate login opens lists them.`,
  done: (who: string, office: string, clientId: string, may: string, until: string, path: string) => `You are ${who} of ${office} (${clientId}) and may: ${may}.\nUntil ${until}; the token is in ${path}.\n`,
  notGateway: (url: string) => `${url} does not describe itself as the gateway at this address.`,
  noPeople: 'This gateway has no logins of people; act as an agency, with --as.',
};

export const context = {
  name: 'the person whose login comes first from now on',
  notLoggedIn: (name: string) => `${name} is not logged in here: fieldgate login.`,
  several: (name: string) => `${name} is logged in more than once: add --url <url>, or --as <client id>.`,
  nobody: 'No person is logged in: fieldgate login.\n',
  person: 'person',
  office: 'office',
  gateway: 'gateway',
  until: 'until',
  keysOf: 'keys of',
};

export const doctor = {
  step: 'step',
  seen: 'seen',
  todo: 'what to do',
  names: {
    key: 'key file',
    login: 'login',
    address: 'address',
    proxy: 'proxy',
    host: 'name',
    tls: 'certificate',
    gateway: 'gateway',
    clock: 'clock',
    rights: 'rights',
  },
  none: 'none',
  noKey: 'Name an office: --as <client id>, or --agency-file <path>.',
  noLogin: 'If a person is to act: fieldgate login.',
  noAddress: 'Name the gateway: --url <url>. The key file of an office has it, too.',
  until: (person: string, clientId: string, at: string) => `${person} (${clientId}) until ${at}`,
  notAsked: 'as the file says; the gateway was not asked',
  certificate: (by: string, until: string) => `by ${by}, valid until ${until}`,
  ready: 'answers, and reaches its keys, store and log',
  ahead: (seconds: number) => (Math.abs(seconds) <= 1 ? 'as here' : `the gateway is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`),
  setClock: 'Set the clock of this machine by a time server: tokens and proofs have times.',
  may: (clientId: string, actions: string, purposes: string) => `${clientId}: ${actions}; ${purposes}`,
  noPurpose: 'No purpose is open to it, so it gets no field: two stewards add one with fieldgate agency change.',
  both: (what: string, hint: string) => `${what}. ${hint}`,
  unknown: 'Report it with the command used.',
};

export const whoami = {
  left: (left: number, limit: number) => `${left} of ${limit} left`,
  officer: "also show the rest of this officer's limits",
};
