import { TILE_WIDTH, type Tile } from '../../shared/tree/tiles.ts';

/** All tiles of a tree, level by level; the last of each level may be partial. */
export function* tilesOf(size: number): Generator<Tile> {
  yield* level('entries', size);
  for (let at = 0, count = size; count > 0; at++, count = Math.floor(count / TILE_WIDTH))
    yield* level(at, count);
}

function* level(name: Tile['level'], count: number): Generator<Tile> {
  for (let index = 0; index * TILE_WIDTH < count; index++) {
    yield { level: name, index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) };
  }
}
