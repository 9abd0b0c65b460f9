/** A value of a file, fit for a one-line message: in quotes, cut, without control characters. */
export const quoted = (value: string): string => `'${oneLine(value.length > 40 ? `${value.slice(0, 40)}…` : value)}'`;

/** Text with `?` for each character that would break its line. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?');
