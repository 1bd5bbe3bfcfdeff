import type { CommandSyntax } from './command.js';
import { bridgeCommands } from './commands/bridge.js';
import { controllerCommands } from './commands/controller.js';
import { databaseReadCommands } from './commands/database-read.js';
import { databaseWriteCommands } from './commands/database-write.js';
import { otherCommands } from './commands/other.js';
import { portCommands } from './commands/port.js';

/** The table that parsing, help, completion and the manual come from. */
export const commands: ReadonlyMap<string, CommandSyntax> = new Map(
  [
    ...databaseReadCommands,
    ...databaseWriteCommands,
    ...otherCommands,
    ...bridgeCommands,
    ...portCommands,
    ...controllerCommands,
  ].map((syntax) => [syntax.name, syntax]),
);
