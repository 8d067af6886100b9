/** An object without the members that are `undefined`, for optional members under `exactOptionalPropertyTypes`. */
export function defined<Members extends object>(members: Members): Defined<Members> {
  const known = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Defined<Members>;
}

type Optional<Members> = {
  [Name in keyof Members]-?: undefined extends Members[Name] ? Name : never;
}[keyof Members];

type Flat<Members> = { [Name in keyof Members]: Members[Name] };

type Defined<Members> = Flat<
  Omit<Members, Optional<Members>> & { [Name in Optional<Members>]?: Exclude<Members[Name], undefined> }
>;
