/** The rows for the pack that the process has loaded. */
import { CHILDREN } from '../scenes/children.ts';
import { SCENE } from '../scenes/scene.ts';
import type { Row } from './row.ts';
import { CHILDREN_ROWS } from './rows-children.ts';
import { UK_ROWS } from './rows-uk.ts';

export const ROWS: readonly Row[] = SCENE === CHILDREN ? CHILDREN_ROWS : UK_ROWS;
