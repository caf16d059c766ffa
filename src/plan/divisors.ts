/** All divisors of a number, ascending. */
export function divisorsOf(n: number): readonly number[] {
  const upToRoot = Array.from({ length: Math.floor(Math.sqrt(n)) }, (_, i) => i + 1).filter(
    (d) => n % d === 0,
  );
  const fromRoot = upToRoot.map((d) => n / d).filter((d) => d * d > n);
  return [...upToRoot, ...fromRoot.reverse()];
}
