import type { Context } from 'hono';

/**
 * Whether the caller takes this media type by name, wherever in its `Accept` header; `*`/`*` names none.
 * @param type lower case, without parameters.
 */
export function accepts(c: Context, type: string): boolean {
  return (c.req.header('accept') ?? '').split(',').some((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return name === type && !parameters.some((one) => /^q=0(\.0{0,3})?$/.test(one));
  });
}
