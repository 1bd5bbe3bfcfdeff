/** atoi(3): what is no number is 0. */
export function atoi(text: string): number {
  return Number.parseInt(text, 10) || 0;
}
