import { maintenance as en } from './en/maintenance.ts';
import { texts } from './texts.ts';
import { maintenance as zh } from './zh/maintenance.ts';

export const maintenanceTexts = texts({ en, zh });
