import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { InputError, reason } from '../../errors.js';
import { type Html, html, raw } from '../html.js';

/** More would make the page heavy. */
const most = 12;
/** Of a single one, which may be a sheet, and of one among others. */
const widest = { alone: 1600, among: 900 };

/** The pictures that lie in a folder `figures/NAME` of a run, as `predict --draw` or `gallery --out` puts them there. Undefined where there are none. */
export async function album(run: string, name: string): Promise<Html | undefined> {
  const folder = join(run, 'figures', name);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /\.(png|jpe?g|webp)$/i.test(file)) : [];
  if (files.length === 0) return undefined;
  const shown = files.sort(new Intl.Collator('en', { numeric: true }).compare).slice(0, most);
  return html`<div class="album">${await Promise.all(shown.map((file) => picture(join(folder, file), shown.length > 1 ? widest.among : widest.alone)))}</div>
`;
}

async function picture(file: string, side: number): Promise<Html> {
  const name = basename(file).replace(/\.\w+$/, '');
  try {
    const jpeg = await sharp(file)
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 80 })
      .toBuffer();
    return html`<figure><img alt="${name}, with the points found" src="data:image/jpeg;base64,${raw(jpeg.toString('base64'))}"><figcaption>${name}</figcaption></figure>`;
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${reason(error)}`);
  }
}
