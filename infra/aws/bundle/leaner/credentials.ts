/**
 * Replaces `@aws-sdk/credential-provider-node` in the bundles. Lambda passes the credentials of a function's role in the
 * environment. The clients for SSO, STS, web identity and metadata addresses would slow every cold start and would be
 * further ways to obtain an identity. The environment is read once, because clients ask in each call.
 */
export function defaultProvider() {
  let kept: ReturnType<typeof read> | undefined;
  return async () => (kept ??= read());
}

function read() {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) throw new Error('the environment holds no credentials');
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}
