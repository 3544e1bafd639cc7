package dev.banhmi.drain;

/** What goes wrong around one planned removal whose tasks, replacements and instances all take as long as they may. */
enum BudgetTrouble {
    /** Nothing: every event comes, and every sweep. A drain within its budget then pages nobody. */
    NONE,
    /** No event comes, two sweeps are lost at the beginning, and three of every four later. */
    SWEEPS_ARE_LOST,
    /** The same beginning, and after its first look the function is gone: Auto Scaling alone ends the wait. */
    FUNCTION_IS_GONE,
    /** The first replacements are healthy an hour or so after they should be, as far as Auto Scaling waits for that. */
    LATE_REPLACEMENT,
    /** A standalone task never ends. */
    ENDLESS_TASK;

    /** The first look at the instance after its wait began, in seconds. */
    long firstLook() {
        return this == NONE || this == LATE_REPLACEMENT ? 1 : 180;
    }
}
