/** Connections that a gateway must bear: idle, half open, slow, and with bodies that are too long. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

type Begin = () => Promise<() => Promise<string>>;

export function crowd(url: string): [string, Begin][] {
  const { port } = new URL(url);
  const open = (count: number, text: string) => openMany(Number(port), count, text);
  const head = 'POST /v1/intake HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
  const cut = (sockets: Tried[]) => async () => {
    const ended = sockets.filter(({ closed }) => closed).length;
    const answers = new Set(sockets.map(({ answer }) => answer.slice(9, 12)).filter(Boolean));
    for (const { socket } of sockets) socket.destroy();
    await sleep(500);
    return `${sockets.length} opened, ${ended} ended by the gateway, answered ${[...answers].join(', ') || 'nothing'}`;
  };
  return [
    ['idle connections', async () => cut(await open(10_000, ''))],
    ['half a header', async () => cut(await open(2000, head))],
    ['half a body', async () => cut(await open(2000, `${head}Content-Length: 100\r\n\r\n{`))],
    [
      'bodies of a declared 1 GB',
      async () => cut(await open(500, `${head}Content-Length: 1000000000\r\n\r\n{`)),
    ],
    ['bodies of 5 MB in chunks', async () => cut(await sendLong(Number(port), 50, head))],
  ];
}

interface Tried {
  socket: Socket;
  answer: string;
  closed: boolean;
}

async function openMany(port: number, count: number, text: string): Promise<Tried[]> {
  const all: Tried[] = [];
  for (let n = 0; n < count; n++) {
    const tried: Tried = { socket: connect(port, '127.0.0.1'), answer: '', closed: false };
    tried.socket.on('data', (data) => {
      tried.answer ||= String(data);
    });
    tried.socket
      .on('error', () => {})
      .on('close', () => {
        tried.closed = true;
      });
    if (text) tried.socket.write(text);
    all.push(tried);
    if (n % 100 === 99) await sleep(10);
  }
  await sleep(500);
  return all;
}

async function sendLong(port: number, count: number, head: string): Promise<Tried[]> {
  const all = await openMany(port, count, `${head}Transfer-Encoding: chunked\r\n\r\n`);
  const piece = `${(100_000).toString(16)}\r\n${' '.repeat(100_000)}\r\n`;
  for (let n = 0; n < 50; n++) {
    for (const { socket } of all) if (socket.writable) socket.write(piece);
    await sleep(20);
  }
  return all;
}
