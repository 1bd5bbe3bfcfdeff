/** Lines of the batch whose time stands beside that of a loop of ovs-vsctl. */
export const LINES = 1000;

/** How many of them the loop does: all take it minutes on a busy machine. */
export const linesOfStock = (form: 'short' | 'full'): number => (form === 'short' ? 40 : LINES);
