/**
 * STS over HTTP in front of an emulator's, or alone: AssumeRole is put to the role's own policy and to the trust
 * policy of the synthesised stack, and who gets a session is remembered by its token.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Judge } from './judge.ts';

/** @param upstream the emulator that gives out the credentials; left out, they are made here */
export function guardedSts(judge: Judge, upstream?: string): Server {
  return createServer(async (request, response) => {
    const body = await text(request);
    const form = new URLSearchParams(body);
    const tags = tagsIn(form);
    const context = {
      ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
      'aws:TagKeys': Object.keys(tags),
    };
    const call = {
      fn: String(request.headers['x-amz-security-token']),
      on: form.get('RoleArn') ?? '',
      context,
    };
    const may = ['sts:AssumeRole', 'sts:TagSession'].every((action) => judge.allows({ ...call, action }));
    if (!may || form.get('Action') !== 'AssumeRole') {
      return response
        .writeHead(403)
        .end('<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>');
    }
    const answer = upstream ? await forward(upstream, body, request.headers.authorization) : made();
    const token = /<SessionToken>([^<]+)</.exec(answer)?.[1] ?? '';
    // An emulator may give the same token to every caller.
    const own = `${token}/${randomUUID()}`;
    judge.sessions.set(own, tags);
    return response.writeHead(200, { 'content-type': 'text/xml' }).end(answer.replace(token, own));
  });
}

function tagsIn(form: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let i = 1; form.has(`Tags.member.${i}.Key`); i++) {
    tags[form.get(`Tags.member.${i}.Key`) ?? ''] = form.get(`Tags.member.${i}.Value`) ?? '';
  }
  return tags;
}

async function forward(url: string, body: string, authorization = ''): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization };
  const answer = await fetch(url, { method: 'POST', headers, body });
  return answer.text();
}

function made(): string {
  const ends = new Date(Date.now() + 3_600_000).toISOString();
  return `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIANONE</AccessKeyId>
    <SecretAccessKey>none</SecretAccessKey><SessionToken>${randomUUID()}</SessionToken>
    <Expiration>${ends}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}
