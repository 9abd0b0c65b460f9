import { type Content, type Html, html } from '../html.js';

/** Numbers the figures of a page as they are drawn. Nothing where there is no figure. */
export type Caption = (figure: Content, text: string) => Html | undefined;

export function captions(): Caption {
  let count = 0;
  return (figure, text) => {
    if (figure === undefined || figure === false) return undefined;
    count++;
    return html`${figure}<p class="caption"><strong>Figure ${count}.</strong> ${text}</p>
`;
  };
}
