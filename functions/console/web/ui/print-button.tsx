import { useKeys } from '../frame/keys.ts';
import { t } from '../text.ts';
import { Button } from './button.tsx';

/** Prints what the page shows as a sheet, by `p` too. */
export function PrintButton({ kind = 'plain' }: { kind?: 'plain' | 'main' }) {
  const { whom } = t();
  useKeys({ p: { label: whom.print, run: () => print() } });
  return (
    <Button kind={kind} onClick={() => print()} kbd="p">
      {whom.print}
    </Button>
  );
}
