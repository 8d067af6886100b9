/**
 * Replaces `@aws/lambda-invoke-store` in the bundles. The original keeps the trace id if an instance serves several
 * requests at once. Ours serve one, so the SDK falls back to the trace id in the environment.
 */
export const InvokeStore = { getInstanceAsync: async () => undefined };
