/** Text that is safe inside HTML and its attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** A number of a drawing: a tenth of a pixel is enough. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);
