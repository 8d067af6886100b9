/** A gateway for the networks of its offices alone: WAF's decision, by the statements of the template. */
import { BlockList, isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { findings } from '../../infra/aws/commands/gate.ts';
import { OPEN, ROUTES } from '../../infra/aws/routes.ts';
import { faultsOf } from './schema.ts';
import { ofType, type Synthesised, synthesise } from './synthesise.ts';

const stack = synthesise('prod', { networks: ['203.0.113.0/24', '198.51.100.7/32', '2001:db8::/32'] });
const CLOSED = Object.values(ROUTES)
  .flat()
  .filter((path) => !(OPEN as readonly string[]).includes(path));

interface Statement {
  AndStatement?: { Statements: Statement[] };
  OrStatement?: { Statements: Statement[] };
  NotStatement?: { Statement: Statement };
  RegexMatchStatement?: { RegexString: string };
  IPSetReferenceStatement?: { Arn: { 'Fn::GetAtt': [string, string] } };
}

function matches(from: Synthesised, one: Statement, path: string, address: string): boolean {
  const all = (some: Statement[]) => some.map((inner) => matches(from, inner, path, address));
  if (one.AndStatement) return all(one.AndStatement.Statements).every(Boolean);
  if (one.OrStatement) return all(one.OrStatement.Statements).some(Boolean);
  if (one.NotStatement) return !matches(from, one.NotStatement.Statement, path, address);
  if (one.RegexMatchStatement) return new RegExp(one.RegexMatchStatement.RegexString).test(path);
  const [id = ''] = one.IPSetReferenceStatement?.Arn['Fn::GetAtt'] ?? [];
  const { IPAddressVersion, Addresses } = from.resources.get(id)?.Properties ?? expect.fail(`no set ${id}`);
  const family = IPAddressVersion === 'IPV6' ? 'ipv6' : 'ipv4';
  if (isIPv6(address) !== (family === 'ipv6')) return false;
  const list = new BlockList();
  for (const network of Addresses as string[]) {
    const [start = '', bits] = network.split('/');
    list.addSubnet(start, Number(bits), family);
  }
  return list.check(address, family);
}

function isRefused(path: string, address: string, from = stack): boolean {
  const [, acl] = ofType(from, 'AWS::WAFv2::WebACL')[0] ?? expect.fail('no firewall');
  const rule = acl.Properties.Rules.find(({ Name }: { Name: string }) => Name === 'networks');
  expect(rule.Action).toEqual({ Block: { CustomResponse: { ResponseCode: 403 } } });
  return matches(from, rule.Statement, path, address);
}

describe('with networks in the settings', () => {
  it.each(['192.0.2.1', '198.51.100.8', '2001:db9::1'])(
    '%s reaches only the open paths, and gets no token',
    (address) => {
      for (const path of CLOSED)
        for (const at of [path, `/v${path}`]) expect([at, isRefused(at, address)]).toEqual([at, true]);
      for (const path of OPEN) expect([path, isRefused(path, address)]).toEqual([path, false]);
    },
  );

  it.each(['203.0.113.9', '198.51.100.7', '2001:db8:1::1'])('%s reaches every path', (address) => {
    for (const path of [...CLOSED, ...OPEN]) expect([path, isRefused(path, address)]).toEqual([path, false]);
  });

  it('the template is one that AWS knows, and one family alone is enough', () => {
    expect([...stack.resources].flatMap(([id, resource]) => faultsOf(id, resource))).toEqual([]);
    const four = synthesise('prod', { networks: ['203.0.113.0/24'] });
    expect(ofType(four, 'AWS::WAFv2::IPSet')).toHaveLength(1);
    expect(isRefused('/v1/releases', '2001:db8::1', four)).toBe(true);
    expect(isRefused('/v1/releases', '203.0.113.1', four)).toBe(false);
  });
});

it('the gate names a network that is added, and the rule that is taken away', () => {
  const wider = synthesise('prod', { networks: ['203.0.113.0/24', '198.51.100.0/24', '2001:db8::/32'] });
  expect(findings(stack.template as never, wider.template as never).join('\n')).toMatch(/IPSet/);
  const lines = findings(stack.template as never, synthesise('prod').template as never).join('\n');
  expect(lines).toMatch(/LOST AWS::WAFv2::IPSet/);
});

it('without them there is no such rule, and an empty list is refused', () => {
  expect(ofType(synthesise('prod'), 'AWS::WAFv2::IPSet')).toEqual([]);
  expect(() => synthesise('prod', { networks: [] })).toThrow('networks');
});
