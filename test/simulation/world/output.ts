import type { History } from './history.ts';

/** Looks into what the gateway writes of itself, and shows none of it. @returns a function that ends this */
export function watchOutput({ planted, faults }: History): () => void {
  const { error } = console;
  const { write } = process.stdout;
  const look = (text: string): true => {
    for (const value of planted)
      if (text.includes(value)) faults.push('plaintext in the output of the gateway');
    return true;
  };
  console.error = (...said) => void look(JSON.stringify(said));
  process.stdout.write = look as typeof write;
  return () => {
    console.error = error;
    process.stdout.write = write;
  };
}
