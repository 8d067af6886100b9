import { expect, it } from 'vitest';
import { settingsFor } from '../../infra/aws/settings.ts';
import { RATES } from '../../shared/identity/agencies/rate.ts';

it('one agency may take a third of the stage at most, so that the others are served', () => {
  expect(RATES.agency * 3).toBeLessThanOrEqual(settingsFor('prod').throttle.rate * 60);
  expect(RATES.officer).toBeLessThan(RATES.agency);
});
