/** A value of a file, fit for a one-line message: in quotes, cut, without control characters. */
export function quoted(value: string): string {
  const cut = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  return `'${cut.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?')}'`;
}
