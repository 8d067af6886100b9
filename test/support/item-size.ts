import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** Bytes that DynamoDB bills for an item. */
export function itemSize(item: Record<string, AttributeValue>): number {
  return sizeOf({ M: item });
}

function sizeOf(value: AttributeValue): number {
  if (value.M)
    return Object.entries(value.M).reduce((sum, [name, one]) => sum + name.length + sizeOf(one) + 1, 3);
  if (value.L) return value.L.reduce((sum, one) => sum + sizeOf(one) + 1, 3);
  return value.B?.length ?? Buffer.byteLength(value.S ?? value.N ?? '1');
}
