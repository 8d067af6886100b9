/** One attempt to hand a message to a mail server, over TLS. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { createTransport } from 'nodemailer';
import { defined } from '../../shared/defined.ts';
import type { Mail } from '../../shared/records/gateway/channels.ts';
import { type Reached, Undelivered } from './reach.ts';

/** Port of SMTP that begins with TLS; on every other port STARTTLS must follow. */
const TLS_PORT = 465;

export interface Letter {
  id: string;
  subject: string;
  text: string;
}

/**
 * @param signal until when it is tried: a server that says a little at a time never ends by itself
 * @param ca a root besides those of Node
 * @throws Undelivered
 */
export async function mail(
  { host, port, login, from, to }: Mail,
  { address }: Reached,
  { id, subject, text }: Letter,
  { signal, ca }: { signal: AbortSignal; ca?: string },
): Promise<void> {
  // The connection goes to the address; the certificate must be that of the name.
  const connection = connect({ host: address, port, signal });
  connection.on('error', () => {});
  const transport = createTransport({
    ...{ connection, host: address, port, secure: port === TLS_PORT, requireTLS: port !== TLS_PORT },
    ...(login && { auth: { user: login.user, pass: login.password } }),
    tls: { servername: host, minVersion: 'TLSv1.2', ...defined({ ca }) },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    await once(connection, 'connect');
    const domain = from.slice(from.indexOf('@') + 1);
    const headers = { 'auto-submitted': 'auto-generated' };
    const messageId = `<${id}@${domain}>`;
    await transport.sendMail({ from, to: [...to], subject, text, messageId, headers });
  } catch (error) {
    const { code, responseCode } = error as { code?: string; responseCode?: number };
    throw new Undelivered(
      signal.aborted || code === 'ETIMEDOUT' ? 'slow' : responseCode ? 'refused' : 'unreachable',
    );
  } finally {
    transport.close();
    connection.destroy();
  }
}
