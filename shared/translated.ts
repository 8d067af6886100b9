/** Words of a language that may lack some. */

/** Loads a file that a language need not have; Node and the bundler say in their ways that it has not. */
export async function unlessAbsent<File>(load: () => Promise<File>): Promise<Partial<File>> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    if (code === 'ERR_MODULE_NOT_FOUND' || message?.startsWith('Module not found in bundle')) return {};
    throw error;
  }
}

/**
 * The words of a language that is not whole.
 * @param own loads them; there may be none
 * @returns the English words, with those of the language in their places. Lists are replaced as a whole
 */
export async function withEnglish<Words extends object>(
  english: () => Promise<Words>,
  own: () => Promise<Partial<Words>>,
): Promise<Words> {
  return over(await english(), await unlessAbsent(own)) as Words;
}

function over(english: unknown, own: unknown): unknown {
  if (!isWords(english) || !isWords(own)) return own ?? english;
  const names = new Set([...Object.keys(english), ...Object.keys(own)]);
  return Object.fromEntries([...names].map((name) => [name, over(english[name], own[name])]));
}

const isWords = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
