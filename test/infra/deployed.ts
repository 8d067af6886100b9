import type { Synthesised } from './synthesise.ts';

/** The longest of AWS's regions that the stack can be in, and of its partitions. */
const REGION = 'ap-southeast-1';

/** Replaces CloudFormation's intrinsics by values as long as the longest real ones. */
export function deployed(stack: Synthesised, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => deployed(stack, one));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [key, inner] = entries[0] ?? [];
  if (key === 'Fn::GetAtt') {
    const id = Array.isArray(inner) ? String(inner[0]) : String(inner);
    return arnOf(stack, id);
  }
  if (key === 'Ref') return referred(stack, String(inner));
  if (key === 'Fn::Join') return (deployed(stack, (inner as [string, unknown[]])[1]) as string[]).join('');
  return Object.fromEntries(entries.map(([name, member]) => [name, deployed(stack, member)]));
}

function arnOf(stack: Synthesised, id: string): string {
  const type = stack.resources.get(id)?.Type ?? '';
  const place = `arn:aws-cn:${type.split('::')[1]?.toLowerCase()}:${REGION}:111122223333`;
  return type === 'AWS::KMS::Key' ? `${place}:key/${'0'.repeat(36)}` : `${place}:${physical(id)}`;
}

function referred(stack: Synthesised, id: string): string {
  if (id === 'AWS::AccountId') return '111122223333';
  if (id === 'AWS::Partition') return 'aws-cn';
  if (id === 'AWS::URLSuffix') return 'amazonaws.com.cn';
  if (id.startsWith('AWS::')) return REGION;
  if (stack.resources.get(id)?.Type === 'AWS::KMS::Key') return '0'.repeat(36);
  return physical(id);
}

/** A name as CloudFormation makes it: of the stack, the resource and chance, 63 characters at most. */
function physical(id: string): string {
  return `${`fieldgate-prod-${id}`.slice(0, 50)}-0123456789AB`;
}
