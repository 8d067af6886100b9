/**
 * Takes the place of `@smithy/core/event-streams` in the bundles: no operation that the functions call answers with a
 * stream of events, and the code for them is 20 KB at every cold start.
 */
export const eventStreamSerdeProvider = () => ({});
export const resolveEventStreamSerdeConfig = <T>(config: T) => config;

export class EventStreamSerde {
  constructor() {
    throw new Error('the bundles hold no code for streams of events');
  }
}
