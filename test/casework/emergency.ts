/** The police's emergencies over HTTP, and their reviews. */
import { fileDesk } from './desk.ts';

export const QUEUE = '/v1/log/reviews/queue';
export const DANGER = { imminentDangerAttested: true };
export type Match = { id_number: string };

export async function fileEmergencies() {
  const desk = await fileDesk();
  // biome-ignore lint/suspicious/noExplicitAny: tasks of every shape
  async function reviews(agency: string, wanted = 'review'): Promise<any[]> {
    const { json } = await desk.act(agency, 'boss', 'GET', '/v1/tasks');
    return json.tasks.filter(({ kind }: { kind: string }) => kind === wanted);
  }
  const review = (agency: string, id: string, outcome: string, officer = 'boss') =>
    desk.act(agency, officer, 'POST', `/v1/tasks/${id}/complete`, { outcome });
  return {
    desk,
    reviews,
    review,
    escalations: (agency: string) => reviews(agency, 'review-escalated'),
    /** The police look for a child in danger. */
    breakGlass(
      match: Match,
      agency = 'mps-county',
      context: object = DANGER,
      { fields = ['name', 'residence_address'] } = {},
    ) {
      const body = {
        collection: 'children',
        subjects: [{ match }],
        fields,
        context: { officer: 'wu.jun', reason: 'child missing since noon', ...context },
      };
      const details = { actions: ['release'], purpose: 'E1' };
      return desk.call(agency, details, 'POST', '/v1/releases', body);
    },
    /** Every review that is owed, so that a test begins with none. */
    async settle(agency = 'mca-county') {
      for (const { id } of await reviews(agency)) await review(agency, id, 'justified');
    },
  };
}
