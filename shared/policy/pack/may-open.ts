import type { Pack } from './pack.ts';

/** Whether the programme of an entry, or else its purpose, may open a class. */
export function mayOpen({
  programmes,
  classes,
}: Pick<Pack, 'programmes' | 'classes'>): (
  by: { programme?: string; purpose?: string },
  name: string,
) => boolean {
  return ({ purpose, programme }, name) => {
    const ofProgramme = programme === undefined ? undefined : programmes.get(programme)?.classes;
    if (ofProgramme) return ofProgramme.includes(name);
    return classes.get(name)?.openedBy.includes(purpose ?? '') ?? false;
  };
}
