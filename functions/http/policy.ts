import compiled from '../../shared/packs/disadvantaged-children.json' with { type: 'json' };
import { loadPack, type Pack } from '../../shared/policy/pack.ts';

/** The pack that this deployment ships, loaded once a process. */
export const pack: Pack = loadPack(compiled);
