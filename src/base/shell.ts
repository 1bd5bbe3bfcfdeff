/** An argument as a POSIX shell reads it back. For display only: ovskit never runs a shell. */
export function quoteArgument(argument: string): string {
  return /^[\w%+,./:=@-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** A command as one line that can be pasted into a shell. */
export function quoteCommand(argv: readonly string[]): string {
  return argv.map(quoteArgument).join(' ');
}
