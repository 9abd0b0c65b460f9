import * as Plot from '@observablehq/plot';
import type { OverlapResult, OverlapView } from '../evaluate/overlap.js';
import { zeroDomain } from './axes.js';
import { blue, green, orange } from './colours.js';
import { figure, figureWidth, type Panel, panel } from './figure.js';
import { counted } from './number.js';
import { type Studied, smallPercent, studyMargins, wholePercent } from './studied.js';

const viewNames: Readonly<Record<OverlapView, string>> = {
  both: 'The crop is laid round both frames',
  upper: 'The crop is the frame of the upper face',
  lower: 'The crop is the frame of the lower face',
};
const views = Object.keys(viewNames) as OverlapView[];
const followers = ['upper', 'lower', 'neither'] as const;
const followerColours = { upper: blue, lower: orange, neither: '#b8b8b8' };
const ratioAxis = { label: 'overlap of the frames', domain: [0, 0.8], ticks: 5, tickFormat: wholePercent };

/** Which face the points follow, by the overlap: a panel a view. */
export function overlapFollowed({ name, result }: Studied<OverlapResult>): string {
  const panels = views.map((view): Panel => {
    const shares = followers.flatMap((follower) =>
      result.steps
        .filter((step) => step.view === view)
        .map(({ ratio, followed }) => ({ ratio, follower, share: followed[follower] })),
    );
    return panel({
      width: figureWidth,
      height: 190,
      ...studyMargins,
      x: ratioAxis,
      y: { domain: [0, 1], label: viewNames[view], tickFormat: wholePercent, ticks: 5 },
      marks: [
        Plot.areaY(
          shares,
          Plot.stackY({
            x: 'ratio',
            y: 'share',
            z: 'follower',
            fill: (d: { follower: keyof typeof followerColours }) => followerColours[d.follower],
            order: [...followers],
          }),
        ),
        Plot.gridY({ stroke: '#fff', strokeOpacity: 0.5 }),
      ],
    });
  });
  return figure(panels, {
    title: `Which face is followed: ${name}`,
    note: `Of ${counted(result.pairs, 'pair')}. A face is followed whose mean point error is the smaller; neither where both exceed 20 %.`,
    legend: followers.map((follower) => ({
      label: follower === 'neither' ? follower : `the ${follower} one`,
      key: 'dot' as const,
      colour: followerColours[follower],
    })),
  });
}

const asked: Readonly<Record<OverlapView, { of: 'upper' | 'lower' | 'nearer'; label: string; colour: string }>> = {
  both: { of: 'nearer', label: 'crop round both: to the nearer face', colour: green },
  upper: { of: 'upper', label: 'crop round the upper: to it', colour: blue },
  lower: { of: 'lower', label: 'crop round the lower: to it', colour: orange },
};

/** The error by the overlap, a line a view, a panel a model. */
export function overlapErrors(models: readonly Studied<OverlapResult>[], scale: string): string {
  const lines = (result: OverlapResult) =>
    views.map((view) => ({
      colour: asked[view].colour,
      steps: result.steps
        .filter((step) => step.view === view)
        .map(({ ratio, error }) => ({ ratio, error: error[asked[view].of] })),
    }));
  const all = models.flatMap(({ result }) => lines(result).flatMap(({ steps }) => steps.map(({ error }) => error)));
  const panels = models.map(({ name, result }) =>
    panel({
      width: figureWidth,
      height: 240,
      ...studyMargins,
      x: ratioAxis,
      y: {
        domain: [...zeroDomain(all)],
        label: models.length > 1 ? `${name}: median error, %` : 'median error, %',
        grid: true,
        ticks: 6,
      },
      marks: lines(result).map(({ colour, steps }) =>
        Plot.lineY(steps, { x: 'ratio', y: 'error', stroke: colour, strokeWidth: 2, marker: 'dot' }),
      ),
    }),
  );
  return figure(panels, {
    title: 'Error by the overlap',
    note: `Median over the pairs of the mean point error, in % of ${scale}.`,
    legend: views.map((view) => ({ label: asked[view].label, key: 'thick' as const, colour: asked[view].colour })),
  });
}

/** The share of predictions that stick to the border of the crop, by the overlap: the seed's question. */
export function overlapBorder(models: readonly Studied<OverlapResult>[]): string {
  const values = models.flatMap(({ result }) => result.steps.map(({ border }) => border));
  const panels = models.map(({ name, result }) =>
    panel({
      width: figureWidth,
      height: 200,
      ...studyMargins,
      x: ratioAxis,
      y: {
        domain: [...zeroDomain(values)],
        label: models.length > 1 ? `${name}: within 1 % of the border` : 'points within 1 % of the border',
        tickFormat: smallPercent,
        grid: true,
        ticks: 5,
      },
      marks: views.map((view) =>
        Plot.lineY(
          result.steps.filter((step) => step.view === view),
          { x: 'ratio', y: 'border', stroke: asked[view].colour, strokeWidth: 2, marker: 'dot' },
        ),
      ),
    }),
  );
  return figure(panels, {
    title: 'Do points collapse to the border of the crop?',
    legend: views.map((view) => ({
      label: viewNames[view].replace('The crop is ', 'crop ').replace('laid ', ''),
      key: 'thick' as const,
      colour: asked[view].colour,
    })),
  });
}
