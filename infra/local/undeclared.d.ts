declare module 'dynalite/validations/index.js' {
  /** @returns the known members of a request. @throws an error with `statusCode` and `body` for a wrong type */
  export function checkTypes(input: object, types: object): object;
  /** @throws an error with `statusCode` and `body`. Adds the parsed expressions to the input. */
  export function checkValidations(input: object, types: object, custom: unknown, store: object): void;
}

declare module 'dynalite/db/conditionParser.js' {
  const parser: { parse(text: string, options: object): unknown };
  export default parser;
}

declare module 'dynalite/db/updateParser.js' {
  const parser: { parse(text: string, options: object): unknown };
  export default parser;
}

declare module 'dynalite/db/projectionParser.js' {
  const parser: { parse(text: string, options: object): unknown };
  export default parser;
}

declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  /** Keeps what expires in memory, with its own room. */
  export function createMemoryAdapter(): import('oidc-provider').AdapterFactory;
}
