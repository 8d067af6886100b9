/**
 * Takes the place of `@aws/lambda-invoke-store` in the bundles, which keeps the trace's id where an instance serves
 * several requests at once. Ours serve one, so the SDK finds the id in the environment, where it looks next.
 */
export const InvokeStore = { getInstanceAsync: async () => undefined };
