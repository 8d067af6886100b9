import { time } from '../text.ts';

/** A time in the zone of the page; its tooltip is the same instant in UTC. */
export function Instant({ at, style = 'full' }: { at: string; style?: 'full' | 'short' }) {
  return (
    <time dateTime={at} title={at}>
      {time(at, style)}
    </time>
  );
}
