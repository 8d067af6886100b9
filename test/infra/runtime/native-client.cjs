/**
 * Stands in for the one native part of AWS's runtime client, which posts results to the Runtime API. Building that
 * part needs autotools, a compiler and Node's headers; everything else of the client runs as AWS wrote it.
 */
const http = require('node:http');
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = (name, ...rest) =>
  name === './rapid-client.node' ? __filename : resolve.call(Module, name, ...rest);

const [hostname, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new http.Agent({ keepAlive: true });

function post(path, body) {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const request = http.request(
    { hostname, port, agent, method: 'POST', path: `/2018-06-01/runtime/invocation/${path}`, headers },
    (response) => response.resume(),
  );
  request.end(body);
}

module.exports = {
  done: (id, body) => post(`${id}/response`, body),
  error: (id, body) => post(`${id}/error`, body),
};
