import { FieldgateError } from '../../../shared/client/wire/errors.ts';

/**
 * Purposes whose term is in working days are refused after the last day of the pack's calendar; the gateway starts
 * without what the sample shows of them.
 * @returns `null` if the act was refused for that
 */
export async function unlessEnded<T>(act: Promise<T>): Promise<T | null> {
  try {
    return await act;
  } catch (error) {
    if (error instanceof FieldgateError && error.code === 'CALENDAR_ENDED') return null;
    throw error;
  }
}
