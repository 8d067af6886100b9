export const agencyFile = {
  nameAgency: (known: string) => `Name the agency to act as: --as <client id>${known} or --agency-file <path>. People use fieldgate login.`,
  badClientId: 'A client id contains letters, digits, - and _ only.',
  startFirst: '. Start the local gateway first (npm start), or give --agency-file <path>',
  noFile: (path: string, hint: string) => `There is no readable key file ${path}${hint}.`,
  notKeyFile: (path: string) => `${path} is not a key file: it must hold JSON with clientId, issuer, sig and enc.`,
  meant: (name: string) => ` (is ${name} meant?)`,
  oneOf: (names: string) => ` (one of ${names})`,
};

export const secrets = {
  noKey: (path: string) => `${path} is not a key that this program made.`,
};

export const login = {
  damaged: (file: string) => `${file} is damaged; run fieldgate login again.`,
  elsewhere: (issuer: string, url: string) => `You are logged in at ${issuer}, not there; run fieldgate login --url ${url}.`,
  expired: 'Your login has expired; run fieldgate login again.',
};
