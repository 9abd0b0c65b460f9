import { decodePicture } from '../image/decode.js';
import type { Picture } from '../image/picture.js';
import type { Sample } from './sample.js';

/** A sample's picture: decoded from its file, or drawn where there is none. Throws as `decodePicture` does. */
export const readPicture = (
  { picture, draw }: Pick<Sample, 'picture' | 'draw'>,
  form: { readonly channels: 1 | 3 },
): Promise<Picture> => (draw ? draw(form) : decodePicture(picture, form));
