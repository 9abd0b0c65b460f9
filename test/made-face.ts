import { imm58 } from '../src/data/markups/imm58.js';
import type { Random } from '../src/random.js';

/** How a made person looks; lengths in half face widths. */
export interface Person {
  readonly skin: string;
  readonly hair: string;
  readonly iris: string;
  readonly wall: string;
  readonly shirt: string;
  readonly long: number;
  readonly eyes: number;
  readonly nose: number;
  readonly mouth: number;
}

/** How a person is pictured: angles in radians, lengths in picture heights. */
export interface Pose {
  readonly yaw: number;
  readonly roll: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly smile: number;
  readonly open: number;
  readonly spot: boolean;
}

const colour = (random: Random, hue: [number, number], saturation: number, light: [number, number]) =>
  `hsl(${Math.round(random.uniform(...hue))} ${saturation}% ${Math.round(random.uniform(...light))}%)`;

export function drawPerson(random: Random): Person {
  return {
    skin: colour(random, [15, 35], 45, [55, 80]),
    hair: colour(random, [10, 50], 50, [12, 45]),
    iris: colour(random, [20, 220], 50, [20, 40]),
    wall: colour(random, [80, 200], 25, [20, 45]),
    shirt: colour(random, [0, 360], 40, [20, 60]),
    long: random.uniform(1.15, 1.4),
    eyes: random.uniform(0.4, 0.5),
    nose: random.uniform(0.3, 0.55),
    mouth: random.uniform(0.3, 0.45),
  };
}

export function drawPose(random: Random, view: number): Pose {
  const yaw = view === 3 ? -0.5 : view === 4 ? 0.5 : 0;
  return {
    yaw: yaw + random.uniform(-0.08, 0.08),
    roll: random.uniform(-0.1, 0.1),
    x: random.uniform(0.55, 0.78),
    y: random.uniform(0.4, 0.55),
    size: random.uniform(0.2, 0.26),
    smile: view === 2 ? 0.14 : view === 6 ? random.uniform(-0.1, 0.1) : 0,
    open: view === 6 ? random.uniform(0.1, 0.3) : view === 2 ? 0.08 : 0,
    spot: view === 5,
  };
}

type Point = readonly [x: number, y: number, z: number];

/** The points of the person's left side and the middle by name: x to the person's left, y down, z to the camera. */
function shape({ long, eyes, nose, mouth }: Person, { smile, open }: Pose): Record<string, Point> {
  const tip = nose;
  const lip = nose + 0.25;
  const points: Record<string, Point> = {
    chin: [0, long + open * 0.7, 0.45],
    'upper-lip-middle': [0, lip, 0.5],
    'lower-lip-middle': [0, lip + 0.2 + open, 0.48],
    'left-upper-lip-peak': [0.1, lip - 0.03, 0.5],
    'left-lower-lip': [0.14, lip + 0.17 + open, 0.46],
    'left-mouth-corner': [mouth + smile / 2, lip + 0.08 - smile, 0.35],
    'nose-septum-base': [0, tip, 0.68],
    'left-nostril': [0.1, tip - 0.02, 0.6],
    'left-nose-wing': [0.2, tip - 0.1, 0.5],
    'left-nose-wing-top': [0.17, tip - 0.22, 0.5],
    'left-nose-side': [0.1, tip - 0.32, 0.52],
    'left-nose-root': [0.1, -0.12, 0.48],
  };
  for (let i = 1; i <= 6; i++) {
    const angle = ((i - 1) / 6) * (Math.PI / 2);
    points[`left-jaw-${i}`] = [
      Math.cos(angle) ** 0.8,
      0.15 + (long + open * 0.7 - 0.15) * Math.sin(angle),
      0.45 * Math.sin(angle),
    ];
  }
  const around = (x: number, y: number): Point => [eyes + x, y - 0.1, 0.4 - x / 3];
  const lids = ['outer-corner', 'upper-outer', 'upper-middle', 'upper-inner'];
  for (const [i, lid] of [...lids, 'inner-corner', 'lower-inner', 'lower-middle', 'lower-outer'].entries()) {
    points[`left-eye-${lid}`] = around(0.19 * Math.cos((i * Math.PI) / 4), -0.1 * Math.sin((i * Math.PI) / 4));
  }
  for (const [i, part] of ['inner-end', 'inner', 'middle', 'outer', 'outer-end'].entries()) {
    points[`left-brow-${part}`] = around(-0.28 + 0.14 * i, -0.24 - 0.08 * Math.sin((i * Math.PI) / 4));
  }
  return points;
}

/** The 58 points of a made face in a picture of this height: pairs of pixels, centres at integers. */
export function facePoints(person: Person, pose: Pose, height: number): [x: number, y: number][] {
  const half = shape(person, pose);
  return imm58.points.map((name) => {
    const [x, y, z] = half[name] ?? half[name.replace('right-', 'left-')]!;
    return project([half[name] ? x : -x, y, z], pose, height);
  });
}

function project([x, y, z]: Point, { yaw, roll, x: left, y: top, size }: Pose, height: number): [number, number] {
  const turned = x * Math.cos(yaw) + z * Math.sin(yaw);
  const across = turned * Math.cos(roll) - y * Math.sin(roll);
  const along = turned * Math.sin(roll) + y * Math.cos(roll);
  return [(left + across * size) * height - 0.5, (top + along * size) * height - 0.5];
}

/** The face as SVG, drawn through its points. */
export function faceSvg(person: Person, pose: Pose, width: number, height: number): string {
  const points = facePoints(person, pose, height);
  const path = (corners: [number, number][], closed: boolean) =>
    `M${corners.map(([x, y]) => `${(x + 0.5).toFixed(2)},${(y + 0.5).toFixed(2)}`).join('L')}${closed ? 'Z' : ''}`;
  const line = (name: string) => {
    const contour = imm58.contours.find((contour) => contour.name === name)!;
    return path(
      contour.points.map((i) => points[i]!),
      contour.closed,
    );
  };
  const arc = (radius: number, long: number, z: number) =>
    Array.from({ length: 13 }, (_, i): [number, number] => {
      const angle = (i / 12) * Math.PI;
      return project([radius * Math.cos(angle), 0.15 - long * Math.sin(angle), z], pose, height);
    });
  const unit = pose.size * height;
  const dot = (at: Point, radius: number, fill: string) => {
    const [x, y] = project(at, pose, height);
    return `<circle cx="${x + 0.5}" cy="${y + 0.5}" r="${radius * unit}" fill="${fill}"/>`;
  };
  const jaw = imm58.contours[0]!.points.map((i) => points[i]!);
  const neck = project([0, 0, 0], pose, height)[0];
  const shade = 'rgba(60,20,10,0.55)';
  const skin = pose.spot ? 'url(#spot)' : person.skin;
  const eyes = (['left', 'right'] as const).map((side, i) => {
    const at: Point = [i === 0 ? person.eyes : -person.eyes, -0.1, 0.4];
    return `<path d="${line(`${side}-eye`)}" fill="#f4f2ee" stroke="${shade}" stroke-width="${unit * 0.03}"/>
      ${dot(at, 0.085, person.iris)}
      <path d="${line(`${side}-brow`)}" fill="none" stroke="${person.hair}" stroke-width="${unit * 0.09}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="spot"><stop offset="0.3" stop-color="#5a3b2c"/><stop offset="0.9" stop-color="${person.skin}"/></linearGradient></defs>
    <rect width="${width}" height="${height}" fill="${person.wall}"/>
    <path d="${path([...arc(1.12, 1.45, -0.3), ...[...jaw].slice(0, 2)], true)}" fill="${person.hair}"/>
    <rect x="${neck - unit * 0.5}" y="${pose.y * height}" width="${unit}" height="${height}" fill="${skin}"/>
    <ellipse cx="${neck}" cy="${height * 1.08}" rx="${unit * 2}" ry="${unit * 0.9}" fill="${person.shirt}"/>
    <path d="${path([...jaw, ...arc(1, 1.1, 0.1)], true)}" fill="${skin}" stroke="${shade}" stroke-width="${unit * 0.03}"/>
    ${eyes.join('')}
    <path d="${line('nose')}" fill="rgba(120,50,30,0.25)" stroke="${shade}" stroke-width="${unit * 0.04}"/>
    <path d="${line('mouth')}" fill="${pose.open > 0.05 ? '#5b1620' : '#b0505a'}" stroke="#9c3c48" stroke-width="${unit * 0.05}"/>
  </svg>`;
}
