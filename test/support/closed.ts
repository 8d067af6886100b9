/** Closes what the tests of one file share, after them. Benches come here without a test runner. */
export async function closedAfter<T>(shared: T, parts: { close(): unknown }): Promise<T> {
  const { afterAll } = await import('vitest');
  afterAll(() => parts.close());
  return shared;
}
