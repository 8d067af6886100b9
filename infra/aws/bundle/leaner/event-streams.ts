/**
 * Replaces `@smithy/core/event-streams` in the bundles. No operation that the functions call answers with an event
 * stream, and the original adds 20 KB to every cold start.
 */
export const eventStreamSerdeProvider = () => ({});
export const resolveEventStreamSerdeConfig = <T>(config: T) => config;

export class EventStreamSerde {
  constructor() {
    throw new Error('no code for streams of events');
  }
}
