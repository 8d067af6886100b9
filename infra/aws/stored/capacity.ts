import { BillingMode, type Table, TableClass, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import type { EnvName } from '../../../shared/env.ts';
import type { Settings } from '../settings.ts';

interface Units {
  write: number;
  read: number;
  /** Write units of the table's index. */
  index?: number;
}

/**
 * Capacity units that a release of six fields with facts takes in the tables that it writes to; reads of the log are those of
 * the sequencer and casework. test/infra/capacity.test.ts compares the write units with counted ones.
 */
export const OF_RELEASE: Readonly<Partial<Record<EnvName, Units>>> = {
  logTable: { write: 5, read: 6, index: 2 },
  claimsTable: { write: 4, read: 1 },
  budgetsTable: { write: 1, read: 1 },
};

/** Units below which no table goes: leases, schedules, and one entry of an officer at night. */
const FLOOR = 2;

/** How a table is billed, and in which class its bytes rest. */
export function billedAs(name: EnvName, settings: Settings): Partial<TableProps> {
  const tableClass =
    name === 'logTable' && settings.logClass === 'infrequent'
      ? { tableClass: TableClass.STANDARD_INFREQUENT_ACCESS }
      : {};
  const bounds = boundsOf(name, settings);
  if (!bounds) return { billingMode: BillingMode.PAY_PER_REQUEST, ...tableClass };
  const { read, write } = bounds;
  return {
    ...{ billingMode: BillingMode.PROVISIONED, readCapacity: read.minCapacity },
    ...{ writeCapacity: write.minCapacity, ...tableClass },
  };
}

/** The first units of an index, for a table that has capacity. */
export function indexUnits(
  name: EnvName,
  settings: Settings,
): { readCapacity: number; writeCapacity: number } | undefined {
  const bounds = boundsOf(name, settings);
  return bounds ? { readCapacity: FLOOR, writeCapacity: bounds.index.minCapacity } : undefined;
}

/** Lets AWS follow the load of a table that has capacity, and of its index, between the bounds. */
export function follow(table: Table, name: EnvName, settings: Settings, index: string | undefined): void {
  const bounds = boundsOf(name, settings);
  if (!bounds) return;
  const target = { targetUtilizationPercent: bounds.utilisation };
  table.autoScaleReadCapacity(bounds.read).scaleOnUtilization(target);
  table.autoScaleWriteCapacity(bounds.write).scaleOnUtilization(target);
  if (index === undefined) return;
  // The index is read by few, who list days of the log; their reads stay at the floor, and wait.
  table.autoScaleGlobalSecondaryIndexWriteCapacity(index, bounds.index).scaleOnUtilization(target);
}

interface Bound {
  minCapacity: number;
  maxCapacity: number;
}

function boundsOf(
  name: EnvName,
  { provisioned }: Settings,
): { read: Bound; write: Bound; index: Bound; utilisation: number } | null {
  const units = OF_RELEASE[name];
  if (!provisioned || !units) return null;
  const { least, most, utilisation } = provisioned;
  if (!(least <= most && utilisation >= 20 && utilisation <= 90))
    throw new Error('provisioned of the settings: least is at most most, and utilisation 20 to 90 percent');
  const bound = (each: number): Bound => {
    const forRate = (rate: number) => Math.max(FLOOR, Math.ceil((100 * rate * each) / utilisation));
    return { minCapacity: forRate(least), maxCapacity: forRate(most) };
  };
  return { read: bound(units.read), write: bound(units.write), index: bound(units.index ?? 0), utilisation };
}
