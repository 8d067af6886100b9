declare module 'dynalite/validations/index.js' {
  /** @returns the known members of a request. @throws an error with `statusCode` and `body` for a wrong type */
  export function checkTypes(input: object, types: object): object;
  /** @throws an error with `statusCode` and `body`. Adds the parsed expressions to the input. */
  export function checkValidations(input: object, types: object, custom: unknown, store: object): void;
}
