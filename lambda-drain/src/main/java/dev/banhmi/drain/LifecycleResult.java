package dev.banhmi.drain;

/** How a wait at a hook ends. Both end the instance, unless its group keeps abandoned ones. */
enum LifecycleResult {
    CONTINUE,
    ABANDON
}
