import type { BlockDoc } from './block.ts'

/** What stands in many places: numbers with evidence, and distributions. */

const number: BlockDoc = {
  path: 'number',
  title: 'Numbers with evidence',
  about:
    'Nearly every number may say where it comes from: `{ value, evidence }`, or with an interval `{ low, mid, high, evidence }`. A run uses `value` or `mid`. Reports list every number with its evidence; a plan draws from the intervals.',
  example: `population:
  people: { value: 20000, evidence: reported, source: the organiser }
  participation: { low: 0.7, mid: 0.8, high: 0.9, evidence: assumed }
`,
  fields: {
    value: { means: 'The number.', unit: 'that of the field', example: 20_000 },
    low: { means: '5th percentile of what is possible.', unit: 'that of the field', example: 0.7 },
    mid: { means: 'The most plausible value.', unit: 'that of the field', example: 0.8 },
    high: {
      means: '95th percentile of what is possible.',
      unit: 'that of the field',
      example: 0.9,
    },
    evidence: {
      means:
        'Where it comes from: `reported` by somebody, `inferred` from what is reported, `measured`, or `assumed`. An assumed number needs its interval.',
      example: 'assumed',
    },
    source: {
      means: 'Who reported it, or why it is assumed.',
      absent: 'Reports show no source.',
      example: 'press release',
    },
  },
}

const distribution: BlockDoc = {
  path: 'distribution',
  title: 'Distributions',
  about:
    'A time that differs from visitor to visitor. A plain number is constant. Values are in the unit of the field (`serviceMs` in milliseconds, `thinkSec` in seconds).',
  example: `behaviour:
  patienceSec: { dist: lognormal, mean: 1800, cv: 1 }
  retry: { tries: 1, backoffSec: { dist: uniform, low: 1, high: 5 } }
`,
  fields: {
    'constant.dist': { means: 'Always `value`.', example: 'constant' },
    'exponential.dist': { means: 'Exponential: cv 1.', example: 'exponential' },
    'erlang.dist': {
      means: 'Erlang: the sum of `shape` exponential times; cv 1/√shape.',
      example: 'erlang',
    },
    'gamma.dist': { means: 'Gamma, by mean and cv.', example: 'gamma' },
    'lognormal.dist': {
      means: 'Log-normal, by mean and cv: many short times, a few long ones.',
      example: 'lognormal',
    },
    'uniform.dist': { means: 'Every value from `low` to `high` alike.', example: 'uniform' },
    'weibull.dist': { means: 'Weibull, by scale and shape.', example: 'weibull' },
    'empirical.dist': { means: 'One of the measured `values`, each alike.', example: 'empirical' },
    value: { means: 'The constant.', unit: 'that of the field', example: 5 },
    mean: { means: 'Mean.', unit: 'that of the field', example: 90 },
    cv: {
      means: 'Coefficient of variation: standard deviation divided by the mean.',
      unit: 'none (a ratio)',
      example: 0.8,
    },
    shape: {
      means: 'Shape parameter: below 1 more short and long times, above 1 more regular ones.',
      unit: 'none (a shape)',
      example: 2,
    },
    'erlang.shape': { means: 'How many exponential times are added.', unit: 'count', example: 3 },
    scale: { means: 'Scale parameter.', unit: 'that of the field', example: 900 },
    low: { means: 'Least value.', unit: 'that of the field', example: 1 },
    high: { means: 'Largest value.', unit: 'that of the field', example: 5 },
    values: {
      means: 'Measured values.',
      unit: 'that of the field',
      example: [80, 95, 140],
    },
  },
}

export const typeDocs = { number, distribution }
