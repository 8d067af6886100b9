/** What is known of one thing. A name without a text is left out. */
import { Fragment } from 'preact';
import { visible } from '../text.ts';

export type Fact = readonly [name: string | undefined, text: string | undefined];

/** The items of a list that has further ones. */
export function FactRows({ rows }: { rows: readonly Fact[] }) {
  return (
    <>
      {rows.map(
        ([name, text]) =>
          text && (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{visible(text)}</dd>
            </Fragment>
          ),
      )}
    </>
  );
}

export function Facts({ rows }: { rows: readonly Fact[] }) {
  return (
    <dl>
      <FactRows rows={rows} />
    </dl>
  );
}
