/** Marked in the process's timeline when the program comes to its first resource. */
export const PROGRAM_BEGINS = "program begins";
