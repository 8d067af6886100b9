/** Servers of Debian, each started on a socket in a folder of its own, as a user without rights. Never the machine's own one. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

export interface Server {
  kind: 'postgresql' | 'mariadb';
  /** PostgreSQL: the folder of the socket; MariaDB: the socket. */
  socket: string;
  user: string;
  /** As its owner: creates databases, fills and changes tables. */
  run(sql: string, database?: string): Promise<void>;
  /** As if the machine had lost its power; then it starts again. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** Ends it, and its folder goes. */
  remove(): Promise<void>;
  /** 127.0.0.1, where it asks for passwords, if it was started with a certificate. */
  port: number | undefined;
  /** From now on it shows this certificate. */
  certify(files: Certificate): Promise<void>;
}

/** Two files. */
export interface Certificate {
  certificate: string;
  key: string;
}

/** A port on which nothing listens at the moment. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    }),
  );
}

function putCertificate(folder: string, { certificate, key }: Certificate): void {
  for (const [from, name] of [
    [certificate, 'tls.pem'],
    [key, 'tls.key'],
  ] as const) {
    const path = join(folder, name);
    rmSync(path, { force: true });
    copyFileSync(from, path);
    chmodSync(path, 0o600);
    if (own.uid) chownSync(path, own.uid, own.gid);
  }
}

const NOBODY = 65534;
const AUTH = ['--auth-local=trust', '--auth-host=scram-sha-256'];
const own = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
/** Temporary files lie in the server's own folder, too. */
const within = (cwd: string) => ({ ...own, cwd, env: { PATH: process.env['PATH'], TMPDIR: cwd } });
const postgres = globSync('/usr/lib/postgresql/*/bin').at(-1);
const hasDriver = (name: string) => existsSync(`node_modules/${name}/package.json`);

/** In words, if this machine can't try it; `null` if it can. */
export const lacks = {
  postgresql: !postgres
    ? 'no server: bash .ci/debian databases'
    : hasDriver('pg')
      ? null
      : 'no driver: npm ci',
  mariadb: !existsSync('/usr/sbin/mariadbd')
    ? 'no server: bash .ci/debian databases'
    : hasDriver('mysql2')
      ? null
      : 'no driver: npm ci',
} as const;

// biome-ignore lint/suspicious/noExplicitAny: the drivers bring no types that the program uses
const driver = async (name: string): Promise<any> => (await import(name)).default;

function folderOf(name: string): string {
  // The folder of the tests is their user's alone, and the path of a socket is short.
  const folder = mkdtempSync(`/tmp/fieldgate-${name}-`);
  mkdirSync(join(folder, 'socket'));
  for (const path of [folder, join(folder, 'socket')]) if (own.uid) chownSync(path, own.uid, own.gid);
  return folder;
}

function serverOf(
  folder: string,
  command: string,
  args: readonly string[],
  { reload, ...rest }: Omit<Server, 'crash' | 'start' | 'remove' | 'certify'> & { reload: string },
): Server {
  let child: ChildProcess | null = null;
  const stop = async () => {
    const running = child;
    child = null;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((done) => running.once('exit', done));
    running.kill('SIGKILL');
    await ended;
  };
  const start = async () => {
    child = spawn(command, args, { ...within(folder), stdio: 'ignore' });
    for (let time = 0; ; time++) {
      try {
        return await rest.run('SELECT 1');
      } catch (error) {
        if (time > 240 || child.exitCode !== null) throw error;
        await new Promise((next) => setTimeout(next, 250));
      }
    }
  };
  const remove = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const certify = async (files: Certificate) => {
    putCertificate(folder, files);
    await rest.run(reload);
  };
  return { ...rest, crash: stop, start, remove, certify };
}

export async function startPostgres(tls?: Certificate): Promise<Server> {
  const folder = folderOf('postgres');
  const port = tls && (await freePort());
  if (tls) putCertificate(folder, tls);
  const [data, socket] = [join(folder, 'data'), join(folder, 'socket')];
  const made = ['-D', data, '-U', 'owner', ...AUTH, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(postgres ?? '', 'initdb'), made, { ...within(folder), stdio: 'ignore' });
  const listens = tls
    ? ['ssl=on', `ssl_cert_file=${folder}/tls.pem`, `ssl_key_file=${folder}/tls.key`, `port=${port}`]
    : ['listen_addresses='];
  const set = ['fsync=off', ...(tls ? ['listen_addresses=127.0.0.1'] : []), ...listens];
  const args = ['-D', data, '-k', socket, ...set.flatMap((one) => ['-c', one])];
  const server = serverOf(folder, join(postgres ?? '', 'postgres'), args, {
    ...{ kind: 'postgresql', socket, user: 'owner', port, reload: 'SELECT pg_reload_conf()' },
    async run(sql, database = 'postgres') {
      const { Client } = await driver('pg');
      const client = new Client({ host: socket, user: 'owner', database, ...(port && { port }) });
      await client.connect();
      await client.query(sql).finally(() => client.end());
    },
  });
  await server.start();
  return server;
}

export async function startMariadb(tls?: Certificate): Promise<Server> {
  const folder = folderOf('mariadb');
  const port = tls && (await freePort());
  if (tls) putCertificate(folder, tls);
  const [data, socket] = [join(folder, 'data'), join(folder, 'socket', 's')];
  const made = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal'];
  execFileSync('mariadb-install-db', [...made, '--skip-test-db'], { ...within(folder), stdio: 'ignore' });
  const listens = tls
    ? [
        `--ssl-cert=${folder}/tls.pem`,
        `--ssl-key=${folder}/tls.key`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
      ]
    : ['--skip-networking'];
  const args = ['--no-defaults', `--datadir=${data}`, `--socket=${socket}`, ...listens];
  const server = serverOf(folder, '/usr/sbin/mariadbd', [...args, `--pid-file=${folder}/pid`], {
    ...{ kind: 'mariadb', socket, user: 'root', port, reload: 'FLUSH SSL' },
    async run(sql, database = 'mysql') {
      const mysql = await driver('mysql2/promise');
      const client = await mysql.createConnection({
        ...{ socketPath: socket, user: 'root', database, multipleStatements: true, charset: 'utf8mb4' },
      });
      await client.query(sql).finally(() => client.end());
    },
  });
  await server.start();
  return server;
}
