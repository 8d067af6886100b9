/** The reason for a child's hardship, and its consequences for parents, guardian, health and benefits. */
import { type Case, facts, type ParentState, type Story } from './facts.ts';
import type { Random } from './random.ts';

const QUIET: Story = {
  hardship: ['poor-family'],
  father: 'normal',
  mother: 'normal',
  guardian: 'father',
  guardianship: 'normal',
  conflict: false,
  health: 'healthy',
  disability: null,
  able: true,
};

/**
 * The story of one child. Of the children without a case, about a third each are poor, unsupported, and ill
 * or disabled.
 */
export function makeStory(random: Random, kind: Case | null, age: number): Story {
  const ordinary = ordinaryStory(random, age);
  const demanded = facts().cases[kind ?? '']?.story;
  return demanded ? { ...QUIET, ...demanded } : ordinary;
}

function ordinaryStory(random: Random, age: number): Story {
  const draw = random.next();
  if (draw < 0.1) return orphan(random);
  if (draw < 0.34) return unsupported(random);
  if (draw < 0.52) return disabled(random);
  if (draw < 0.62) return { ...QUIET, hardship: ['serious-illness'], health: 'ill' };
  if (draw < 0.66) return { ...QUIET, hardship: ['temporary'], guardian: 'mother' };
  if (draw < 0.7 && age >= 2)
    return { ...QUIET, hardship: ['destitute'], father: 'severe-disability', guardian: 'mother' };
  return { ...QUIET, guardian: random.chance(0.6) ? 'father' : 'mother' };
}

function orphan(random: Random): Story {
  const guardian = random.pick(['grandparent', 'relative', 'grandparent'] as const);
  const guardianship = guardian === 'grandparent' ? 'grandparent-care' : 'normal';
  return { ...QUIET, hardship: ['orphan'], father: 'dead', mother: 'dead', guardian, guardianship };
}

function unsupported(random: Random): Story {
  const father = random.pick<ParentState>([
    'serving-sentence',
    'compulsory-rehabilitation',
    'severe-disability',
    'severe-illness',
    'dead',
    'declared-missing',
  ]);
  const mother = random.pick<ParentState>(['out-of-contact', 'out-of-contact', 'severe-illness', 'dead']);
  const both = father === 'dead' && mother === 'dead';
  return {
    ...QUIET,
    hardship: both ? ['orphan'] : ['de-facto-unsupported'],
    father,
    mother,
    guardian: 'grandparent',
    guardianship: 'grandparent-care',
  };
}

function disabled(random: Random): Story {
  const category = random.pick(['1', '2', '3', '4', '4', '5', '6', '7']);
  const level = random.pick(['1', '2', '2', '3', '3', '4']);
  const hardship = random.chance(0.4) ? ['own-disability', 'poor-family'] : ['own-disability'];
  return { ...QUIET, hardship, health: 'disabled', disability: { category, level }, guardian: 'mother' };
}
