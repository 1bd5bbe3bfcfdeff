/** A straight line through points, by least squares. */
export interface Line {
  /** Of y, for each 1 of x. */
  readonly slope: number;
  /** The standard error of the slope: how far off it may be by the noise of the points. */
  readonly error: number;
}

/** @throws {RangeError} for fewer than three points, or points with one x. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const n = points.length;
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / n;
  const [mx, my] = [mean(0), mean(1)];
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  if (n < 3 || sxx === 0) throw new RangeError(`no line through ${n} points`);
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx;
  const residuals = points.reduce((sum, [x, y]) => sum + (y - my - slope * (x - mx)) ** 2, 0);
  return { slope, error: Math.sqrt(residuals / (n - 2) / sxx) };
}
