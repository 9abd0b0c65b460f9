import { basename } from 'node:path';

/** What the place of a picture says of it. */
export interface Origin {
  readonly group: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly terms: string;
}

const research = 'for research, not for commercial use; so are weights trained on it';

/** The data sets whose file names tell which faces belong together. */
const knownSets: readonly ((picture: string, annotation: string) => Origin | undefined)[] = [
  // 300-W: `afw/PHOTO_2.jpg`, `helen/trainset/PHOTO_1.jpg`: a photo stands there once per face. LFPW numbers its photos
  // `image_0001`, a face each. https://ibug.doc.ic.ac.uk/resources/300-W/
  (picture) => {
    const found = /(?:^|\/)(?:(afw)|(helen|lfpw)\/(?:trainset|testset))\/([^/]+)$/.exec(picture);
    if (!found) return undefined;
    const source = found[1] ?? found[2]!;
    const stem = withoutExtension(found[3]!);
    return {
      group: `${source}/${source === 'lfpw' ? stem : withoutNumber(stem)}`,
      tags: { source },
      terms: `300-W (Sagonas et al. 2013): ${research}`,
    };
  },
  // YouTube Faces, as Udacity's facial keypoints project cuts them: `PERSON_NN.jpg`, frames of a person's videos.
  (picture, annotation) =>
    /^(training|test)_frames_keypoints\.csv$/.test(basename(annotation))
      ? {
          group: withoutNumber(withoutExtension(basename(picture))),
          tags: {},
          terms: `YouTube Faces (Wolf et al. 2011): ${research}`,
        }
      : undefined,
];

/** The origin of a picture by the rules of a known data set; `undefined` for any other. Paths with `/`. */
export function knownOrigin(picture: string, annotation: string): Origin | undefined {
  for (const origin of knownSets) {
    const found = origin(picture, annotation);
    if (found) return found;
  }
  return undefined;
}

/** Without what follows the last dot of the name; the path stays. */
export const withoutExtension = (path: string): string => path.replace(/\.[^./]*$/, '');

const withoutNumber = (stem: string): string => stem.replace(/_[^_]*$/, '');
