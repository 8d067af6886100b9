/** Where keys and logins are: the folder of the project, where `npm start` puts them, before the user's own. */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const PROJECT = '.fieldgate';

/** As the XDG base directories say; on Windows the folder of roaming application data. */
function userFolder(): string {
  const { XDG_CONFIG_HOME: xdg, APPDATA: roaming } = process.env;
  return join(xdg || roaming || join(homedir(), '.config'), 'fieldgate');
}

/** A file of the user whatever the project, such as a key that no copy of a project's folder may take along. */
export const ofUser = (name: string): string => join(userFolder(), name);

/** The folders that are searched, the nearest first. */
export const folders = (): string[] => [PROJECT, userFolder()];

/** The folder that a new file goes into. */
export const ownFolder = (): string => (existsSync(PROJECT) ? PROJECT : userFolder());

export const isInProject = (name: string): boolean => existsSync(join(PROJECT, name));

/** @returns the file in the nearest folder that has it; otherwise where it would be written */
export function fileIn(...names: string[]): string {
  const found = folders().find((folder) => existsSync(join(folder, ...names)));
  return join(found ?? ownFolder(), ...names);
}
