declare module 'dynalite' {
  /** @returns an http.Server whose `close` also closes the database. */
  export default function dynalite(options: { path?: string; createTableMs?: number }): unknown;
}
