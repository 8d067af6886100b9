/** Every way in which stored data can fail to be what was written. It carries no detail on purpose. */
export class SealBroken extends Error {
  constructor() {
    super('stored data failed its integrity check');
    this.name = 'SealBroken';
  }
}
